/* Downloads of each figure on the page: as SVG and PNG, as it is drawn here, and its data as CSV. */
(function () {
  "use strict";
  const C = window.Clausula, element = C.element, SCALE = 2;

  /* Return the drawing that is shown, with the colours of the page written into it. */
  function drawing(figure) {
    const shown = Array.from(figure.querySelectorAll("svg")).find(function (one) { return one.getBoundingClientRect().width > 0; });
    const style = getComputedStyle(document.documentElement), box = shown.getBoundingClientRect(), copy = shown.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("font-family", "system-ui, sans-serif");
    const text = new XMLSerializer().serializeToString(copy).replace(/var\((--[\w-]+)\)/g, function (_, name) { return style.getPropertyValue(name).trim(); });
    return { text: text, width: box.width, height: box.height, paper: style.getPropertyValue("--paper").trim() };
  }
  function png(figure, name) {
    const drawn = drawing(figure), image = new Image();
    image.onload = function () {
      const canvas = element("canvas", { width: drawn.width * SCALE, height: drawn.height * SCALE }), pen = canvas.getContext("2d");
      pen.fillStyle = drawn.paper;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { C.save(name + ".png", blob); });
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(drawn.text);
  }
  function csv(figure, name) {
    const rows = Array.from(figure.querySelectorAll("details tr"), function (row) { return Array.from(row.cells, function (cell) { return cell.textContent; }); });
    C.save(name + ".csv", new Blob([C.csv(rows)], { type: "text/csv" }));
  }
  /* A figure of many rows shows the first ones, and a button shows all. */
  function unfold(figure, area) {
    const folded = Array.from(figure.querySelectorAll(".tall")).filter(function (one) { return one.scrollHeight > one.clientHeight + 1 || !one.clientHeight; });
    if (!folded.some(function (one) { return one.clientHeight; })) { return; }
    const button = element("button", { type: "button", textContent: "Show all rows" });
    button.addEventListener("click", function () {
      const open = button.textContent === "Show all rows";
      folded.forEach(function (one) { one.classList.toggle("tall", !open); });
      button.textContent = open ? "Show the first rows" : "Show all rows";
    });
    area.append(button);
  }
  function tools(figure) {
    if (!figure.querySelector("svg")) { return; }
    const title = figure.querySelector("figcaption").firstElementChild.textContent;
    const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    const area = element("div", { className: "tools screen" });
    unfold(figure, area);
    const add = function (kind, act) {
      const button = element("button", { type: "button", textContent: kind });
      button.setAttribute("aria-label", "Download " + title + " as " + kind);
      button.addEventListener("click", act);
      area.append(button);
    };
    add("SVG", function () { C.save(name + ".svg", new Blob([drawing(figure).text], { type: "image/svg+xml" })); });
    add("PNG", function () { png(figure, name); });
    if (figure.querySelector("details tr")) { add("CSV", function () { csv(figure, name); }); }
    figure.append(area);
  }
  function start() {
    document.querySelectorAll("figure.drawing").forEach(tools);
    document.documentElement.dataset.ready = "yes";
  }
  if (document.querySelector("[data-part]")) { document.addEventListener("parts", start); } else { start(); }
})();

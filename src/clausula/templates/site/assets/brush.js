/* A time line above the list of instruments and events. A range is chosen by dragging over it, or with two sliders by
   keyboard; only what falls in it stays on the page. The range is in the fragment of the address. */
(function () {
  "use strict";
  const C = window.Clausula, element = C.element, area = document.getElementById("brush");
  const SVG = "http://www.w3.org/2000/svg", WIDTH = 1000, HEIGHT = 64, MIDDLE = 30, YEAR = 56;
  const rows = Array.from(document.querySelectorAll("[data-to]"), function (row) {
    const last = row.dataset.to, first = row.dataset.from || last;
    return { element: row, first: month(first), last: month(last), event: row.tagName === "LI" };
  });
  const dated = rows.filter(function (row) { return row.last !== null; });
  const least = Math.min(...dated.map(function (row) { return row.first; })), most = Math.max(...dated.map(function (row) { return row.last; }));
  let low = least, high = most, dragged = null;

  function month(day) { return day ? 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7) || 1) - 1 : null; }
  function text(at) { return Math.floor(at / 12) + "-" + String(at % 12 + 1).padStart(2, "0"); }
  function words(at) { return new Date(Date.UTC(Math.floor(at / 12), at % 12)).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }); }
  function x(at) { return (at - least) / (most + 1 - least) * WIDTH; }
  function drawn(name, properties) {
    const made = document.createElementNS(SVG, name);
    Object.entries(properties).forEach(function (one) { made.setAttribute(one[0], one[1]); });
    return made;
  }

  const svg = drawn("svg", { viewBox: "0 0 " + WIDTH + " " + HEIGHT, preserveAspectRatio: "none", "aria-hidden": "true" });
  const range = drawn("rect", { y: 0, height: HEIGHT - 14, "class": "range" });
  const years = element("div", { className: "years" });
  years.setAttribute("aria-hidden", "true");
  const status = element("p", { className: "count" }), all = element("button", { type: "button", textContent: "Show all" });
  status.setAttribute("role", "status");
  const sliders = ["From", "To"].map(function (name) {
    const input = element("input", { type: "range", min: least, max: most, step: 1 }), said = element("output");
    input.addEventListener("input", function () {
      const at = Number(input.value);
      if (name === "From") { low = at; high = Math.max(high, at); } else { high = at; low = Math.min(low, at); }
      show();
    });
    input.addEventListener("change", store);
    return { input: input, said: said, label: element("label", {}, [name + " ", said, input]) };
  });

  function draw() {
    dated.forEach(function (row) {
      const width = Math.max(3, x(row.last + 1) - x(row.first) - 1);
      svg.append(drawn("rect", { x: x(row.first), y: row.event ? MIDDLE + 2 : 6, width: width, height: row.event ? 16 : 22, "class": row.event ? "event" : "instrument" }));
    });
    const first = Math.ceil(least / 12), last = Math.floor(most / 12), step = Math.ceil((last - first + 1) / Math.max(2, Math.floor(area.clientWidth / YEAR)));
    for (let year = first; year <= last; year += step) {
      const mark = element("span", { textContent: year });
      mark.style.left = x(12 * year) / WIDTH * 100 + "%";
      years.append(mark);
    }
  }
  function within(row) { return row.last !== null && row.first <= high && row.last >= low; }
  function show() {
    const whole = low === least && high === most;
    let kept = 0;
    rows.forEach(function (row) { row.element.hidden = !whole && !within(row); kept += !row.element.hidden; });
    document.querySelectorAll("main section[id]").forEach(function (section) {
      section.hidden = !whole && !section.querySelector("[data-to]:not([hidden])");
    });
    document.querySelectorAll("main section [data-group]").forEach(function (group) {
      group.hidden = !whole && !group.querySelector("[data-to]:not([hidden])");
    });
    range.setAttribute("x", x(low));
    range.setAttribute("width", x(high + 1) - x(low));
    [low, high].forEach(function (at, number) {
      const slider = sliders[number];
      slider.input.value = at;
      slider.input.setAttribute("aria-valuetext", words(at));
      slider.said.textContent = words(at);
    });
    all.hidden = whole;
    status.textContent = whole ? rows.length + " instruments and events."
      : kept + " of " + rows.length + " instruments and events, " + words(low) + " to " + words(high) + "." + (kept ? "" : " Choose a longer range, or show all.");
  }
  function store() {
    const to = low === least && high === most ? "#" : "#from=" + text(low) + "&to=" + text(high);
    if (to !== (location.hash || "#")) { location.hash = to; }
  }
  function read() {
    const parts = new URLSearchParams(location.hash.slice(1));
    if (location.hash && !parts.has("from") && !parts.has("to") && location.hash !== "#") { return; }     // the place of a record
    const bound = function (name, other) { const value = parts.get(name) || ""; return /^\d{4}-\d\d$/.test(value) ? Math.min(most, Math.max(least, month(value))) : other; };
    low = bound("from", least);
    high = Math.max(low, bound("to", most));
    show();
  }
  function at(event) {
    const box = svg.getBoundingClientRect();
    return Math.min(most, Math.max(least, least + Math.floor((event.clientX - box.left) / box.width * (most + 1 - least))));
  }

  if (!dated.length) { return; }
  svg.append(range);
  draw();
  svg.addEventListener("pointerdown", function (event) { dragged = at(event); low = high = dragged; svg.setPointerCapture(event.pointerId); show(); });
  svg.addEventListener("pointermove", function (event) {
    if (dragged === null) { return; }
    low = Math.min(dragged, at(event)); high = Math.max(dragged, at(event));
    show();
  });
  ["pointerup", "pointercancel"].forEach(function (name) { svg.addEventListener(name, function () { if (dragged !== null) { dragged = null; store(); } }); });
  all.addEventListener("click", function () { low = least; high = most; show(); store(); });
  area.append(element("p", { className: "note", textContent: "Instruments above, events below. Drag over the time line to see only a range of dates." }), svg, years,
    element("div", { className: "tools" }, [sliders[0].label, sliders[1].label, all]), status);
  addEventListener("hashchange", read);
  show();
  read();
  document.documentElement.dataset.ready = "yes";
})();

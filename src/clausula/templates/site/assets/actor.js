/* What the provisions say in which an actor has a role. Without script, the page lists their IDs. */
(function () {
  "use strict";
  const C = window.Clausula, element = C.element;
  window.clausulaRows = async function (packed) {
    if (!window.DecompressionStream) { return; }
    const found = await C.table(packed), ids = found.columns.provision_id, summaries = new Map();
    for (let row = 0; row < found.rows; row++) { summaries.set("../" + C.linkOf(ids, ids.place(row)), found.columns.summary.text(row)); }
    document.querySelectorAll("details.roles > p").forEach(function (line) {
      const links = Array.from(line.querySelectorAll("a"));
      line.replaceWith(element("ul", { className: "plain" }, links.map(function (link) {
        return element("li", {}, [link, " " + (summaries.get(link.getAttribute("href")) || "")]);
      })));
    });
    document.documentElement.dataset.ready = "yes";
  };
})();

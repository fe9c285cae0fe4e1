/* What the scripts of all pages need: elements, data that load without a server, CSV and downloads. */
window.Clausula = (function () {
  "use strict";
  /* Return an element with properties and children; texts stay text. */
  function element(name, properties, children) {
    const made = Object.assign(document.createElement(name), properties || {});
    made.append(...(children || []));
    return made;
  }
  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), function (one) { return one.charCodeAt(0); });
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
  function save(name, blob) {
    const link = element("a", { download: name, href: URL.createObjectURL(blob) });
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function csv(rows) {
    const quoted = function (text) { return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
    return rows.map(function (row) { return row.map(String).map(quoted).join(","); }).join("\n") + "\n";
  }
  return { element: element, unpack: unpack, save: save, csv: csv };
})();

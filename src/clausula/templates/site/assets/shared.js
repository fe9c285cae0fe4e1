/* What the scripts of all pages need: elements, data that load without a server, CSV and downloads. */
window.Clausula = (function () {
  "use strict";
  /* Return an element with properties and children; texts stay text. */
  function element(name, properties, children) {
    const made = Object.assign(document.createElement(name), properties || {});
    made.append(...(children || []));
    return made;
  }
  /* Return a text with its dates as elements, which are not broken over two lines at their hyphens. */
  function withDates(text) {
    return text.split(/(?<!\d)(\d{4}-\d\d(?:-\d\d)?)(?!\d)/).map(function (part, at) { return at % 2 ? element("time", { textContent: part }) : part; });
  }
  /* Two bytes in each character, after a digit for a byte that only fills up; 0x7F is before one with another bit. */
  function bytesOf(packed) {
    const units = new Uint16Array(packed.length);
    let at = 0;
    for (let i = 1; i < packed.length; i++) {
      const code = packed.charCodeAt(i);
      units[at++] = code === 0x7F ? packed.charCodeAt(++i) ^ 0x8000 : code;
    }
    return new Uint8Array(units.buffer, 0, 2 * at - packed[0]);
  }
  async function unpack(packed) {
    const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
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
  /* Return the address of a value of a column from the root of the site; a pattern stands for all addresses. */
  function linkOf(column, at) {
    const links = column.links, text = column.values[at];
    if (typeof links !== "string") { return links && links[at]; }
    if (!text) { return ""; }
    const cut = text.lastIndexOf(".");
    return links.replace("*", function () { return text; })
      .replace("<", function () { return text.slice(0, cut); }).replace(">", function () { return text.slice(cut + 1); });
  }
  /* Return the number of the value of each row: in steps from the row before, or 0 for a value that is new. */
  function places(column) {
    let last = column.fresh ? -1 : 0;
    if (column.fresh) { return Int32Array.from(column.fresh, function (one) { return one ? one - 1 : ++last; }); }
    return column.at && Int32Array.from(column.at, function (step) { last += step; return last; });
  }
  /* Put the digits of hashes, which are stored apart, back into the values. */
  function withDigits(column) {
    const bytes = atob(column.digits), hex = function (from, to) { return Array.from(bytes.slice(from, to), function (one) { return one.charCodeAt(0).toString(16).padStart(2, "0"); }).join(""); };
    column.values = column.values.map(function (value, at) { return value + "-" + hex(20 * at, 20 * at + 4) + "-" + hex(20 * at + 4, 20 * at + 20); });
  }
  /* Make the values of a packed column, and the number of the value of each row. */
  function prepare(column) {
    column.at = places(column);
    if (column.digits) { withDigits(column); }
  }
  /* Return the columns of a packed table by name; each has the values and, for each row, the number of its value. */
  async function table(packed) {
    const data = await unpack(packed), columns = Object.create(null);
    data.columns.forEach(function (column) {
      prepare(column);
      column.place = function (row) { return column.at ? column.at[row] : row; };
      column.text = function (row) { return column.values[column.place(row)]; };
      columns[column.name] = column;
    });
    return { key: data.columns[0].name, rows: data.rows, columns: columns };
  }
  return { element: element, withDates: withDates, unpack: unpack, save: save, csv: csv, linkOf: linkOf, prepare: prepare, table: table };
})();

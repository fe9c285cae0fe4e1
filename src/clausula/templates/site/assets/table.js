/* Search, filter, sort and download for a table. A large table keeps only the visible rows on the page. The view is
   stored in the fragment of the address, so it can be bookmarked, shared and reloaded. */
(function () {
  "use strict";
  var MAX_ROWS = 300;       // up to this many rows are all on the page; of more, only the visible ones
  var PAUSE = 80;           // milliseconds after the last key press before a search starts
  var root = "../";
  var createElement = window.Clausula.element;
  var grid = document.getElementById("grid");
  var table = document.getElementById("rows");
  var body = table.tBodies[0];
  var count = document.getElementById("count");
  var data, columns, byName, order, virtualizer, search, selects = {};
  var state = { q: "", sort: "", filters: {} };

  /* ---- rows ---- */
  var valueIndex = function (column, row) { return column.at ? column.at[row] : row; };
  var cellText = function (column, row) { return column.values[valueIndex(column, row)]; };

  function linkOf(column, at) {
    var links = column.links, text = column.values[at], cut;
    if (typeof links !== "string") { return links && links[at]; }
    if (!text) { return ""; }
    cut = text.lastIndexOf(".");
    return links.replace("*", function () { return text; })
      .replace("<", function () { return text.slice(0, cut); }).replace(">", function () { return text.slice(cut + 1); });
  }

  /* ---- search, filter and sort ---- */
  function lowerCase(column) {
    column.lower = column.lower || column.values.map(function (value) { return value.toLowerCase(); });
    return column.lower;
  }
  function matches(column, word) {
    var low = lowerCase(column);
    var hits = new Uint8Array(column.values.length), any = false;
    for (var i = 0; i < hits.length; i++) {
      if (low[i].indexOf(word) >= 0) { hits[i] = 1; any = true; }
    }
    return any ? { at: column.at, hits: hits } : null;
  }
  function filteredRows() {
    var kept = new Uint8Array(data.rows).fill(1), row;
    Object.keys(state.filters).forEach(function (name) {
      var column = byName[name], wanted = column.values.indexOf(state.filters[name]);
      var at = column.at;
      for (row = 0; row < kept.length; row++) { if ((at ? at[row] : row) !== wanted) { kept[row] = 0; } }
    });
    state.q.toLowerCase().split(/\s+/).filter(Boolean).forEach(function (word) {
      var hits = columns.map(function (column) { return matches(column, word); }).filter(Boolean);
      for (row = 0; row < kept.length; row++) {
        if (!kept[row]) { continue; }
        var any = 0;
        for (var i = 0; i < hits.length && !any; i++) { any = hits[i].hits[hits[i].at ? hits[i].at[row] : row]; }
        kept[row] = any;
      }
    });
    var rows = new Int32Array(kept.length), number = 0;
    for (row = 0; row < kept.length; row++) { if (kept[row]) { rows[number++] = row; } }
    return rows.subarray(0, number);
  }
  function ranks(column) {
    if (column.ranks) { return column.ranks; }
    var places = column.values.map(function (_, i) { return i; }), values = column.values;
    var collator = new Intl.Collator("en", { numeric: true });
    places.sort(column.kind === "number"
      ? function (a, b) { return values[a] - values[b]; }
      : function (a, b) { return collator.compare(values[a], values[b]); });
    column.ranks = new Int32Array(values.length);
    places.forEach(function (at, rank) { column.ranks[at] = rank; });
    return column.ranks;
  }
  function sortedRows(rows) {
    var down = state.sort.charAt(0) === "-", column = byName[state.sort.replace(/^-/, "")];
    if (!column) { return rows; }
    var rank = ranks(column), last = rank.length, empty = column.values.indexOf("");
    var keys = rows.map(function (row) {
      var at = valueIndex(column, row);
      return at === empty ? last : down ? last - 1 - rank[at] : rank[at];    // empty cells come last in both directions
    });
    // counting sort: stable, so rows with equal values keep the order of the table
    var begins = new Int32Array(last + 2), order = new Int32Array(rows.length), i;
    for (i = 0; i < keys.length; i++) { begins[keys[i] + 1]++; }
    for (i = 0; i < last; i++) { begins[i + 1] += begins[i]; }
    for (i = 0; i < keys.length; i++) { order[begins[keys[i]]++] = rows[i]; }
    return order;
  }

  /* ---- drawing ---- */
  function createRow(row, index) {
    var line = createElement("tr");
    line.dataset.index = index;
    line.setAttribute("aria-rowindex", index + 2);
    columns.forEach(function (column) {
      var at = valueIndex(column, row), text = column.values[at], link = linkOf(column, at);
      var td = createElement("td", { className: column.kind === "number" ? "n" : "" });
      if (link) { td.append(createElement("a", { href: root + link, textContent: text })); } else { td.textContent = text; }
      line.append(td);
    });
    return line;
  }
  function spacer(height) {
    var line = createElement("tr", { className: "gap" }), td = createElement("td", { colSpan: columns.length });
    line.setAttribute("aria-hidden", "true");
    td.style.height = height + "px";
    line.append(td);
    return line;
  }
  function fixColumnWidths() {
    // column widths must not change while other rows scroll into view
    if (table.style.tableLayout) { return; }
    var heads = Array.from(table.tHead.rows[0].cells), widths = heads.map(function (th) { return th.offsetWidth; });
    heads.forEach(function (th, i) { th.style.width = widths[i] + "px"; });
    table.style.width = widths.reduce(function (a, b) { return a + b; }, 0) + "px";
    table.style.tableLayout = "fixed";
  }
  function draw() {
    if (order.length <= MAX_ROWS) {
      body.replaceChildren.apply(body, Array.from(order, createRow));
      return;
    }
    var items = virtualizer.getVirtualItems();
    var lines = items.map(function (item) { return createRow(order[item.index], item.index); });
    var above = items.length ? items[0].start : 0;
    var below = items.length ? virtualizer.getTotalSize() - items[items.length - 1].end : 0;
    body.replaceChildren.apply(body, [spacer(above)].concat(lines, [spacer(Math.max(0, below))]));
    lines.forEach(function (line) { virtualizer.measureElement(line); });
  }
  var drawing = false;
  function scheduleDraw() {
    if (drawing) { return; }
    drawing = true;
    requestAnimationFrame(function () { drawing = false; draw(); });
  }
  function options() {
    return {
      count: order.length, getScrollElement: function () { return grid; }, estimateSize: function () { return 33; },
      overscan: 8, getItemKey: function (i) { return order[i]; }, scrollToFn: VirtualCore.elementScroll,
      observeElementRect: VirtualCore.observeElementRect, observeElementOffset: VirtualCore.observeElementOffset,
      onChange: scheduleDraw
    };
  }

  /* ---- view and address ---- */
  function toFragment() {
    var parts = new URLSearchParams();
    if (state.q) { parts.set("q", state.q); }
    if (state.sort) { parts.set("sort", state.sort); }
    Object.keys(state.filters).forEach(function (name) { parts.set("f." + name, state.filters[name]); });
    return parts.toString();
  }
  function readFragment() {
    var parts = new URLSearchParams(location.hash.slice(1)), sort = parts.get("sort") || "";
    state = { q: parts.get("q") || "", sort: byName[sort.replace(/^-/, "")] ? sort : "", filters: {} };
    parts.forEach(function (value, key) {
      var name = key.slice(2);
      if (key.slice(0, 2) === "f." && byName[name]) { state.filters[name] = value; }
    });
  }
  function update() {
    order = sortedRows(filteredRows());
    var all = data.rows.toLocaleString("en"), some = order.length.toLocaleString("en");
    count.textContent = order.length === data.rows ? all + (data.rows === 1 ? " row." : " rows.") : "Showing " + some + " of " + all + " rows.";
    table.setAttribute("aria-rowcount", order.length + 1);
    Array.from(table.tHead.rows[0].cells).forEach(function (th, i) {
      var name = columns[i].name, way = state.sort === name ? "ascending" : state.sort === "-" + name ? "descending" : "";
      if (way) { th.setAttribute("aria-sort", way); } else { th.removeAttribute("aria-sort"); }
    });
    if (order.length > MAX_ROWS) { fixColumnWidths(); }
    virtualizer.setOptions(options());
    virtualizer._willUpdate();
    draw();
  }
  function applyChange() {
    var fragment = toFragment();
    if (fragment !== location.hash.slice(1)) { location.replace("#" + fragment); }
    grid.scrollTop = 0;
    update();
  }
  function onHashChange() {
    if (location.hash.slice(1) === toFragment()) { return; }
    readFragment();
    search.value = state.q;
    Object.keys(selects).forEach(function (name) { selects[name].value = name in state.filters ? "=" + state.filters[name] : ""; });
    update();
  }

  /* ---- controls ---- */
  function csv() {
    var lines = [columns.map(function (column) { return column.name; })];
    order.forEach(function (row) { lines.push(columns.map(function (column) { return cellText(column, row); })); });
    return window.Clausula.csv(lines);
  }
  function download() { window.Clausula.save(table.dataset.table + ".csv", new Blob([csv()], { type: "text/csv" })); }
  function createFilter(column) {
    var label = createElement("label", { textContent: column.name }), box = createElement("select");
    box.append(createElement("option", { value: "", textContent: "all" }));
    column.values.slice().sort(function (a, b) { return a.localeCompare(b, "en", { numeric: true }); }).forEach(function (value) {
      box.append(createElement("option", { value: "=" + value, textContent: value || "(empty)" }));
    });
    box.value = column.name in state.filters ? "=" + state.filters[column.name] : "";
    box.addEventListener("change", function () {
      if (box.value) { state.filters[column.name] = box.value.slice(1); } else { delete state.filters[column.name]; }
      applyChange();
    });
    selects[column.name] = box;
    label.append(box);
    return label;
  }
  function createTools() {
    var area = document.getElementById("tools"), timer;
    var label = createElement("label", { textContent: "Search all columns" });
    search = createElement("input", { type: "search", value: state.q, autocomplete: "off", spellcheck: false });
    search.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { state.q = search.value.trim(); applyChange(); }, PAUSE);
    });
    label.append(search);
    var save = createElement("button", { type: "button", textContent: "Download shown rows as CSV" });
    save.addEventListener("click", download);
    var clear = createElement("button", { type: "button", textContent: "Show all rows" });
    clear.addEventListener("click", function () {
      state = { q: "", sort: "", filters: {} };
      search.value = "";
      Object.keys(selects).forEach(function (name) { selects[name].value = ""; });
      applyChange();
    });
    area.append(label, save, clear);
    var filterable = columns.filter(function (column) { return column.filter; });
    if (filterable.length) {
      var more = createElement("details", { open: Object.keys(state.filters).length > 0 || innerWidth > 900 });
      var boxes = createElement("div", { className: "filters" });
      boxes.append.apply(boxes, filterable.map(createFilter));
      more.append(createElement("summary", { textContent: "Filters" }), boxes);
      area.append(more);
    }
  }
  function createSortButtons() {
    Array.from(table.tHead.rows[0].cells).forEach(function (th, i) {
      var button = createElement("button", { type: "button", textContent: columns[i].name });
      button.addEventListener("click", function () {
        var name = columns[i].name;
        state.sort = state.sort === name ? "-" + name : state.sort === "-" + name ? "" : name;
        applyChange();
      });
      th.replaceChildren(button);
    });
  }

  window.clausulaRows = async function (packed) {
    if (!window.DecompressionStream) { return; }     // old browsers keep the static rows
    data = await window.Clausula.unpack(packed);
    columns = data.columns;
    byName = Object.create(null);
    columns.forEach(function (column) {
      var at = 0;
      byName[column.name] = column;
      if (column.at) { column.at = Int32Array.from(column.at, function (step) { return at += step; }); }
    });
    readFragment();
    order = sortedRows(filteredRows());
    virtualizer = new VirtualCore.Virtualizer(options());
    virtualizer._didMount();
    createSortButtons();
    createTools();
    update();
    addEventListener("hashchange", onHashChange);
    document.documentElement.dataset.ready = "yes";
    (window.requestIdleCallback || setTimeout)(function () { columns.forEach(lowerCase); });
  };
})();

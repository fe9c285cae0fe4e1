/* Search, filter, sort and download of a table, and a window onto its rows. What is shown stands in the fragment of
   the address, so that it can be kept, sent and reloaded. Without script the page holds the rows as they are. */
(function () {
  "use strict";
  var WHOLE = 300;          // so many rows stand on the page at once; of more, those in the window
  var PAUSE = 80;           // milliseconds without a letter before a search begins
  var root = "../";
  var make = function (name, given) { return Object.assign(document.createElement(name), given || {}); };
  var grid = document.getElementById("grid");
  var table = document.getElementById("rows");
  var body = table.tBodies[0];
  var count = document.getElementById("count");
  var data, columns, byName, order, window_, search, selects = {};
  var state = { q: "", sort: "", filters: {} };

  /* ---- the rows ---- */
  async function unpack(packed) {
    var letters = atob(packed), bytes = new Uint8Array(letters.length);
    for (var i = 0; i < letters.length; i++) { bytes[i] = letters.charCodeAt(i); }
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
  var place = function (column, row) { return column.at ? column.at[row] : row; };
  var cell = function (column, row) { return column.values[place(column, row)]; };

  function address(column, at) {
    var links = column.links, text = column.values[at], cut;
    if (typeof links !== "string") { return links && links[at]; }
    if (!text) { return ""; }
    cut = text.lastIndexOf(".");
    return links.replace("*", function () { return text; })
      .replace("<", function () { return text.slice(0, cut); }).replace(">", function () { return text.slice(cut + 1); });
  }

  /* ---- what is shown ---- */
  function lower(column) {
    column.lower = column.lower || column.values.map(function (value) { return value.toLowerCase(); });
    return column.lower;
  }
  function found(column, word) {
    var low = lower(column);
    var hits = new Uint8Array(column.values.length), any = false;
    for (var i = 0; i < hits.length; i++) {
      if (low[i].indexOf(word) >= 0) { hits[i] = 1; any = true; }
    }
    return any ? { at: column.at, hits: hits } : null;
  }
  function chosen() {
    var kept = new Uint8Array(data.rows).fill(1), row;
    Object.keys(state.filters).forEach(function (name) {
      var column = byName[name], wanted = column.values.indexOf(state.filters[name]);
      var at = column.at;
      for (row = 0; row < kept.length; row++) { if ((at ? at[row] : row) !== wanted) { kept[row] = 0; } }
    });
    state.q.toLowerCase().split(/\s+/).filter(Boolean).forEach(function (word) {
      var hits = columns.map(function (column) { return found(column, word); }).filter(Boolean);
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
    var words = new Intl.Collator("en", { numeric: true });
    places.sort(column.kind === "number"
      ? function (a, b) { return values[a] - values[b]; }
      : function (a, b) { return words.compare(values[a], values[b]); });
    column.ranks = new Int32Array(values.length);
    places.forEach(function (at, rank) { column.ranks[at] = rank; });
    return column.ranks;
  }
  function sorted(rows) {
    var down = state.sort.charAt(0) === "-", column = byName[state.sort.replace(/^-/, "")];
    if (!column) { return rows; }
    var rank = ranks(column), last = rank.length, empty = column.values.indexOf("");
    var keys = rows.map(function (row) {
      var at = place(column, row);
      return at === empty ? last : down ? last - 1 - rank[at] : rank[at];    // what is empty stands last either way
    });
    // each row goes to where those with its key begin, in the order of the table
    var begins = new Int32Array(last + 2), order = new Int32Array(rows.length), i;
    for (i = 0; i < keys.length; i++) { begins[keys[i] + 1]++; }
    for (i = 0; i < last; i++) { begins[i + 1] += begins[i]; }
    for (i = 0; i < keys.length; i++) { order[begins[keys[i]]++] = rows[i]; }
    return order;
  }

  /* ---- drawing ---- */
  function drawnRow(row, index) {
    var line = make("tr");
    line.dataset.index = index;
    line.setAttribute("aria-rowindex", index + 2);
    columns.forEach(function (column) {
      var at = place(column, row), text = column.values[at], link = address(column, at);
      var td = make("td", { className: column.kind === "number" ? "n" : "" });
      if (link) { td.append(make("a", { href: root + link, textContent: text })); } else { td.textContent = text; }
      line.append(td);
    });
    return line;
  }
  function gap(height) {
    var line = make("tr", { className: "gap" }), td = make("td", { colSpan: columns.length });
    line.setAttribute("aria-hidden", "true");
    td.style.height = height + "px";
    line.append(td);
    return line;
  }
  function freeze() {
    // widths stay as they are while the rows in the window change
    if (table.style.tableLayout) { return; }
    var heads = Array.from(table.tHead.rows[0].cells), widths = heads.map(function (th) { return th.offsetWidth; });
    heads.forEach(function (th, i) { th.style.width = widths[i] + "px"; });
    table.style.width = widths.reduce(function (a, b) { return a + b; }, 0) + "px";
    table.style.tableLayout = "fixed";
  }
  function draw() {
    if (order.length <= WHOLE) {
      body.replaceChildren.apply(body, Array.from(order, drawnRow));
      return;
    }
    var items = window_.getVirtualItems();
    var lines = items.map(function (item) { return drawnRow(order[item.index], item.index); });
    var above = items.length ? items[0].start : 0;
    var below = items.length ? window_.getTotalSize() - items[items.length - 1].end : 0;
    body.replaceChildren.apply(body, [gap(above)].concat(lines, [gap(Math.max(0, below))]));
    lines.forEach(function (line) { window_.measureElement(line); });
  }
  var drawing = false;
  function soon() {
    if (drawing) { return; }
    drawing = true;
    requestAnimationFrame(function () { drawing = false; draw(); });
  }
  function options() {
    return {
      count: order.length, getScrollElement: function () { return grid; }, estimateSize: function () { return 33; },
      overscan: 8, getItemKey: function (i) { return order[i]; }, scrollToFn: VirtualCore.elementScroll,
      observeElementRect: VirtualCore.observeElementRect, observeElementOffset: VirtualCore.observeElementOffset,
      onChange: soon
    };
  }

  /* ---- state and address ---- */
  function written() {
    var parts = new URLSearchParams();
    if (state.q) { parts.set("q", state.q); }
    if (state.sort) { parts.set("sort", state.sort); }
    Object.keys(state.filters).forEach(function (name) { parts.set("f." + name, state.filters[name]); });
    return parts.toString();
  }
  function read() {
    var parts = new URLSearchParams(location.hash.slice(1)), sort = parts.get("sort") || "";
    state = { q: parts.get("q") || "", sort: byName[sort.replace(/^-/, "")] ? sort : "", filters: {} };
    parts.forEach(function (value, key) {
      var name = key.slice(2);
      if (key.slice(0, 2) === "f." && byName[name]) { state.filters[name] = value; }
    });
  }
  function shown() {
    order = sorted(chosen());
    var all = data.rows.toLocaleString("en"), some = order.length.toLocaleString("en");
    count.textContent = order.length === data.rows ? all + (data.rows === 1 ? " row." : " rows.") : some + " of " + all + " rows.";
    table.setAttribute("aria-rowcount", order.length + 1);
    Array.from(table.tHead.rows[0].cells).forEach(function (th, i) {
      var name = columns[i].name, way = state.sort === name ? "ascending" : state.sort === "-" + name ? "descending" : "";
      if (way) { th.setAttribute("aria-sort", way); } else { th.removeAttribute("aria-sort"); }
    });
    if (order.length > WHOLE) { freeze(); }
    window_.setOptions(options());
    window_._willUpdate();
    draw();
  }
  function change() {
    var now = written();
    if (now !== location.hash.slice(1)) { location.replace("#" + now); }
    grid.scrollTop = 0;
    shown();
  }
  function follow() {
    if (location.hash.slice(1) === written()) { return; }
    read();
    search.value = state.q;
    Object.keys(selects).forEach(function (name) { selects[name].value = name in state.filters ? "=" + state.filters[name] : ""; });
    shown();
  }

  /* ---- tools ---- */
  function csv() {
    var quoted = function (text) { return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
    var lines = [columns.map(function (column) { return column.name; }).join(",")];
    order.forEach(function (row) {
      lines.push(columns.map(function (column) { return quoted(cell(column, row)); }).join(","));
    });
    return lines.join("\n") + "\n";
  }
  function download() {
    var link = make("a", { download: table.dataset.table + ".csv" });
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function select(column) {
    var label = make("label", { textContent: column.name }), box = make("select");
    box.append(make("option", { value: "", textContent: "all" }));
    column.values.slice().sort(function (a, b) { return a.localeCompare(b, "en", { numeric: true }); }).forEach(function (value) {
      box.append(make("option", { value: "=" + value, textContent: value || "(empty)" }));
    });
    box.value = column.name in state.filters ? "=" + state.filters[column.name] : "";
    box.addEventListener("change", function () {
      if (box.value) { state.filters[column.name] = box.value.slice(1); } else { delete state.filters[column.name]; }
      change();
    });
    selects[column.name] = box;
    label.append(box);
    return label;
  }
  function tools() {
    var area = document.getElementById("tools"), timer;
    var label = make("label", { textContent: "Search all columns" });
    search = make("input", { type: "search", value: state.q, autocomplete: "off", spellcheck: false });
    search.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { state.q = search.value.trim(); change(); }, PAUSE);
    });
    label.append(search);
    var save = make("button", { type: "button", textContent: "Download as CSV what is shown" });
    save.addEventListener("click", download);
    var clear = make("button", { type: "button", textContent: "Show all" });
    clear.addEventListener("click", function () {
      state = { q: "", sort: "", filters: {} };
      search.value = "";
      Object.keys(selects).forEach(function (name) { selects[name].value = ""; });
      change();
    });
    area.append(label, save, clear);
    var few = columns.filter(function (column) { return column.filter; });
    if (few.length) {
      var more = make("details", { open: Object.keys(state.filters).length > 0 || innerWidth > 900 });
      var boxes = make("div", { className: "filters" });
      boxes.append.apply(boxes, few.map(select));
      more.append(make("summary", { textContent: "Filters" }), boxes);
      area.append(more);
    }
  }
  function heads() {
    Array.from(table.tHead.rows[0].cells).forEach(function (th, i) {
      var button = make("button", { type: "button", textContent: columns[i].name });
      button.addEventListener("click", function () {
        var name = columns[i].name;
        state.sort = state.sort === name ? "-" + name : state.sort === "-" + name ? "" : name;
        change();
      });
      th.replaceChildren(button);
    });
  }

  window.clausulaRows = async function (packed) {
    if (!window.DecompressionStream) { return; }     // an old browser keeps the rows that the page holds
    data = await unpack(packed);
    columns = data.columns;
    byName = Object.create(null);
    columns.forEach(function (column) {
      var at = 0;
      byName[column.name] = column;
      if (column.at) { column.at = Int32Array.from(column.at, function (step) { return at += step; }); }
    });
    read();
    order = sorted(chosen());
    window_ = new VirtualCore.Virtualizer(options());
    window_._didMount();
    heads();
    tools();
    shown();
    addEventListener("hashchange", follow);
    document.documentElement.dataset.ready = "yes";
    (window.requestIdleCallback || setTimeout)(function () { columns.forEach(lower); });
  };
})();

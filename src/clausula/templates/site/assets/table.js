/* Search, filter, sort and download for a table. A large table keeps only the visible rows on the page. The view is
   stored in the fragment of the address, so it can be bookmarked, shared and reloaded. */
(function () {
  "use strict";
  var MAX_ROWS = 300;       // up to this many rows are all on the page; of more, only the visible ones
  var PAUSE = 80;           // milliseconds after the last key press before a search starts
  var root = "../";
  var createElement = window.Clausula.element;
  var idBox = null;
  var grid = document.getElementById("grid");
  var table = document.getElementById("rows");
  var body = table.tBodies[0];
  var count = document.getElementById("count");
  var data, columns, filterable, byName, order, virtualizer, search, chips, problems, printed, hideBoxes = {};
  var ENDS = { since: "from", until: "to" };
  function emptyState() { return { q: "", sort: "", filters: {}, since: {}, until: {}, hidden: [], ids: false, unknown: [] }; }
  var state = emptyState();   // filters: values by column; since, until: days by column

  /* ---- rows ---- */
  var valueIndex = function (column, row) { return column.at ? column.at[row] : row; };
  var cellText = function (column, row) { return column.values[valueIndex(column, row)]; };

  /* What is shown of a value: the name of the record that it refers to, unless the reader wants the IDs. */
  function shownValue(column, at) { return !state.ids && column.labels && column.labels[at] || column.values[at]; }

  /* ---- search, filter and sort ---- */
  function lowerCase(column) {
    column.lower = column.lower || column.values.map(function (value, at) { return (value + (column.labels ? " " + column.labels[at] : "")).toLowerCase(); });
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
      var column = byName[name], at = column.at;
      var wanted = new Set(state.filters[name].map(function (value) { return column.values.indexOf(value); }));
      for (row = 0; row < kept.length; row++) { if (!wanted.has(at ? at[row] : row)) { kept[row] = 0; } }
    });
    Object.keys(ENDS).forEach(function (end) {
      Object.keys(state[end]).forEach(function (name) {
        var column = byName[name], day = state[end][name];
        var fits = column.values.map(function (value) { var key = dateKey(value); return key !== "~" && (end === "since" ? key >= day : key.slice(0, day.length) <= day); });
        for (row = 0; row < kept.length; row++) { if (!fits[valueIndex(column, row)]) { kept[row] = 0; } }
      });
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
  /* Return what an EDTF date is sorted by: its first known day; "or earlier" comes before that day. */
  function dateKey(text) {
    var day = /\d{4}(-\d{2}){0,2}/.exec(text);
    return day ? day[0] + (/^\[?\.\./.test(text) ? "" : "~") : "~";
  }
  function ranks(column) {
    if (column.ranks) { return column.ranks; }
    var places = column.values.map(function (_, i) { return i; }), values = column.values;
    var collator = new Intl.Collator("en", { numeric: true });
    places.sort(column.kind === "number"
      ? function (a, b) { return values[a] - values[b]; }
      : column.kind === "date" ? function (a, b) { var x = dateKey(values[a]), y = dateKey(values[b]); return x < y ? -1 : x > y ? 1 : 0; }
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
  function isShown(column) { return state.hidden.indexOf(column.name) < 0; }
  function shownColumns() { return columns.filter(isShown); }
  function createRow(row, index) {
    var line = createElement("tr");
    line.dataset.index = index;
    line.setAttribute("aria-rowindex", index + 2);
    shownColumns().forEach(function (column) {
      var at = valueIndex(column, row), text = shownValue(column, at), link = window.Clausula.linkOf(column, at);
      var td = createElement("td", { className: column.kind === "number" ? "n" : "" });
      if (link) { td.append(createElement("a", { href: root + link }, window.Clausula.withDates(text))); } else { td.append.apply(td, window.Clausula.withDates(text)); }
      line.append(td);
    });
    return line;
  }
  function spacer(height) {
    var line = createElement("tr", { className: "gap" }), td = createElement("td", { colSpan: shownColumns().length });
    line.setAttribute("aria-hidden", "true");
    td.style.height = height + "px";
    line.append(td);
    return line;
  }
  function fixColumnWidths() {
    // column widths must not change while other rows scroll into view
    if (table.style.tableLayout) { return; }
    var heads = Array.from(table.tHead.rows[0].cells).filter(function (th) { return !th.hidden; }), widths = heads.map(function (th) { return th.offsetWidth; });
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
    Object.keys(state.filters).forEach(function (name) {
      state.filters[name].forEach(function (value) { parts.append("f." + name, value); });
    });
    Object.keys(ENDS).forEach(function (end) {
      Object.keys(state[end]).forEach(function (name) { parts.set(end + "." + name, state[end][name]); });
    });
    if (state.ids) { parts.set("ids", "yes"); }
    if (state.hidden.length) { parts.set("hide", state.hidden.join(",")); }
    return parts.toString();
  }
  function readFragment() {
    var parts = new URLSearchParams(location.hash.slice(1)), sort = parts.get("sort") || "";
    state = emptyState();
    state.q = parts.get("q") || "";
    state.ids = parts.get("ids") === "yes";
    parts.forEach(function (value, key) {
      var end = key.split(".")[0], name = key.slice(end.length + 1);
      if (!ENDS[end]) { return; }
      if (!byName[name] || byName[name].kind !== "date" || !DAY.test(value)) { state.unknown.push(key + " " + value); } else { state[end][name] = value; }
    });
    if (byName[sort.replace(/^-/, "")]) { state.sort = sort; } else if (sort) { state.unknown.push("the column " + sort.replace(/^-/, "")); }
    (parts.get("hide") || "").split(",").filter(Boolean).forEach(function (name) {
      if (byName[name] && state.hidden.length < columns.length - 1) { state.hidden.push(name); }
    });
    parts.forEach(function (value, key) {
      var name = key.slice(2), column = byName[name];
      if (key.slice(0, 2) !== "f.") { return; }
      if (!column) { state.unknown.push("the column " + name); return; }
      if (column.values.indexOf(value) < 0) { state.unknown.push(name + " “" + value + "”"); }
      state.filters[name] = (state.filters[name] || []).concat([value]);
    });
  }
  var DAY = /^\d{4}(-\d{2}){0,2}$/;
  function update() {
    order = sortedRows(filteredRows());
    var all = data.rows.toLocaleString("en"), some = order.length.toLocaleString("en");
    count.textContent = order.length === data.rows ? all + (data.rows === 1 ? " row." : " rows.") : "Showing " + some + " of " + all + " rows.";
    table.setAttribute("aria-rowcount", order.length + 1);
    Array.from(table.tHead.rows[0].cells).forEach(function (th, i) {
      var name = columns[i].name, way = state.sort === name ? "ascending" : state.sort === "-" + name ? "descending" : "";
      if (way) { th.setAttribute("aria-sort", way); } else { th.removeAttribute("aria-sort"); }
    });
    drawChips();
    dayBoxes.forEach(function (fill) { fill(); });
    if (idBox) { idBox.checked = state.ids; }
    problems.hidden = !state.unknown.length;
    problems.textContent = "The address asks for what this table does not have: " + state.unknown.join(", ") + ".";
    if (!order.length) { count.textContent += " No row has all of these: remove a filter or a word to see more."; }
    table.style.tableLayout = table.style.width = "";
    Array.from(table.tHead.rows[0].cells).forEach(function (th, i) { th.style.width = ""; th.hidden = !isShown(columns[i]); });
    columns.forEach(function (column) { if (hideBoxes[column.name]) { hideBoxes[column.name].checked = isShown(column); } });
    if (order.length > MAX_ROWS) { fixColumnWidths(); }
    virtualizer.setOptions(options());
    virtualizer._willUpdate();
    draw();
  }
  /* A filter, an order or a column is a step that Back undoes; typing in the search changes the last step. */
  function applyChange(typed) {
    var fragment = toFragment();
    if (fragment !== location.hash.slice(1)) { if (typed) { location.replace("#" + fragment); } else { location.hash = fragment; } }
    grid.scrollTop = 0;
    update();
  }
  function onHashChange() {
    if (location.hash.slice(1) === toFragment()) { return; }
    readFragment();
    search.value = state.q;
    update();
  }

  /* ---- controls ---- */
  function csv() {
    var lines = [columns.map(function (column) { return column.name; })];
    order.forEach(function (row) { lines.push(columns.map(function (column) { return cellText(column, row); })); });
    return window.Clausula.csv(lines);
  }
  /* Excel reads UTF-8 only if the file starts with a byte order mark. */
  function download(mark) {
    window.Clausula.save(table.dataset.table + ".csv", new Blob([mark, csv()], { type: "text/csv" }));
  }
  function drawChips() {
    var buttons = [];
    Object.keys(state.filters).forEach(function (name) {
      state.filters[name].forEach(function (value) {
        var shown = shownValue(byName[name], byName[name].values.indexOf(value)) || value || "(empty)";
        var button = createElement("button", { type: "button", textContent: name + ": " + shown + " ✕" });
        button.setAttribute("aria-label", "Remove the filter " + name + " " + shown);
        button.addEventListener("click", function () {
          state.filters[name] = state.filters[name].filter(function (one) { return one !== value; });
          if (!state.filters[name].length) { delete state.filters[name]; }
          applyChange();
          search.focus();
        });
        buttons.push(button);
      });
    });
    chips.replaceChildren.apply(chips, buttons);
  }
  function createFilter(column) {
    var label = createElement("label", { textContent: column.name }), box = createElement("select");
    box.append(createElement("option", { value: "", textContent: "add a value" }));
    column.values.map(function (value, at) { return [shownValue(column, at), value]; })
      .sort(function (a, b) { return a[0].localeCompare(b[0], "en", { numeric: true }); }).forEach(function (one) {
        box.append(createElement("option", { value: "=" + one[1], textContent: one[0] || "(empty)" }));
      });
    box.addEventListener("change", function () {
      var value = box.value.slice(1), chosen = state.filters[column.name] || [];
      if (box.value && chosen.indexOf(value) < 0) { state.filters[column.name] = chosen.concat([value]); }
      box.value = "";
      applyChange();
    });
    label.append(box);
    return label;
  }
  var dayBoxes = [];
  function createDays(column) {
    return Object.keys(ENDS).map(function (end) {
      var box = createElement("input", { type: "text", size: 10, placeholder: "2024-06-30", pattern: "\\d{4}(-\\d{2}){0,2}", value: state[end][column.name] || "" });
      box.setAttribute("aria-label", column.name + " " + ENDS[end] + ": a year, month or day");
      box.addEventListener("change", function () {
        var day = box.value.trim();
        if (day && !DAY.test(day)) { box.setCustomValidity("Give a year (2024), a month (2024-06) or a day (2024-06-30)."); box.reportValidity(); return; }
        box.setCustomValidity("");
        if (day) { state[end][column.name] = day; } else { delete state[end][column.name]; }
        applyChange();
      });
      dayBoxes.push(function () { box.value = state[end][column.name] || ""; });
      return createElement("label", { textContent: column.name + " " + ENDS[end] }, [box]);
    });
  }
  function createTools() {
    var area = document.getElementById("tools"), timer;
    var label = createElement("label", { textContent: "Search all columns" });
    search = createElement("input", { type: "search", value: state.q, autocomplete: "off", spellcheck: false });
    search.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { state.q = search.value.trim(); applyChange(true); }, PAUSE);
    });
    label.append(search);
    var save = createElement("button", { type: "button", textContent: "Download shown rows as CSV" });
    save.addEventListener("click", function () { download(""); });
    var excel = createElement("button", { type: "button", textContent: "CSV for Excel" });
    excel.addEventListener("click", function () { download("\ufeff"); });
    var clear = createElement("button", { type: "button", textContent: "Show all rows" });
    clear.addEventListener("click", function () {
      state = emptyState();
      search.value = "";
      applyChange();
    });
    area.append(label, save, excel, clear);
    var days = columns.filter(function (column) { return column.kind === "date"; });
    if (filterable.length || days.length) {
      var more = createElement("details", { open: innerWidth > 900 });
      var boxes = createElement("div", { className: "filters" });
      boxes.append.apply(boxes, filterable.map(createFilter).concat(days.flatMap(createDays)));
      more.append(createElement("summary", { textContent: "Filters" }), boxes);
      area.append(more);
    }
    var picker = createElement("details"), names = createElement("div", { className: "filters" });
    columns.forEach(function (column) {
      var line = createElement("label", { className: "check" }), box = createElement("input", { type: "checkbox" });
      box.addEventListener("change", function () {
        state.hidden = columns.filter(function (one) { return !hideBoxes[one.name].checked; }).map(function (one) { return one.name; });
        if (state.hidden.length === columns.length) { state.hidden = []; }
        applyChange();
      });
      hideBoxes[column.name] = box;
      line.append(box, " " + column.name);
      names.append(line);
    });
    if (columns.some(function (column) { return column.labels; })) {
      var choice = createElement("label", { className: "check" });
      idBox = createElement("input", { type: "checkbox", checked: state.ids });
      idBox.addEventListener("change", function () { state.ids = idBox.checked; applyChange(); });
      choice.append(idBox, " IDs instead of names");
      names.prepend(choice);
    }
    picker.append(createElement("summary", { textContent: "Columns" }), names);
    chips = createElement("div", { className: "tools chosen" });
    problems = createElement("p", { className: "warn", hidden: true });
    problems.setAttribute("role", "alert");
    printed = createElement("p", { className: "printed" });
    area.append(picker);
    area.after(chips, problems);
    count.after(printed);
  }
  /* On paper a table has all rows that are chosen, up to a limit, and says what it leaves out. */
  var MOST_PRINTED = 3000;
  function beforePrint() {
    var left = [];
    if (order.length > MOST_PRINTED) { left.push("rows after the first " + MOST_PRINTED.toLocaleString("en")); }
    if (state.hidden.length) { left.push("the columns " + state.hidden.join(", ")); }
    printed.textContent = left.length ? "Left out: " + left.join("; ") + "." : "";
    body.replaceChildren.apply(body, Array.from(order.subarray(0, MOST_PRINTED), createRow));
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
    columns = data.columns.filter(function (column) { return !column.derived; });
    filterable = data.columns.filter(function (column) { return column.filter; });
    byName = Object.create(null);
    data.columns.forEach(function (column) {
      byName[column.name] = column;
      window.Clausula.prepare(column);
    });
    readFragment();
    order = sortedRows(filteredRows());
    virtualizer = new VirtualCore.Virtualizer(options());
    virtualizer._didMount();
    createSortButtons();
    createTools();
    update();
    addEventListener("hashchange", onHashChange);
    addEventListener("beforeprint", beforePrint);
    addEventListener("afterprint", draw);
    document.documentElement.dataset.ready = "yes";
    (window.requestIdleCallback || setTimeout)(function () { columns.forEach(lowerCase); });
  };
})();

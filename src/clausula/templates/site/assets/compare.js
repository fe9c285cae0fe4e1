/* Two to four instruments side by side. The choice and the filters are in the fragment of the address, so a view can be
   bookmarked, shared, printed and undone with Back. A page that is ready without script names its instruments itself. */
(function () {
  "use strict";
  const MOST = 4, LETTERS = "ABCD", ALONE = ["dropped", "new", "unknown"];
  const OPPOSITE = { stronger: "weaker", weaker: "stronger", dropped: "new", "new": "dropped" };
  const C = window.Clausula, element = C.element;
  const main = document.getElementById("comparison"), root = main.dataset.root;
  let data, pairs, byId, state, shown = [], toolsOpen = innerWidth > 700;

  /* ---- rows ---- */
  /* The rows of each pair, which are stored in columns. */
  function rowsByPair(columns) {
    const found = new Map();
    let at = 0, a = 0;
    columns.of.forEach(function (pair) {
      const rows = [];
      for (const end = at + pair[2]; at < end; at++) {
        a += columns.a[at];
        rows.push([a, columns.b[at], columns.relation[at], ...["basis", "differs", "note"].map(function (name) { return columns[name + "_texts"][columns[name][at]]; })]);
      }
      found.set(pair[0] + "-" + pair[1], rows);
    });
    return found;
  }
  function relationsOf(first, second) {
    const turned = first > second;
    const rows = (pairs.get(turned ? second + "-" + first : first + "-" + second) || []).map(function (row) {
      const relation = data.relations[row[2]][0];
      return {
        a: turned ? row[1] : row[0], b: turned ? row[0] : row[1],
        relation: turned ? OPPOSITE[relation] || relation : relation,
        about: [row[3], turned && row[4] ? row[4] + " (the other way round)" : row[4]].filter(Boolean).join("; "),
        note: row[5], also: []
      };
    });
    const ours = alone(first, second, new Set(rows.map(function (row) { return row.a; })), "dropped");
    const theirs = alone(second, first, new Set(rows.map(function (row) { return row.b; })), "new");
    rows.push(...ours.map(function (one) { return Object.assign(one, { a: one.number, b: -1 }); }));
    rows.push(...theirs.map(function (one) { return Object.assign(one, { a: -1, b: one.number }); }));
    const last = data.provisions.length, place = function (number) { return number < 0 ? last : number; };
    return rows.sort(function (x, y) { return place(x.a) - place(y.a) || place(x.b) - place(y.b); });
  }
  /* The provisions of an instrument without a counterpart in the other: is there one on the same topic, and if not, was
     the other coded completely? */
  function alone(own, other, used, only) {
    const on = new Map();
    data.provisions.forEach(function (one, number) {
      if (one.of === other) { one.topics.forEach(function (topic) { on.set(topic, (on.get(topic) || []).concat([number])); }); }
    });
    const found = [];
    data.provisions.forEach(function (one, number) {
      if (one.of !== own || used.has(number)) { return; }
      const also = Array.from(new Set(one.topics.flatMap(function (topic) { return on.get(topic) || []; })));
      const relation = also.length ? "related" : data.instruments[other].complete ? only : "unknown";
      found.push({ number: number, relation: relation, about: also.length ? data.basis : "", note: "", also: also });
    });
    return found;
  }
  function rowsOfTwo(first, second) {
    return relationsOf(first, second).map(function (row) {
      return { relation: row.relation, about: row.about, note: row.note, also: row.also,
        cells: [row.a, row.b].map(function (one) { return one < 0 ? [] : [{ provision: one }]; }) };
    });
  }
  /* A row starts at the earliest instrument that settles the matter; the other cells say how they stand to it. */
  function rowsOfMany(chosen) {
    const rows = [], used = new Set();
    chosen.forEach(function (first, column) {
      const others = chosen.slice(column + 1).map(function (other) { return relationsOf(first, other); });
      data.provisions.forEach(function (provision, number) {
        if (provision.of !== first || used.has(number)) { return; }
        const cells = chosen.map(function () { return []; });
        cells[column].push({ provision: number });
        others.forEach(function (pair, at) {
          pair.filter(function (row) { return row.a === number && row.b >= 0; }).forEach(function (row) {
            cells[column + 1 + at].push({ provision: row.b, relation: row.relation, about: row.about });
            used.add(row.b);
          });
        });
        const found = cells.flat().map(function (one) { return one.relation; }).filter(Boolean);
        const last = column + 1 < chosen.length ? others[others.length - 1].find(function (row) { return row.a === number; }) : null;
        rows.push({ relation: found.length ? found[found.length - 1] : last ? last.relation : "new", about: "", note: "", also: [], cells: cells });
      });
    });
    return rows;
  }
  function provisionsOf(row) { return row.cells.flat().map(function (one) { return data.provisions[one.provision]; }); }
  function kept(row) {
    const provisions = provisionsOf(row);
    const has = function (name, value) { return !value || provisions.some(function (one) { return one[name].some(function (at) { return data[name][at][0] === value; }); }); };
    return (!state.relation.length || state.relation.includes(row.relation)) && has("topics", state.topic) && has("actors", state.actor);
  }

  /* ---- address ---- */
  function read() {
    const parts = new URLSearchParams(location.hash.slice(1)), unknown = [];
    const ids = LETTERS.toLowerCase().split("").map(function (letter) { return parts.get(letter); }).filter(Boolean);
    const named = ids.length ? ids : [main.dataset.a, main.dataset.b].filter(Boolean);
    const chosen = named.filter(function (id) { if (!byId.has(id)) { unknown.push(id); } return byId.has(id); });
    const relation = (parts.get("relation") || "").split(",").filter(Boolean);
    [["relation", relation, data.relations], ["topic", [parts.get("topic")], data.topics], ["actor", [parts.get("actor")], data.actors]]
      .forEach(function (one) { one[1].filter(Boolean).forEach(function (value) { if (!one[2].some(function (known) { return known[0] === value; })) { unknown.push(one[0] + " " + value); } }); });
    state = { chosen: Array.from(new Set(chosen)).slice(0, MOST), relation: relation, topic: parts.get("topic") || "", actor: parts.get("actor") || "", unknown: unknown };
  }
  function address() {
    const parts = new URLSearchParams();
    if (state.chosen[0] !== main.dataset.a || state.chosen[1] !== main.dataset.b || state.chosen.length > 2) {
      state.chosen.forEach(function (id, at) { parts.set(LETTERS[at].toLowerCase(), id); });
    }
    ["topic", "actor"].forEach(function (name) { if (state[name]) { parts.set(name, state[name]); } });
    if (state.relation.length) { parts.set("relation", state.relation.join(",")); }
    return "#" + parts.toString().replace(/%2C/g, ",");
  }
  function go() {
    const to = address();
    if (main.dataset.a && to.includes("a=")) { location.href = root + "compare.html" + to; } else { location.hash = to; }
  }

  /* ---- drawing ---- */
  function reference(number) {
    const one = data.provisions[number];
    return element("a", { href: root + one.address }, window.Clausula.withDates(one.id));
  }
  function cell(listed, letter) {
    const side = element("div", { className: "side" });
    listed.forEach(function (one) {
      const provision = data.provisions[one.provision], about = element("p", { className: "who" });
      const lead = one.relation ? [element("b", { className: "rel " + one.relation, textContent: label(one.relation) }), " "] : [];
      side.append(element("p", {}, [element("b", { className: "tag", textContent: letter }), " ", ...lead, provision.summary]));
      about.append(reference(one.provision), provision.who ? " " + provision.who : "", " · " + provision.kind);
      provision.details.forEach(function (detail) { about.append(" · ", element("i", { textContent: detail[0] }), " ", ...window.Clausula.withDates(detail[1])); });
      side.append(about);
    });
    return side;
  }
  function label(relation) { return data.relations.find(function (one) { return one[0] === relation; })[1]; }
  function article(row) {
    const about = element("p", { className: "about" }), topic = data.topics[provisionsOf(row)[0].topics[0]];
    about.append(element("a", { href: root + "topics/" + topic[2] + ".html", textContent: topic[1] }), row.about ? "; " + row.about : "");
    if (row.also.length) {
      about.append("; same topic: ");
      row.also.forEach(function (one, at) { about.append(at ? ", " : "", reference(one)); });
    }
    const cells = element("div", { className: "sides n" + row.cells.length }, row.cells.map(function (listed, at) { return cell(listed, LETTERS[at]); }));
    return element("article", { className: "cmp" }, [about, cells, ...(row.note ? [element("p", { className: "note", textContent: row.note })] : [])]);
  }
  function heads(instruments) {
    return element("div", { className: "sides heads n" + instruments.length }, instruments.map(function (one, at) {
      return element("div", {}, [element("b", { className: "tag", textContent: LETTERS[at] }), " ", element("a", { href: root + one.address, textContent: one.name }),
        element("span", { className: "meta" }, [" ", ...window.Clausula.withDates(one.date), " · " + one.about])]);
    }));
  }
  function option(value, text, chosen) { return element("option", { value: value, textContent: text, selected: value === chosen }); }
  function chooser(at) {
    const box = element("select", { id: "choose-" + LETTERS[at].toLowerCase() });
    box.append(option("", at < 2 ? "choose an instrument" : "none", ""));
    const groups = new Map();
    data.instruments.forEach(function (one) {
      if (!groups.has(one.process)) { groups.set(one.process, element("optgroup", { label: one.process })); }
      groups.get(one.process).append(option(one.id, one.date + " " + one.name, state.chosen[at]));
    });
    box.append(...groups.values());
    box.addEventListener("change", function () {
      const chosen = state.chosen.slice();
      chosen[at] = box.value;
      state.chosen = Array.from(new Set(chosen.filter(Boolean)));
      go();
    });
    return element("label", { textContent: "Instrument " + LETTERS[at] }, [box]);
  }
  function select(name, title, values) {
    const box = element("select", { id: "filter-" + name }, [option("", "all", state[name])]);
    values.slice().sort(function (a, b) { return a[1].localeCompare(b[1], "en"); }).forEach(function (one) { box.append(option(one[0], one[1], state[name])); });
    box.addEventListener("change", function () { state[name] = box.value; go(); });
    return element("label", { textContent: title }, [box]);
  }
  function chips(rows) {
    const set = element("fieldset", { className: "chips" }, [element("legend", { textContent: "Relation" })]);
    data.relations.forEach(function (one) {
      const number = rows.filter(function (row) { return row.relation === one[0]; }).length;
      if (!number) { return; }
      const box = element("input", { type: "checkbox", value: one[0], checked: state.relation.includes(one[0]) });
      box.addEventListener("change", function () {
        state.relation = box.checked ? state.relation.concat(one[0]) : state.relation.filter(function (name) { return name !== one[0]; });
        go();
      });
      set.append(element("label", { className: "rel " + one[0] }, [box, " " + one[1] + " " + number]));
    });
    return set;
  }
  function used(rows, name, all) {
    const found = new Set(rows.flatMap(function (row) { return provisionsOf(row).flatMap(function (one) { return one[name]; }); }));
    return all.filter(function (_, at) { return found.has(at); });
  }
  function button(text, act) {
    const made = element("button", { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  }
  function draw() {
    const focus = document.activeElement && document.activeElement.id, value = document.activeElement && document.activeElement.value;
    read();
    const places = state.chosen.map(function (id) { return byId.get(id); }), instruments = places.map(function (at) { return data.instruments[at]; });
    const all = places.length < 2 ? [] : places.length === 2 ? rowsOfTwo(places[0], places[1]) : rowsOfMany(places);
    shown = all.filter(kept);
    const parts = [], choose = element("div", { className: "tools screen" });
    for (let at = 0; at < Math.min(MOST, Math.max(2, state.chosen.length + 1)); at++) { choose.append(chooser(at)); }
    parts.push(choose);
    if (state.unknown.length) {
      parts.push(element("p", { className: "warn", role: "alert", textContent: "Not in these data, so ignored or without result: " + state.unknown.join(", ") + "." }));
    }
    if (all.length) {
      const tools = element("div", { className: "tools screen" }, [chips(all), select("topic", "Topic", used(all, "topics", data.topics)), select("actor", "Actor", used(all, "actors", data.actors)),
        button("Download CSV", downloadCsv), button("Download PNG", downloadPng), button("Print", function () { print(); })]);
      const more = element("details", { className: "screen", open: toolsOpen || shown.length < all.length }, [element("summary", { textContent: "Filters and downloads" }), tools]);
      more.addEventListener("toggle", function () { toolsOpen = more.open; });
      parts.push(more, element("p", { className: "count", role: "status", textContent: counted(all) }), ...positions(), heads(instruments));
      if (!shown.length) { parts.push(element("p", { textContent: "No row has all of these. Remove a filter to see more." }), button("Remove all filters", function () { state.relation = []; state.topic = state.actor = ""; go(); })); }
      data.relations.forEach(function (one) {
        const rows = shown.filter(function (row) { return row.relation === one[0]; });
        if (!rows.length) { return; }
        const heading = state.chosen.length === 2 ? one[2] : one[1] + " in the last text that takes it up";
        parts.push(element("section", { id: one[0] }, [element("h2", { textContent: heading + " (" + rows.length + ")" }), ...rows.map(article)]));
      });
    } else {
      parts.push(element("p", { className: "count", role: "status", textContent: "Choose two to four instruments, or open one of the comparisons below." }));
    }
    main.replaceChildren(...parts);
    document.querySelectorAll("[data-without-script]").forEach(function (one) { one.hidden = all.length > 0; });
    if (!main.dataset.a && all.length) { document.title = title(instruments) + " · " + document.title.split(" · ").pop(); }
    const again = focus ? document.getElementById(focus) : value && main.querySelector("input[value='" + CSS.escape(value) + "']");
    if (again) { again.focus(); }
  }
  /* Return how many of the provisions that are shown each actor is for or against, by instrument. */
  function positions() {
    const found = new Map(), sides = [0, 1];
    state.chosen.forEach(function (_, at) {
      new Set(shown.flatMap(function (row) { return row.cells[at].map(function (one) { return one.provision; }); })).forEach(function (number) {
        data.provisions[number].stances.forEach(function (stance) {
          if (!sides.includes(stance[0])) { return; }
          stance[1].forEach(function (claimant) {
            if (!found.has(claimant)) { found.set(claimant, state.chosen.map(function () { return [0, 0]; })); }
            found.get(claimant)[at][stance[0]] += 1;
          });
        });
      });
    });
    if (!found.size) { return []; }
    const total = function (counts) { return counts.flat().reduce(function (a, b) { return a + b; }, 0); };
    const listed = Array.from(found).sort(function (a, b) { return total(b[1]) - total(a[1]) || data.claimants[a[0]].localeCompare(data.claimants[b[0]], "en"); });
    const cell = function (name, text, number) { return element(name, { textContent: text, className: number ? "n" : "" }); };
    const head = element("tr", {}, [cell("th", "actor"), ...state.chosen.flatMap(function (_, at) { return sides.map(function (side) { return cell("th", LETTERS[at] + " " + data.sides[side], true); }); })]);
    head.childNodes.forEach(function (one) { one.scope = "col"; });
    const lines = listed.map(function (one) {
      const name = cell("th", data.claimants[one[0]]);
      name.scope = "row";
      return element("tr", {}, [name, ...one[1].flat().map(function (number) { return cell("td", number ? String(number) : "·", true); })]);
    });
    const table = element("table", { className: "small" }, [element("thead", {}, [head]), element("tbody", {}, lines)]);
    const box = element("div", { className: "wide", tabIndex: 0 }, [table]);
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Who stands for and against");
    return [element("details", { id: "positions" }, [element("summary", { textContent: "Who stands for and against: " + listed.length + (listed.length === 1 ? " actor" : " actors") }),
      element("p", { className: "note", textContent: "Provisions that are shown and that an actor is for or against, by a stance on the provision or on a proposition that it advances or blocks." }), box])];
  }
  function counted(all) {
    const words = data.relations.map(function (one) {
      const number = all.filter(function (row) { return row.relation === one[0]; }).length;
      return number ? number + " " + one[1].toLowerCase() : "";
    }).filter(Boolean).join(", ");
    return (shown.length < all.length ? "Showing " + shown.length + " of " + all.length + " rows: of all rows, " : "") + words + ".";
  }
  function title(instruments) { return instruments.map(function (one) { return one.name; }).join(" and "); }

  /* ---- downloads ---- */
  function fileName(suffix) { return "compare-" + state.chosen.join("--") + suffix; }
  function downloadCsv() {
    const letters = state.chosen.map(function (_, at) { return LETTERS[at].toLowerCase(); });
    const head = ["relation", "topic_id", "about", "note"].concat(letters.flatMap(function (one) { return ["provision_id_" + one, "relation_" + one, "bearers_" + one, "summary_" + one, "details_" + one]; }));
    const lines = shown.map(function (row) {
      return [row.relation, data.topics[provisionsOf(row)[0].topics[0]][0], row.about, row.note].concat(row.cells.flatMap(function (listed) {
        const of = function (pick) { return listed.map(function (one) { return pick(data.provisions[one.provision], one); }).join(" | "); };
        return [of(function (one) { return data.instruments[one.of].id + "." + one.id; }), of(function (_, one) { return one.relation || ""; }), of(function (one) { return one.who; }),
          of(function (one) { return one.summary; }), of(function (one) { return [one.kind].concat(one.details.map(function (detail) { return detail.join(": "); })).join("; "); })];
      }));
    });
    C.save(fileName(".csv"), new Blob([C.csv([head].concat(lines))], { type: "text/csv" }));
  }
  function wrapped(pen, text, width) {
    const lines = [""];
    text.split(/\s+/).forEach(function (word) {
      const longer = lines[lines.length - 1] ? lines[lines.length - 1] + " " + word : word;
      if (lines[lines.length - 1] && pen.measureText(longer).width > width) { lines.push(word); } else { lines[lines.length - 1] = longer; }
    });
    return lines;
  }
  /* Draw the rows that are shown; the first pass measures the height. */
  function paint(pen, width, colours) {
    const gap = 32, number = state.chosen.length, column = (width - gap * (number + 1)) / number;
    let y = 0;
    const write = function (text, x, room, size, weight, colour, height) {
      pen.font = weight + " " + size + "px system-ui, sans-serif";
      pen.fillStyle = colour;
      wrapped(pen, text, room).forEach(function (line, at) { pen.fillText(line, x, y + size + at * height); });
      return wrapped(pen, text, room).length * height;
    };
    y = gap;
    const across = function (texts, size, weight, colour) {
      y += Math.max(...texts.map(function (text, at) { return text ? write(text, gap + at * (column + gap), column, size, weight, colour, size * 1.35) : 0; }));
    };
    const instruments = state.chosen.map(function (id) { return data.instruments[byId.get(id)]; });
    across(instruments.map(function (one, at) { return LETTERS[at] + "  " + one.name; }), 20, "600", colours.ink);
    across(instruments.map(function (one) { return one.date + ", " + one.about; }), 14, "400", colours.muted);
    data.relations.forEach(function (relation) {
      const rows = shown.filter(function (row) { return row.relation === relation[0]; });
      if (!rows.length) { return; }
      y += 22;
      y += write(relation[1] + " (" + rows.length + ")", gap, width - 2 * gap, 18, "600", colours.accent, 24) + 4;
      rows.forEach(function (row) {
        pen.fillStyle = colours.line;
        pen.fillRect(gap, y + 4, width - 2 * gap, 1);
        y += 10;
        y += write(data.topics[provisionsOf(row)[0].topics[0]][1] + (row.about ? "; " + row.about : ""), gap, width - 2 * gap, 13, "400", colours.muted, 18);
        across(row.cells.map(function (listed) { return listed.map(function (one) { const of = data.provisions[one.provision]; return of.id + (one.relation ? " (" + label(one.relation).toLowerCase() + ")" : "") + "  " + of.summary; }).join(" "); }), 15, "400", colours.ink);
      });
    });
    y += 16;
    y += write("Clausula " + data.version, gap, width - 2 * gap, 13, "400", colours.muted, 20) + 16;
    return y;
  }
  function downloadPng() {
    const style = getComputedStyle(document.documentElement), colours = {};
    ["ink", "muted", "line", "paper", "accent"].forEach(function (name) { colours[name] = style.getPropertyValue("--" + name).trim(); });
    const canvas = element("canvas", { width: 1200, height: 10 });
    const height = Math.min(16000, Math.ceil(paint(canvas.getContext("2d"), 1200, colours)));
    canvas.height = height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, 1200, height);
    paint(pen, 1200, colours);
    canvas.toBlob(function (blob) { C.save(fileName(".png"), blob); });
  }

  /* What the provisions say is in the script of their table. */
  let provisions;
  window.clausulaRows = function (packed) { provisions = C.table(packed); };
  window.clausulaCompare = async function (packed) {
    if (!window.DecompressionStream) { return; }     // old browsers keep the page as it is
    data = await C.unpack(packed);
    const of = await provisions, ids = of.columns.provision_id;
    data.provisions.forEach(function (one) {
      one.summary = of.columns.summary.text(one.row);
      one.address = C.linkOf(ids, ids.place(one.row));
      one.stances.forEach(function (stance) { one.details.push([data.sides[stance[0]], stance[1].map(function (at) { return data.claimants[at]; }).join(", ")]); });
    });
    byId = new Map(data.instruments.map(function (one, at) { return [one.id, at]; }));
    pairs = rowsByPair(data.pairs);
    draw();
    addEventListener("hashchange", draw);
    document.documentElement.dataset.ready = "yes";
  };
})();

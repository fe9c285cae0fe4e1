/* Search over all records: whole words in any form, all of them in a record; "..." for words that follow each other. The
   index is made with the site. Query, kind and process are in the fragment of the address. */
(function () {
  "use strict";
  const PAUSE = 120, STEP = 30;
  const C = window.Clausula, element = C.element, area = document.getElementById("search");
  const groups = [];     // provisions that share a word outside their summary: an actor, the topic, a part of the ID
  let data, stemOf, vocabulary, input, results, facets, limit = STEP, timer, state = { q: "", kind: "", process: "" };

  /* ---- words ---- */
  const WORD = /[\p{L}\p{N}]+/gu;
  function plain(text) { return text.replace(/['’]s\b/g, "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); }
  function wordsOf(text) { return plain(text).match(WORD) || []; }
  /* Return the number of a stem; a form that occurs nowhere is tried without its ending. */
  function stem(word) {
    const forms = [word, word + "s", word.replace(/ies$/, "y"), word.replace(/s$/, ""), word.replace(/es$/, ""), word.replace(/ed$/, ""), word.replace(/d$/, ""),
      word.replace(/ing$/, ""), word.replace(/ing$/, "e"), word.replace(/(.)\1(ed|ing)$/, "$1")];
    const known = forms.find(function (form) { return form.length > 1 && stemOf.has(form); });
    return known === undefined ? -1 : stemOf.get(known);
  }
  function entriesOf(number) {
    if (!data.lists.has(number)) {
      const found = new Map();
      let at = 0;
      for (const character of data.postings[number] || "") {
        const code = character.codePointAt(0), step = code - (code < 0xd800 ? 93 : 93 + 0x800);
        at += step >> 1;
        found.set(at, step & 1);
      }
      groups.forEach(function (one) {
        if (one.stems.includes(number)) { one.rows.forEach(function (row) { if (!found.has(row)) { found.set(row, 0); } }); }
      });
      data.lists.set(number, found);
    }
    return data.lists.get(number);
  }
  function find(query) {
    const phrases = (query.match(/"[^"]+"/g) || []).map(function (one) { return wordsOf(one).map(stem).join(" "); }).filter(Boolean);
    const asked = Array.from(new Set(wordsOf(query))), stems = asked.map(stem), unknown = asked.filter(function (_, at) { return stems[at] < 0; });
    if (!asked.length) { return { entries: [], stems: [], unknown: [] }; }
    if (unknown.length) { return { entries: [], stems: stems, unknown: unknown }; }
    const lists = stems.map(entriesOf).sort(function (a, b) { return a.size - b.size; });
    const scored = [];
    lists[0].forEach(function (_, entry) {
      let score = 0;
      for (const list of lists) {
        if (!list.has(entry)) { return; }
        score += Math.log(1 + data.entries.length / list.size) * (list.get(entry) ? 3 : 1);
      }
      const sentence = data.entries[entry][1];
      if (phrases.length) {
        const line = " " + wordsOf(sentence).map(function (word) { return stemOf.get(word); }).join(" ") + " ";
        if (!phrases.every(function (one) { return line.includes(" " + one + " "); })) { return; }
      }
      // a name that consists of the words asked for comes first
      scored.push([score + (wordsOf(sentence).length === asked.length && score ? 20 : 0), entry]);
    });
    scored.sort(function (a, b) { return b[0] - a[0] || a[1] - b[1]; });
    return { entries: scored.map(function (one) { return one[1]; }), stems: stems, unknown: [] };
  }

  /* ---- drawing ---- */
  function marked(text, stems) {
    const parts = [], wanted = new Set(stems);
    let last = 0;
    for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const number = stemOf.get(plain(match[0]));
      if (number === undefined || !wanted.has(number)) { continue; }
      parts.push(text.slice(last, match.index), element("mark", { textContent: match[0] }));
      last = match.index + match[0].length;
    }
    parts.push(text.slice(last));
    return parts.flatMap(function (part) { return typeof part === "string" ? window.Clausula.withDates(part) : part; });
  }
  function result(entry, stems) {
    const one = data.entries[entry];
    return element("li", {}, [element("a", { href: one[2] || "sources.html" }, marked(one[1], stems)), element("span", { className: "meta" }, [data.kinds[one[0]][2] + " · ", ...marked(one[3], stems)])]);
  }
  function count(number) { return number.toLocaleString("en") + (number === 1 ? " record" : " records"); }
  function choice(name, values, found) {
    const box = element("select", { id: "facet-" + name }, [element("option", { value: "", textContent: "all" })]);
    values.forEach(function (one, at) {
      const number = found.filter(function (entry) { return data.entries[entry][name === "kind" ? 0 : 4] === at; }).length;
      if (number || state[name] === one[0]) { box.append(element("option", { value: one[0], textContent: one[1] + " (" + number + ")", selected: state[name] === one[0] })); }
    });
    box.addEventListener("change", function () { state[name] = box.value; go(true); });
    return element("label", { textContent: name === "kind" ? "Kind of record" : "Process" }, [box]);
  }
  function update() {
    const found = find(state.q), begin = wordsOf(state.q).pop() || "";
    const of = function (name, at, values) { return function (entry) { return !state[name] || (values[data.entries[entry][at]] || [])[0] === state[name]; }; };
    const inKind = of("kind", 0, data.kinds), inProcess = of("process", 4, data.processes);
    const shown = found.entries.filter(inKind).filter(inProcess);
    facets.replaceChildren(choice("kind", data.kinds, found.entries.filter(inProcess)), choice("process", data.processes, found.entries.filter(inKind)));
    facets.hidden = !found.entries.length;
    const parts = [];
    let message = "";
    if (!state.q) {
      message = "Search " + count(data.entries.length) + ": provisions, reactions, actors with their aliases, places, topics, propositions, events, instruments and sources.";
    } else if (found.unknown.length) {
      message = "No record has the word “" + found.unknown.join("”, “") + "”. ";
      const near = vocabulary.filter(function (word) { return begin.length > 1 && word.startsWith(begin); }).slice(0, 8);
      message += near.length ? "Words that begin with it:" : "Use another word, or fewer letters of it.";
      if (near.length) {
        const rest = state.q.replace(/\S+\s*$/, "");
        parts.push(element("p", {}, near.flatMap(function (word) { return [element("a", { href: "#" + new URLSearchParams({ q: rest + word }), textContent: word }), " "]; })));
      }
    } else if (!found.entries.length) {
      message = "No record has all of these words. Leave one out to find more.";
    } else if (!shown.length) {
      message = "0 of " + count(found.entries.length) + " with these words are of this kind and process. Choose “all” to see them.";
    } else {
      message = count(shown.length) + (shown.length < found.entries.length ? " of " + found.entries.length.toLocaleString("en") : "") + ".";
      parts.push(element("ol", { className: "results" }, shown.slice(0, limit).map(function (entry) { return result(entry, found.stems); })));
      if (shown.length > limit) {
        const more = element("button", { type: "button", textContent: "Show " + Math.min(STEP, shown.length - limit) + " more" });
        more.addEventListener("click", function () {
          const first = limit;
          limit += STEP;
          update();
          results.querySelectorAll(".results > li > a")[first].focus();
        });
        parts.push(more);
      }
    }
    results.replaceChildren(element("p", { className: "count", role: "status", textContent: message }), ...parts);
  }

  /* ---- address ---- */
  function read() {
    const parts = new URLSearchParams(location.hash.slice(1));
    Object.keys(state).forEach(function (name) { state[name] = parts.get(name) || ""; });
  }
  function fragment() { return "#" + new URLSearchParams(Object.entries(state).filter(function (one) { return one[1]; })); }
  /* A choice is a step that Back undoes; typing changes the last step. */
  function go(step) {
    limit = STEP;
    if (fragment() === (location.hash || "#")) { update(); return; }
    if (step) { location.hash = fragment(); } else { location.replace(fragment()); }
  }

  /* What the provisions say is in the script of their table. */
  let provisions;
  window.clausulaRows = function (packed) { provisions = C.table(packed); };
  window.clausulaSearch = async function (packed) {
    if (!window.DecompressionStream) { return; }
    data = await C.unpack(packed);
    const of = await provisions, ids = of.columns.provision_id;
    const label = function (name, row) { const column = of.columns[name]; return column.labels[column.place(row)]; };
    vocabulary = data.words.split(" ");
    stemOf = new Map(vocabulary.map(function (word, at) { return [word, data.stems[at]]; }));
    const named = data.stemsOfNames.map(function (stems) { return { stems: stems, rows: [] }; }), titled = new Map();
    const stemsOf = function (text) {
      return wordsOf(text).map(function (word) {
        if (!stemOf.has(word)) { stemOf.set(word, data.postings.length + stemOf.size); }
        return stemOf.get(word);
      });
    };
    const group = function (text, row) {
      if (!titled.has(text)) { titled.set(text, { stems: stemsOf(text), rows: [] }); }
      titled.get(text).rows.push(row);
    };
    for (let row = 0; row < of.rows; row++) {     // they come first, in the order of their table
      data.entries[row][1] = of.columns.summary.text(row);
      data.entries[row][2] = C.linkOf(ids, ids.place(row));
      data.entries[row][3].forEach(function (name) { named[name].rows.push(row); });
      [label("topic_id", row), ...ids.text(row).split(".")].forEach(function (text) { group(text, row); });
      const where = label("instrument_id", row) + ", " + ids.text(row).split(".").pop();
      data.entries[row][3] = [where, label("topic_id", row), data.entries[row][3].map(function (name) { return data.names[name]; }).join(", ")].filter(Boolean).join(" · ");
    }
    groups.push(...named, ...titled.values());
    data.lists = new Map();
    data.kinds.forEach(function (one) { one.push(one[1].replace(/s$/, "")); });
    read();
    input = element("input", { type: "search", id: "query", value: state.q, autocomplete: "off", spellcheck: false });
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { state.q = input.value.trim(); go(false); }, PAUSE);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { clearTimeout(timer); state.q = input.value.trim(); go(true); }
    });
    facets = element("div", { className: "tools" });
    results = element("div");
    area.replaceChildren(element("div", { className: "tools" }, [element("label", { textContent: "Words that a record must have" }, [input])]), facets, results);
    update();
    addEventListener("hashchange", function () {
      read();
      if (document.activeElement !== input) { input.value = state.q; }
      limit = STEP;
      update();
    });
    document.documentElement.dataset.ready = "yes";
  };
})();

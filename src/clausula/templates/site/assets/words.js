/* Show the span behind a code in a reader's own copy of the text. The file is read in the browser; its hash shows whether
   it is the text that was coded. In another edition, the span is searched for by the hash of its letters and digits. */
(function () {
  "use strict";
  const AROUND = 400, PRIME = 2147483647, BASE = 1000003;
  const C = window.Clausula, element = C.element, area = document.getElementById("words");
  let data, byId, copy = null;

  /* ---- hashes ---- */
  /* SHA-256 (FIPS 180-4), because pages opened from a file have no crypto.subtle in every browser. */
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n++) { if (PRIMES.every(function (p) { return n % p; })) { PRIMES.push(n); } }
  const fraction = function (power) { return function (p) { const root = Math.pow(p, power); return ((root - Math.floor(root)) * 4294967296) | 0; }; };
  const START = PRIMES.slice(0, 8).map(fraction(1 / 2)), K = PRIMES.map(fraction(1 / 3));
  function sha256(bytes) {
    const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6), view = new DataView(padded.buffer), w = new Int32Array(64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
    const turn = function (x, n) { return (x >>> n) | (x << (32 - n)); };
    const state = Int32Array.from(START);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = view.getInt32(at + 4 * i); continue; }
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach(function (value, i) { state[i] = (state[i] + value) | 0; });
    }
    return Array.from(state, function (value) { return (value >>> 0).toString(16).padStart(8, "0"); }).join("");
  }
  /* Letters and digits of a text, folded, with the code point from which each comes. */
  function folded(characters) {
    const letters = [], from = [], known = new Map();
    characters.forEach(function (character, at) {
      if (!known.has(character)) {
        const plain = character.normalize("NFKC").toLowerCase().replace(/ß/g, "ss").normalize("NFKC");
        known.set(character, Array.from(plain).filter(function (one) { return /[\p{L}\p{N}]/u.test(one); }));
      }
      known.get(character).forEach(function (one) { letters.push(one); from.push(at); });
    });
    return { letters: letters, from: from };
  }
  const times = function (a, b) { return ((a * (b >>> 16)) % PRIME * 65536 + a * (b & 65535)) % PRIME; };
  function find(index, fingerprint) {
    const parts = fingerprint.split("-"), length = Number(parts[0]), wanted = parseInt(parts[1], 16), letters = index.letters;
    let value = 0, top = 1;
    for (let i = 1; i < length; i++) { top = times(top, BASE); }
    for (let i = 0; i < letters.length; i++) {
      if (i >= length) { value = (value + PRIME - times(top, letters[i - length].codePointAt(0) % PRIME)) % PRIME; }
      value = (times(value, BASE) + letters[i].codePointAt(0)) % PRIME;
      const first = i - length + 1;
      if (first >= 0 && value === wanted && sha256(new TextEncoder().encode(letters.slice(first, i + 1).join(""))).slice(0, 32) === parts[2]) {
        return [index.from[first], index.from[i] + 1];
      }
    }
    return null;
  }

  /* ---- drawing ---- */
  const number = function (value) { return value.toLocaleString("en"); };
  function result(anchor, source) {
    const status = element("p", { role: "status", className: "count" });
    if (!copy) {
      status.textContent = "Choose the file in which you have this text.";
      return [status];
    }
    if (copy.error) {
      status.textContent = copy.error;
      status.className = "warn";
      return [status];
    }
    let span = [anchor[2], anchor[3]];
    if (copy.sha256 === source[3]) {
      status.textContent = "✓ " + copy.name + " is the text that was coded: " + number(copy.characters.length) + " characters, and its SHA-256 is the one in the data.";
      status.className = "verdict yes";
    } else {
      copy.index = copy.index || folded(copy.characters);
      span = find(copy.index, anchor[4]);
      const other = data.sources.find(function (one) { return one[3] === copy.sha256; });
      status.textContent = copy.name + " is not the text that was coded: its SHA-256 differs (" + number(copy.characters.length) + " characters instead of " + number(source[2]) + "). "
        + (other ? "It is the source “" + other[1] + "”. " : "")
        + (span ? "It has the same words at characters " + span[0] + " to " + span[1] + "." : "The words were not found in it.");
      status.className = "warn";
    }
    if (!span) { return [status]; }
    const cut = function (from, to) { return copy.characters.slice(Math.max(0, from), to).join(""); };
    const quoted = element("blockquote", { className: "words" }, [
      (span[0] > AROUND ? "…" : "") + cut(span[0] - AROUND, span[0]), element("mark", { textContent: cut(span[0], span[1]) }),
      cut(span[1], span[1] + AROUND) + (span[1] + AROUND < copy.characters.length ? "…" : "")]);
    return [status, quoted];
  }
  function draw() {
    const id = new URLSearchParams(location.hash.slice(1)).get("e"), anchor = byId.get(id);
    if (!anchor) {
      const message = id ? "There is no anchor “" + id + "” in these data." : "Follow the link “show me the words” beside a provision, a reaction or an event.";
      area.replaceChildren(element("p", { className: id ? "warn" : "", textContent: message }));
      return;
    }
    const source = data.sources[anchor[1]], same = data.anchors.filter(function (one) { return one[1] === anchor[1]; }), at = same.indexOf(anchor);
    const input = element("input", { type: "file", id: "copy", accept: ".txt,.md,text/plain" });
    input.addEventListener("change", function () { if (input.files.length) { read(input.files[0]); } });
    const steps = element("p", { className: "meta" });
    [["← previous span of this text", same[at - 1]], ["next span of this text →", same[at + 1]]].forEach(function (one) {
      if (one[1]) { steps.append(element("a", { href: "#" + new URLSearchParams({ e: one[1][0] }), textContent: one[0] }), " "); }
    });
    area.replaceChildren(
      element("h2", { textContent: anchor[8] }),
      element("p", { className: "meta" }, [element("a", { href: anchor[6], textContent: anchor[7] }), " · characters " + anchor[2] + " to " + anchor[3] + " of ", element("a", { href: source[4], textContent: source[1] }), " · the span " + anchor[5] + " the record · hash ", element("code", { textContent: anchor[4] })]),
      element("p", {}, [element("label", {}, ["Your copy of the text ", input])]),
      ...result(anchor, source), steps);
    document.title = anchor[7] + ": the words · " + document.title.split(" · ").pop();
  }
  async function read(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      copy = { name: file.name, sha256: sha256(bytes), characters: Array.from(text) };
      C.lastHash = copy.sha256;
    } catch (error) {
      copy = { error: file.name + " is not a text file in UTF-8. Save it as plain text in UTF-8 and choose it again." };
    }
    draw();
    document.getElementById("copy").focus();
  }

  /* The tables come in the order of their scripts; they are the same scripts as those of the table pages. */
  const tables = [];
  window.clausulaRows = function (packed) { tables.push(C.table(packed)); };
  function anchorsOf(found) {
    const evidence = found.evidence_id.columns, numbers = new Map(), about = ["provision", "reaction", "event"].map(function (name) {
      const of = found[name + "_id"], summaries = new Map();
      for (let row = 0; row < of.rows; row++) { summaries.set(of.columns[name + "_id"].text(row), of.columns.summary.text(row)); }
      return { field: evidence[name + "_id"], summaries: summaries };
    }).filter(function (one) { return one.field; });
    data.sources.forEach(function (one, at) { numbers.set(one[0], at); });
    return Array.from({ length: found.evidence_id.rows }, function (_, row) {
      const one = about.find(function (kind) { return kind.field.text(row); }), id = one.field.text(row);
      return [evidence.evidence_id.text(row), numbers.get(evidence.source_id.text(row)), Number(evidence.start.text(row)), Number(evidence.end.text(row)),
        evidence.fingerprint.text(row), evidence.bearing.text(row), C.linkOf(one.field, one.field.place(row)), id, one.summaries.get(id)];
    });
  }
  async function start() {
    if (!window.DecompressionStream) { return; }
    const found = {};
    (await Promise.all(tables)).forEach(function (one) { found[one.key] = one; });
    const of = found.source_id.columns;
    data = { sources: Array.from({ length: found.source_id.rows }, function (_, row) {
      return [of.source_id.text(row), of.title.text(row), Number(of.characters.text(row)), of.sha256.text(row), C.linkOf(of.source_id, of.source_id.place(row))];
    }) };
    data.anchors = anchorsOf(found);
    byId = new Map(data.anchors.map(function (one) { return [one[0], one]; }));
    draw();
    addEventListener("hashchange", draw);
    document.documentElement.dataset.ready = "yes";
  }
  addEventListener("DOMContentLoaded", start);
})();

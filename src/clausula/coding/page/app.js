// The page of a pass: text on one side, the form on the other, handed in through the same checks as a workbook.

import { $, button, counted, el, fill, quoted } from "./dom.js";
import { Rows } from "./rows.js";
import { Store } from "./store.js";
import { Reader } from "./text.js";
import { Told } from "./told.js";

const AWAY = "The page's server does not answer. What you typed stays in this tab; start `clausula code web` again with the same --port.";

async function ask(name, sent) {
  const made = sent === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) };
  let answer;
  try {
    answer = await fetch(name, { cache: "no-store", ...made });
  } catch {
    throw new Error(AWAY);
  }
  if (answer.headers.get("Content-Type") === "application/json") return { status: answer.status, ...(await answer.json()) };
  throw new Error(`The server refuses: ${(await answer.text()).trim()}`);
}

class Page {
  constructor(form) {
    this.store = new Store(form);
    this.reader = new Reader(form);
    this.told = new Told({ to: (where) => this.go(where), label: (where, one) => this.label(where, one) });
    this.rows = new Rows(this);
    this.sending = false;
    this.store.listeners.push((what) => this.changed(what));
    this.reader.listeners.push((picked) => this.selected(picked));
    for (const mode of ["check", "part", "whole"]) $(mode).addEventListener("click", () => this.submit(mode));
    $("anew").addEventListener("click", () => this.anew());
    $("use").addEventListener("click", () => this.use());
    $("use").addEventListener("mousedown", (event) => event.preventDefault());
    addEventListener("beforeunload", (event) => {
      if (this.store.dirty()) event.preventDefault();
    });
    this.start(form);
  }

  start(form) {
    document.title = `Pass ${form.letter}: ${form.title}`;
    $("title").textContent = form.title;
    $("about").textContent = `${form.source}, pass ${form.letter}`;
    fill($("steps"), ...form.instructions.map((line) => el("li", {}, line)));
    for (const id of ["check", "part", "whole", "anew"]) $(id).disabled = false;
    if (this.store.restored) this.told.say([], "Unsaved work of this tab was taken up again. Start anew drops it.", false);
    const starts = form.sheets.filter((sheet) => sheet.unit || (sheet.anchored && !sheet.parent));
    fill($("code-as"), el("span", {}, "Code as"), ...starts.map((sheet) => button(sheet.title.toLowerCase(), () => this.codeAs(sheet), {
      "data-as": sheet.name, "aria-label": `Code as ${sheet.title.toLowerCase()}`, disabled: true, mousedown: (event) => event.preventDefault(),
    })));
    this.drawText();
    this.rows.draw();
    this.status();
  }

  status() {
    const dirty = this.store.dirty();
    $("state").textContent = this.sending ? "Checking …" : dirty ? "Not saved yet" : "All is saved";
    $("state").className = dirty ? "warning" : "";
    for (const id of ["check", "part", "whole", "anew"]) $(id).disabled = this.sending;
  }

  changed(what) {
    this.status();
    if (what === "anchors" || what === "rows") {
      this.drawText();
      this.rows.draw();
    }
  }

  anchors() {
    const placed = this.store.rows.filter((row) => this.store.sheets.get(row.table).anchored && row.cells.end);
    return placed.map((row) => ({
      start: Number(row.cells.start),
      end: Number(row.cells.end),
      label: row.cells.record || row.cells.reason || row.table,
      about: [row.cells.bearing, row.cells.id].filter(Boolean).join(", ") || "open the row",
      act: () => this.rows.edit(row),
    }));
  }

  drawText() {
    const anchors = this.anchors();
    this.reader.draw(anchors);
    this.uncovered(anchors);
  }

  async uncovered(anchors) {
    this.asked = (this.asked || 0) + 1;
    const number = this.asked;
    $("open").setAttribute("aria-busy", "true");
    try {
      const answer = await ask("uncovered", { spans: anchors.map((one) => [one.start, one.end]) });
      if (number !== this.asked) return;
      const left = answer.sentences;
      $("open-sum").textContent = left.length ? `${counted(left.length, "sentence")} without a row or a reason.` : "Every sentence is accounted for.";
      fill($("open"), ...left.map(([start, end]) => el("li", {}, button("Select", () => {
        this.reader.pick(start, end);
        this.reader.show(start);
      }, { "aria-label": `Select: ${this.reader.words(start, end)}` }), " ", quoted(this.reader.words(start, end), 120))));
    } catch (error) {
      $("open-sum").textContent = error.message;
    }
    if (number === this.asked) $("open").setAttribute("aria-busy", "false");
  }

  selected(picked) {
    fill($("words"), ...(picked ? ["Selected: ", quoted(this.reader.about(picked), 160)] : ["No words are selected."]));
    const row = this.rows.open;
    $("use").disabled = !picked || !row || !this.store.sheets.get(row.table).anchored;
    for (const one of $("code-as").querySelectorAll("button")) one.disabled = !picked;
  }

  use() {
    const { start, end } = this.reader.picked;
    this.rows.change(this.rows.open, "quote", "", { start: String(start), end: String(end) });
  }

  /** A new row out of the selected words; a unit gets its first anchor at once. */
  codeAs(sheet) {
    const { start, end } = this.reader.picked;
    const span = { start: String(start), end: String(end) };
    const row = this.store.add(sheet.name, sheet.unit ? {} : span);
    if (sheet.unit) this.store.add("evidence", { record: row.cells.id, bearing: "states", ...span });
    this.reader.forget();
    this.rows.edit(row);
  }

  label(where, one) {
    if (where.start !== undefined) return "Text";
    const row = this.store.find(where.key);
    const sheet = this.store.sheets.get(where.table);
    const column = sheet?.columns.find((known) => known.name === where.column);
    return [sheet?.title || one.table, row?.cells.id || row?.cells[sheet?.key], column?.title].filter(Boolean).join(" · ");
  }

  go(where) {
    if (where.start !== undefined) this.reader.show(where.start);
    else if (this.store.find(where.key)) this.rows.edit(this.store.find(where.key), where.column);
    else this.rows.choose(where.table);
  }

  async submit(mode) {
    if (this.sending) return;
    this.sending = true;
    this.status();
    const handedIn = structuredClone(this.store.handedIn(mode));
    try {
      const answer = await ask("submit", handedIn);
      this.sending = false;
      if (answer.taken) this.store.taken(handedIn.rows, answer.left_out);
      this.told.say(answer.findings, this.sum(mode, answer));
    } catch (error) {
      this.sending = false;
      this.told.say(this.told.findings, error.message);
    }
    this.rows.draw();
    this.status();
  }

  sum(mode, answer) {
    if (answer.status !== 200) return "Nothing was saved; what you typed is still here.";
    const errors = answer.findings.filter((one) => one.severity === "error" && one.code !== "uncoded-sentence").length;
    const sentences = answer.findings.filter((one) => one.code === "uncoded-sentence").length;
    const open = sentences ? ` ${counted(sentences, "sentence")} not accounted for.` : "";
    const numbers = `${counted(answer.added, "row")} added, ${answer.changed} changed, ${answer.removed} removed`;
    const said = errors ? `${counted(errors, "finding")}. ` : "";
    if (answer.taken) {
      const left = answer.left_out.length ? ` ${counted(answer.left_out.length, "row")} left out.` : "";
      return answer.files.length ? `Saved: ${numbers}.${left}${open}` : `Nothing to save: the tables hold it already.${left}${open}`;
    }
    if (mode === "check" && !errors && !sentences) return `Clean. Saving would make: ${numbers}.`;
    return `${said}${open.trim()} Nothing was saved.`.trim();
  }

  anew() {
    if (this.store.dirty() && !confirm("Drop what is not saved, and load the tables anew?")) return;
    this.store.forget();
    location.reload();
  }
}

try {
  const form = await ask("form");
  if (form.status !== 200) throw new Error(form.findings.map((one) => `${one.message}. ${one.hint || ""}`).join(" "));
  new Page(form);
} catch (error) {
  $("state").textContent = error.message;
  $("state").className = "error";
}

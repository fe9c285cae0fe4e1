// The coding page of a pass: the text on one side, the form on the other. Submissions pass the same checks as workbooks.

import { $, button, count, el, fill, quoted, sentence } from "./dom.js";
import { Messages } from "./messages.js";
import { Rows } from "./rows.js";
import { Store } from "./store.js";
import { Reader } from "./text.js";

const NO_ANSWER = "The server does not respond. Your input is kept in this tab. Start `clausula code web` again with the same --port.";

async function request(name, sent) {
  const options = sent === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) };
  let answer;
  try {
    answer = await fetch(name, { cache: "no-store", ...options });
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (answer.headers.get("Content-Type") === "application/json") return { status: answer.status, ...(await answer.json()) };
  throw new Error(`The server refused the request: ${(await answer.text()).trim()}`);
}

/** The modes of submission by the id of their buttons. */
const MODES = { check: "check", "save-valid": "valid", "save-all": "all" };

class Page {
  constructor(form) {
    this.store = new Store(form);
    this.reader = new Reader(form);
    this.messages = new Messages({ to: (where) => this.go(where), label: (where, one) => this.label(where, one) });
    this.rows = new Rows(this);
    this.sending = false;
    this.store.listeners.push((what) => this.changed(what));
    this.reader.listeners.push((selected) => this.select(selected));
    for (const [id, mode] of Object.entries(MODES)) $(id).addEventListener("click", () => this.submit(mode));
    $("reload").addEventListener("click", () => this.reload());
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
    for (const id of [...Object.keys(MODES), "reload"]) $(id).disabled = false;
    if (this.store.restored) this.messages.show([], "Unsaved changes from this tab were restored. Press \"Discard changes\" to delete them.", false);
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
    $("state").textContent = this.sending ? "Checking …" : dirty ? "Unsaved changes" : "All changes saved";
    $("state").className = dirty ? "warning" : "";
    for (const id of [...Object.keys(MODES), "reload"]) $(id).disabled = this.sending;
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
      about: [row.cells.bearing, row.cells.id].filter(Boolean).join(", ") || "open row",
      act: () => this.rows.edit(row),
    }));
  }

  drawText() {
    const anchors = this.anchors();
    this.reader.draw(anchors);
    this.uncovered(anchors);
  }

  async uncovered(anchors) {
    this.requests = (this.requests || 0) + 1;
    const number = this.requests;
    $("uncoded").setAttribute("aria-busy", "true");
    try {
      const answer = await request("uncovered", { spans: anchors.map((one) => [one.start, one.end]) });
      if (number !== this.requests) return;
      const left = answer.sentences;
      $("uncoded-summary").textContent = left.length ? `${count(left.length, "sentence")} without a record or a reason.` : "Every sentence has a record or a reason.";
      fill($("uncoded"), ...left.map(([start, end]) => el("li", {}, button("Select", () => {
        this.reader.select(start, end);
        this.reader.show(start);
      }, { "aria-label": `Select: ${this.reader.words(start, end)}` }), " ", quoted(this.reader.words(start, end), 120))));
    } catch (error) {
      $("uncoded-summary").textContent = error.message;
    }
    if (number === this.requests) $("uncoded").setAttribute("aria-busy", "false");
  }

  select(selected) {
    fill($("selection-text"), ...(selected ? ["Selected: ", quoted(this.reader.about(selected), 160)] : ["Nothing is selected."]));
    const row = this.rows.open;
    $("use").disabled = !selected || !row || !this.store.sheets.get(row.table).anchored;
    for (const one of $("code-as").querySelectorAll("button")) one.disabled = !selected;
  }

  use() {
    const { start, end } = this.reader.selected;
    this.rows.change(this.rows.open, "quote", "", { start: String(start), end: String(end) });
  }

  /** Create a row from the selection; a unit also gets its first anchor. */
  codeAs(sheet) {
    const { start, end } = this.reader.selected;
    const span = { start: String(start), end: String(end) };
    const row = this.store.add(sheet.name, sheet.unit ? {} : span);
    if (sheet.unit) this.store.add("evidence", { record: row.cells.id, bearing: "states", ...span });
    this.reader.clearSelection();
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
    const submission = structuredClone(this.store.submission(mode));
    try {
      const answer = await request("submit", submission);
      this.sending = false;
      if (answer.imported) this.store.markSaved(submission.rows, answer.left_out);
      this.messages.show(answer.findings, this.summary(mode, answer));
    } catch (error) {
      this.sending = false;
      this.messages.show(this.messages.findings, error.message);
    }
    this.rows.draw();
    this.status();
  }

  summary(mode, answer) {
    if (answer.status !== 200) return "Nothing was saved. Your input is still here.";
    const errors = answer.findings.filter((one) => one.severity === "error" && one.code !== "uncoded-sentence").length;
    const sentences = answer.findings.filter((one) => one.code === "uncoded-sentence").length;
    const uncoded = sentences ? ` ${count(sentences, "sentence")} without a record or a reason.` : "";
    const numbers = `${count(answer.added, "row")} added, ${answer.changed} changed, ${answer.removed} removed`;
    const problems = errors ? `${count(errors, "error")}. ` : "";
    if (answer.imported) {
      const left = answer.left_out.length ? ` ${count(answer.left_out.length, "row")} not saved.` : "";
      return answer.files.length ? `Saved: ${numbers}.${left}${uncoded}` : `No changes to save.${left}${uncoded}`;
    }
    if (mode === "check" && !errors && !sentences) return `No errors. Saving would make these changes: ${numbers}.`;
    return `${problems}${uncoded.trim()} Nothing was saved.`.trim();
  }

  reload() {
    if (this.store.dirty() && !confirm("Discard unsaved changes and reload the tables?")) return;
    this.store.discardDraft();
    location.reload();
  }
}

try {
  const form = await request("form");
  if (form.status !== 200) throw new Error(form.findings.map((one) => `${sentence(one.message)} ${one.hint || ""}`).join(" "));
  new Page(form);
} catch (error) {
  $("state").textContent = error.message;
  $("state").className = "error";
}

// The coding page of a pass: the text on one side, the form on the other. Submissions pass the same checks as workbooks.

import { $, button, count, el, fill, quoted, sentence, singular } from "./dom.js";
import { Draft } from "./draft.js";
import { Keys } from "./keys.js";
import { Messages } from "./messages.js";
import { Rows } from "./rows.js";
import { Search } from "./search.js";
import { Store } from "./store.js";
import { Reader } from "./text.js";

const NO_ANSWER = "The server does not respond. Your input is kept in this tab. Start `clausula code web` again with the same --port.";

/** What the page says about unsaved changes, by the state of their draft. */
const STATES = {
  kept: "Unsaved changes; draft kept",
  keeping: "Unsaved changes; keeping the draft …",
  failed: "Unsaved changes; draft in this tab only",
  conflict: "Another tab has changed this pass",
};

async function request(name, sent) {
  const options = sent === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) };
  let response;
  try {
    response = await fetch(name, { cache: "no-store", ...options });
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (response.headers.get("Content-Type") === "application/json") return { status: response.status, ...(await response.json()) };
  throw new Error(`The server refused the request: ${(await response.text()).trim()}`);
}

/** The modes of submission by the id of their buttons. */
const MODES = { check: "check", "save-valid": "valid", "save-all": "all" };

class Page {
  constructor(form) {
    this.store = new Store(form);
    this.draft = new Draft({
      send: request, key: `clausula ${form.source}.${form.letter} ${form.edition}`, revision: form.draft.revision, changed: () => this.status(),
    });
    this.left = [];
    this.reader = new Reader(form);
    this.messages = new Messages({ to: (where) => this.go(where), label: (where, one) => this.label(where, one) });
    this.send = request;
    this.rows = new Rows(this);
    this.sending = false;
    this.store.listeners.push((what) => this.changed(what));
    this.reader.listeners.push((selected) => this.select(selected));
    for (const [id, mode] of Object.entries(MODES)) $(id).addEventListener("click", () => this.submit(mode));
    $("reload").addEventListener("click", () => this.reload());
    $("use").addEventListener("click", () => this.use());
    $("use").addEventListener("mousedown", (event) => event.preventDefault());
    $("undo").addEventListener("click", () => this.step("undo"));
    $("redo").addEventListener("click", () => this.step("redo"));
    $("next-sentence").addEventListener("click", () => this.nextSentence(1));
    $("next-sentence").addEventListener("mousedown", (event) => event.preventDefault());
    addEventListener("beforeunload", (event) => {
      this.draft.flush();
      if (this.store.dirty() && this.draft.state !== "kept") event.preventDefault();
    });
    this.restore(form);
    this.start(form);
  }

  /** Restore what this tab kept when the server did not answer, or else the draft of the server. */
  restore(form) {
    const local = this.draft.local();
    this.restored = this.store.restore(local ? local.content : form.draft.content);
    if (!local || !this.restored) return;
    this.draft.revision = local.revision;
    if (local.revision === form.draft.revision) this.draft.keep(() => this.store.draft());
    else this.draft.conflict(() => this.store.draft());
  }

  start(form) {
    document.title = `Pass ${form.letter}: ${form.title}`;
    $("title").textContent = form.title;
    $("about").textContent = `${form.source}, pass ${form.letter}`;
    fill($("steps"), ...form.instructions.map((line) => el("li", {}, line)));
    for (const id of [...Object.keys(MODES), "reload"]) $(id).disabled = false;
    const restored = this.restored ? "Unsaved changes were restored from the draft. Press \"Discard changes\" to delete them." : "";
    this.messages.show(form.draft.findings, restored, false);
    const starts = form.sheets.filter((sheet) => sheet.unit || (sheet.anchored && !sheet.parent));
    fill($("code-as"), el("span", {}, "Code as"), ...starts.map((sheet) => button(singular(sheet.title), () => this.codeAs(sheet), {
      "data-as": sheet.name, "aria-label": `Code as ${singular(sheet.title)}`, disabled: true, mousedown: (event) => event.preventDefault(),
    })));
    this.search = new Search(this.reader);
    this.keys = new Keys(this, starts);
    this.drawText();
    this.rows.draw();
    this.status();
    $("text").focus();
  }

  status() {
    const dirty = this.store.dirty();
    const { state, problem } = this.draft;
    $("state").textContent = this.sending ? "Checking …" : dirty || state === "conflict" ? STATES[state] : "All changes saved";
    $("state").className = dirty ? "warning" : "";
    $("state").title = problem || "";
    $("state").setAttribute("aria-busy", String(state === "keeping"));
    const { done, undone } = this.store.history;
    for (const [id, steps] of [["undo", done], ["redo", undone]]) {
      $(id).disabled = this.sending || !steps.length;
      $(id).title = steps.length ? `${id === "undo" ? "Undo" : "Redo"}: ${steps.at(-1).label}` : "";
    }
    if ((state === "conflict") !== Boolean($("draft-choice").firstChild)) fill($("draft-choice"), ...(state === "conflict" ? this.choices() : []));
    for (const id of [...Object.keys(MODES), "reload"]) $(id).disabled = this.sending;
  }

  /** Return buttons to choose between the draft of this tab and that of another one. */
  choices() {
    return [
      button("Load the other tab's draft", () => {
        this.draft.forget();
        location.reload();
      }),
      button("Keep this tab's input", async () => {
        const form = await request("form");
        if (form.status === 200) await this.draft.replace(form.draft.revision);
      }),
    ];
  }

  changed(what) {
    this.draft.keep(this.store.dirty() ? () => this.store.draft() : null);
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
      const response = await request("uncovered", { spans: anchors.map((one) => [one.start, one.end]) });
      if (number !== this.requests) return;
      const left = response.sentences;
      this.left = left;
      this.progress(response.total - left.length, response.total);
      $("uncoded-summary").textContent = left.length ? `${count(left.length, "sentence")} without a record or a reason.` : "Every sentence has a record or a reason.";
      this.rows.bulk.sentences(left, this.reader, (start, end) => {
        this.reader.select(start, end);
        this.reader.show(start);
      });
    } catch (error) {
      $("uncoded-summary").textContent = error.message;
    }
    if (number === this.requests) $("uncoded").setAttribute("aria-busy", "false");
  }

  progress(done, total) {
    $("progress").max = Math.max(total, 1);
    $("progress").value = done;
    const share = total ? Math.floor((100 * done) / total) : 100;
    $("progress-text").textContent = `${done.toLocaleString("en")} of ${count(total, "sentence")} (${share} %)`;
  }

  /** Undo or redo a step, and say what it was. */
  step(which) {
    const step = this.store[which]();
    if (!step) return;
    const one = step.patches.length === 1 ? this.store.find(step.patches[0].row) : null;
    if (one) this.rows.edit(one, step.patches[0].name || "");
    $("findings").hidden = false;
    $("findings-summary").textContent = `${which === "undo" ? "Undone" : "Done again"}: ${step.label}.`;
  }

  /** Select the next or previous sentence that has neither a record nor a reason. */
  nextSentence(direction) {
    const { selected } = this.reader;
    const after = this.left.filter(([start]) => !selected || start >= selected.end);
    const before = this.left.filter(([, end]) => selected && end <= selected.start);
    const next = direction > 0 ? after[0] || this.left[0] : before.at(-1) || this.left.at(-1);
    $("text").focus({ preventScroll: true });
    if (!next) return;
    this.reader.select(next[0], next[1]);
    this.reader.show(next[0]);
  }

  /** Move an end of the selection by a word. */
  moveEnd(end, forward) {
    const moved = this.reader.moved(this.reader.selected, end, end === forward);
    this.reader.select(moved.start, moved.end);
  }

  /** Add the selection as further evidence of the open unit. */
  furtherEvidence() {
    const { open } = this.rows;
    if (!open || !this.reader.selected || !this.store.sheets.get(open.table).unit) return;
    const { start, end } = this.reader.selected;
    this.rows.edit(this.store.add("evidence", { record: open.cells.id, start: String(start), end: String(end) }));
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
    const row = this.store.together(`new row in ${sheet.title}`, () => {
      const made = this.store.add(sheet.name, sheet.unit ? {} : span, this.store.carried(sheet.name));
      if (sheet.unit) this.store.add("evidence", { record: made.cells.id, bearing: "states", ...span });
      return made;
    });
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
      const response = await request("submit", submission);
      this.sending = false;
      if (response.imported) this.store.markSaved(submission.rows, response.left_out);
      this.messages.show(response.findings, this.summary(mode, response));
    } catch (error) {
      this.sending = false;
      this.messages.show(this.messages.findings, error.message);
    }
    this.rows.draw();
    this.status();
  }

  summary(mode, response) {
    if (response.status !== 200) return "Nothing was saved. Your input is still here.";
    const errors = response.findings.filter((one) => one.severity === "error" && one.code !== "uncoded-sentence").length;
    const sentences = response.findings.filter((one) => one.code === "uncoded-sentence").length;
    const uncoded = sentences ? ` ${count(sentences, "sentence")} without a record or a reason.` : "";
    const numbers = `${count(response.added, "row")} added, ${response.changed} changed, ${response.removed} removed`;
    const problems = errors ? `${count(errors, "error")}. ` : "";
    if (response.imported) {
      const left = response.left_out.length ? ` ${count(response.left_out.length, "row")} not saved.` : "";
      return response.files.length ? `Saved: ${numbers}.${left}${uncoded}` : `No changes to save.${left}${uncoded}`;
    }
    if (mode === "check" && !errors && !sentences) return `No errors. Saving would make these changes: ${numbers}.`;
    return `${problems}${uncoded.trim()} Nothing was saved.`.trim();
  }

  async reload() {
    if (this.store.dirty() && !confirm("Discard unsaved changes and reload the tables?")) return;
    this.store.saved = this.store.state();
    this.draft.keep(null);
    await this.draft.flush();
    this.draft.forget();
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

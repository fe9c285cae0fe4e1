// Many rows at once: reasons for sentences that support no record, absences for topics without a provision, all topics.

import { $, button, count, el, fill, quoted } from "./dom.js";

const LOG = "coding_log";
const ABSENCES = "absences";
const TOPICS = "topics";
const MAX_LISTED = 100;

export class Bulk {
  constructor({ store, labels }) {
    Object.assign(this, { store, labels });
  }

  /** Draw what can be done in bulk in a table, or all topics. */
  draw(table) {
    fill($("bulk"), ...(table === ABSENCES ? this.absences() : table === TOPICS ? this.topics() : []));
  }

  /** List all topics with their definitions, so that a coder finds the one that exists before adding another. */
  topics() {
    const lines = this.store.form.topics.map(([id, parent, label, definition]) =>
      el("li", {}, el("span", {}, el("strong", {}, label), ` ${id}${parent ? `, under ${parent}` : ""}. `, el("bdi", {}, definition))));
    return [el("fieldset", { class: "bulk" }, el("legend", {}, count(lines.length, "topic")),
      el("div", { class: "bar" }, el("label", { for: "topic-filter" }, "Filter"), this.filter("topic-filter", lines)),
      el("ul", { class: "checks", tabindex: "0", "aria-label": "Topics" }, ...lines))];
  }

  /** Return a field that hides the lines without its text. */
  filter(id, lines) {
    const box = el("input", { type: "search", id, autocomplete: "off", input: () => {
      const wanted = box.value.trim().toLowerCase();
      for (const line of lines) line.hidden = !line.textContent.toLowerCase().includes(wanted);
    } });
    return box;
  }

  /** Return the topics that no provision of this pass has and that have no absence with an instrument yet. */
  openTopics() {
    const coded = new Set(["provisions", "provision_topics"].flatMap((name) => this.store.of(name).map((row) => row.cells.topic_id)));
    return this.store.of(ABSENCES).filter((row) => row.cells.topic_id && !row.cells.instrument_id && !coded.has(row.cells.topic_id));
  }

  absences() {
    const column = this.store.sheets.get(ABSENCES).columns.find((one) => one.name === "instrument_id");
    const topic = this.store.sheets.get(ABSENCES).columns.find((one) => one.name === "topic_id");
    const open = this.openTopics();
    if (!open.length) return [];
    const names = this.labels(topic);
    const instruments = this.instruments(column);
    const select = el("select", { id: "absent-from" }, ...instruments.map(([id, label]) => el("option", { value: id }, label || id)));
    const boxes = open.map((row) => {
      const box = el("input", { type: "checkbox", id: `absent-${row.key}`, change: () => tell() });
      box.checked = true;
      return { row, box, line: el("li", {}, box, el("label", { for: box.id }, `${row.cells.topic_id} `, quoted(names.get(row.cells.topic_id) || "", 80))) };
    });
    const enter = button("", () => {
      const chosen = boxes.filter(({ box }) => box.checked);
      this.store.together(`absences of ${count(chosen.length, "topic")}`, () => {
        for (const { row } of chosen) this.store.set(row, { instrument_id: select.value });
      });
    }, { class: "main", id: "absent-enter" });
    const tell = () => {
      const chosen = boxes.filter(({ box }) => box.checked).length;
      enter.textContent = `Enter ${count(chosen, "topic")} as absent`;
      enter.disabled = !chosen || !select.value;
    };
    const filter = this.filter("absent-filter", boxes.map(({ line }) => line));
    const all = (on) => button(on ? "Tick all shown" : "Clear all shown", () => {
      for (const { box, line } of boxes) if (!line.hidden) box.checked = on;
      tell();
    });
    tell();
    return [el("fieldset", { class: "bulk" }, el("legend", {}, `${count(open.length, "topic")} without a provision or an absence`),
      el("div", { class: "bar" }, el("label", { for: "absent-from" }, "Instrument"), select, enter),
      el("div", { class: "bar" }, el("label", { for: "absent-filter" }, "Filter"), filter, all(true), all(false)),
      el("ul", { class: "checks" }, ...boxes.map(({ line }) => line)))];
  }

  instruments(column) {
    const source = this.store.form.source;
    const found = [...this.labels(column)];
    return [...found.filter(([id]) => id === source), ...found.filter(([id]) => id !== source)];
  }

  /** List the sentences without a record or a reason, with check boxes. */
  sentences(left, reader, select) {
    const lead = this.store.sheets.has(LOG);
    const boxes = [];
    const lines = left.slice(0, MAX_LISTED).map(([start, end, number]) => {
      const box = el("input", { type: "checkbox", "aria-label": `Sentence ${number}`, change: () => tell() });
      boxes.push({ box, start, end, number });
      return el("li", {}, lead ? box : null, button("Select", () => select(start, end), { "aria-label": `Select: ${reader.words(start, end)}` }),
        " ", quoted(reader.words(start, end), 120));
    });
    const more = left.length > MAX_LISTED ? el("li", { class: "soft" }, `Showing the first ${MAX_LISTED} of ${left.length.toLocaleString("en")}.`) : null;
    fill($("uncoded"), ...lines, more);
    let tell = () => {};
    if (!lead) return fill($("uncoded-bulk"));
    const reason = this.store.sheets.get(LOG).columns.find((one) => one.name === "reason");
    const choice = el("select", { id: "log-reason" }, ...reason.choices.map(([value, label]) => el("option", { value }, label || value)));
    const log = button("", () => this.log(boxes.filter(({ box }) => box.checked), choice.value), { id: "log-enter" });
    tell = () => {
      const chosen = boxes.filter(({ box }) => box.checked).length;
      log.textContent = `Give ${count(chosen, "sentence")} this reason`;
      log.disabled = !chosen;
    };
    tell();
    const proposed = this.proposed(left);
    return fill($("uncoded-bulk"), left.length ? el("div", { class: "bar" },
      button("Tick all shown", () => {
        for (const { box } of boxes) box.checked = true;
        tell();
      }), el("label", { for: "log-reason" }, "Reason"), choice, log,
      proposed.length ? button(`Accept ${count(proposed.length, "proposed reason")}`, () => this.takeOver(proposed), { id: "log-proposed" }) : null) : null);
  }

  /** Log sentences; those that follow each other share a row. */
  log(chosen, reason) {
    const runs = [];
    for (const { start, end, number } of chosen) {
      const last = runs.at(-1);
      if (last && last.number === number - 1) Object.assign(last, { end, number });
      else runs.push({ start, end, number });
    }
    this.store.together(`reasons of ${count(chosen.length, "sentence")}`, () => {
      for (const { start, end } of runs) this.store.add(LOG, { reason, start: String(start), end: String(end) });
    });
  }

  /** Return the proposed rows of the log whose sentences are all still without a record or a reason. */
  proposed(left) {
    const covered = (a, b) => this.store.rows.some((row) => row.cells.end && Number(row.cells.start) < b && Number(row.cells.end) > a);
    return this.store.form.proposed_log.filter((row) => left.some(([start, end]) => start < Number(row.end) && end > Number(row.start))
      && !covered(Number(row.start), Number(row.end)));
  }

  takeOver(proposed) {
    this.store.together(count(proposed.length, "proposed reason"), () => {
      for (const cells of proposed) this.store.add(LOG, cells);
    });
  }
}

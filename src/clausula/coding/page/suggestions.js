// Suggestions for the open unit. They change nothing until the coder accepts one, and stay marked after that.

import { button, el, fill, quoted } from "./dom.js";

const WAIT_MS = 400;

export class Suggestions {
  constructor({ send, store, draw, wanted }) {
    Object.assign(this, { send, store, draw, wanted });
    this.number = 0;
  }

  /** Return the place for the suggestions for a row, and ask for them. */
  place(row) {
    if (!this.wanted || !this.store.sheets.get(row.table).unit) return null;
    const box = el("section", { id: "suggestions", "aria-labelledby": "suggestions-title", hidden: true },
      el("h4", { id: "suggestions-title" }, "Suggestions (nothing is entered until you accept it)"), el("ul", {}));
    this.box = box;
    this.row = row;
    if (this.known?.key === row.key) this.show(this.known.suggestions);
    this.ask(0);
    return box;
  }

  ask(wait = WAIT_MS) {
    clearTimeout(this.waiting);
    if (this.wanted && this.row) this.waiting = setTimeout(() => this.get(), wait);
  }

  /** Show again what is known about the open row, after one of its fields has changed. */
  again(row) {
    if (this.wanted && this.row === row && this.known?.key === row.key) this.show(this.known.suggestions);
  }

  async get() {
    const { row } = this;
    const number = (this.number += 1);
    const anchors = this.store.of("evidence").filter((one) => one.cells.record === row.cells.id && one.cells.end);
    const spans = anchors.map((one) => [Number(one.cells.start), Number(one.cells.end)]);
    try {
      const answer = await this.send("suggest", { table: row.table, spans, summary: row.cells.summary || "" });
      if (number !== this.number || row !== this.row || answer.status !== 200) return;
      this.known = { key: row.key, suggestions: answer.suggestions };
      this.show(answer.suggestions);
    } catch {
      // Without an answer there are no suggestions.
    }
  }

  /** Return whether a field of the open row has a value that the coder chose; one that is in no list may be replaced. */
  chosen({ table, cells }) {
    const [name] = Object.keys(cells);
    const value = this.row.cells[name];
    if (table !== this.row.table || !value || this.row.carried?.[name]) return false;
    const column = this.store.sheets.get(table).columns.find((one) => one.name === name);
    return column.choices.length > 0 || (this.store.form.lists[column.refers] || [[value]]).some(([known]) => known === value);
  }

  /** Show suggestions, by field, without those that are entered already or whose field has a value. */
  show(suggestions) {
    const open = suggestions.filter((one) => !this.entered(one) && !this.chosen(one));
    const fields = new Map();
    for (const one of open) {
      const sheet = this.store.sheets.get(one.table);
      if (!sheet) continue;
      const name = Object.keys(one.cells)[0];
      const title = one.table === this.row.table ? sheet.columns.find((column) => column.name === name)?.title : sheet.title;
      fields.set(title, [...(fields.get(title) || []), one]);
    }
    this.box.hidden = !fields.size;
    fill(this.box.querySelector("ul"), ...[...fields].map(([title, listed]) => el("li", {}, el("b", {}, `${title} `),
      ...listed.map((one) => button(one.label, () => this.accept(one), { class: "suggestion", title: one.why, "aria-label": `Accept ${title}: ${one.label} (${one.why})` })),
      el("span", { class: "soft" }, " ", quoted(listed[0].why, 110)))));
  }

  entered({ table, cells }) {
    const same = (row) => Object.entries(cells).every(([name, value]) => row.cells[name] === value);
    if (table === this.row.table) return same(this.row);
    const { parent } = this.store.sheets.get(table) || {};
    return this.store.of(table).some((row) => row.cells[parent] === this.row.cells.id && same(row));
  }

  accept({ table, cells }) {
    const { row } = this;
    if (table === row.table) {
      row.suggested = { ...row.suggested, ...cells };
      this.store.set(row, cells, "suggestion");
    } else {
      const made = this.store.add(table, { [this.store.sheets.get(table).parent]: row.cells.id, ...cells }, this.store.carried(table), "suggestion");
      made.suggested = cells;
    }
    this.draw();
  }
}

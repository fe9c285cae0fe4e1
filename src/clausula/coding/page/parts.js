// The rows that belong to a unit or an anchor, as lines in its form; the last line of a table is always empty.

import { button, el, short } from "./dom.js";

/** The tables that always have an empty line, with the key that leads to it. */
export const LINE_KEYS = { provision_actors: "a", event_actors: "a", reaction_targets: "t", provision_quantities: "q" };

export class Parts {
  constructor({ store, fields, messages, edit, about, list, draw }) {
    Object.assign(this, { store, fields, messages, edit, about, list, draw });
    this.opened = new Set();
  }

  /** Return the lines of every table that can belong to a row. */
  all(row) {
    const sheets = row.cells.id ? this.store.below(row) : [];
    if (!sheets.length) return null;
    return el("fieldset", {}, el("legend", {}, `Rows that belong to ${row.cells.id}`), ...sheets.map((sheet) => this.table(sheet, row)));
  }

  table(sheet, owner) {
    const rows = this.store.of(sheet.name).filter((one) => one.cells[sheet.parent] === owner.cells.id);
    const label = `${sheet.title} of ${owner.cells.id}`;
    const id = `part-${sheet.name}`;
    if (sheet.anchored) return el("div", { class: "part", id }, el("b", {}, `${sheet.title} `), ...rows.map((one) => this.opener(one, sheet)), this.adder(sheet, owner));
    const lines = el("ul", { class: "lines", "aria-label": label }, ...rows.map((one) => this.line(sheet, one)));
    const empty = sheet.name in LINE_KEYS || this.opened.has(`${owner.key} ${sheet.name}`);
    if (empty) lines.append(this.empty(sheet, owner, lines));
    return el("div", { class: "part", id }, el("b", {}, sheet.title), " ", empty ? null : this.adder(sheet, owner), lines);
  }

  opener(row, sheet) {
    const { [sheet.parent]: parent, ...others } = row.cells;
    return button(short(this.about({ ...row, cells: others }) || "empty", 60), () => this.edit(row));
  }

  adder(sheet, owner) {
    const add = () => {
      if (sheet.anchored) return this.edit(this.store.add(sheet.name, { [sheet.parent]: owner.cells.id }));
      this.opened.add(`${owner.key} ${sheet.name}`);
      this.draw();
      return this.focus(sheet.name);
    };
    return button("Add", add, { "aria-label": `Add to ${owner.cells.id}: ${sheet.title}` });
  }

  /** Focus the empty line of a table. */
  focus(table) {
    const line = document.querySelector(`#part-${table} .empty`);
    line?.scrollIntoView({ block: "nearest" });
    const controls = [...(line?.querySelectorAll("input, select, textarea") || [])];
    (controls.find((one) => !one.value) || controls[0])?.focus();
  }

  columns(sheet) {
    return sheet.columns.filter((column) => !column.given && column.required && column.name !== sheet.parent);
  }

  control(sheet, row, column, set, isNew) {
    const faults = this.messages.of(row).get(column.name) || [];
    const carried = row.carried?.[column.name] && row.carried[column.name] === row.cells[column.name];
    const suggested = row.suggested?.[column.name] && row.suggested[column.name] === row.cells[column.name];
    const control = this.fields.control(row, column, {
      "aria-label": `${column.title}, ${sheet.title}${isNew ? ", new line" : ""}`,
      "aria-invalid": faults.some((one) => one.severity === "error") ? "true" : null,
      "data-cell": column.name, class: carried ? "carried" : null, placeholder: column.title,
      title: [column.title, carried ? "carried over" : "", ...faults.map((one) => one.message)].filter(Boolean).join(": "),
    }, set);
    const name = this.fields.labels(column).get(row.cells[column.name]);
    return el("span", { class: column.choices.length ? "cell" : "cell wide" }, el("span", { class: "cell-title" }, column.title, carried ? " (carried over)" : suggested ? " (from a suggestion)" : ""), control,
      (column.refers || column.local_tables.length) && name && name !== row.cells[column.name] ? el("span", { class: "soft" }, short(name, 50)) : null);
  }

  set(row, column, event) {
    this.store.set(row, { [column.name]: event.target.value });
    if (row.carried) delete row.carried[column.name];
    event.target.classList.remove("carried");
    event.target.removeAttribute("aria-invalid");
    this.messages.clear(row, column.name);
    this.list();
  }

  line(sheet, row) {
    const rest = sheet.columns.some((one) => !one.given && !one.required);
    return el("li", { class: "line", "data-key": String(row.key) },
      ...this.columns(sheet).map((column) => this.control(sheet, row, column, (event) => this.set(row, column, event))),
      rest ? button("More", () => this.edit(row), { "aria-label": `More fields: ${sheet.title}` }) : null,
      button("×", () => {
        this.store.remove(row);
        this.draw();
        this.focus(sheet.name);
      }, { "aria-label": `Delete this line: ${sheet.title}`, class: "danger" }));
  }

  /** Return an empty line, which becomes a row with the first value, and is followed by another one. */
  empty(sheet, owner, lines) {
    const carried = this.store.carried(sheet.name);
    const row = { key: 0, table: sheet.name, cells: { [sheet.parent]: owner.cells.id, ...carried }, carried };
    const line = el("li", { class: "line empty" });
    let made = null;
    const set = (column) => (event) => {
      if (!made) {
        if (!event.target.value) return;
        made = this.store.add(sheet.name, { [sheet.parent]: owner.cells.id, [column.name]: event.target.value },
          Object.fromEntries(Object.entries(carried).filter(([name]) => name !== column.name)), "cells");
        event.target.classList.remove("carried");
        this.grow(sheet, owner, line, lines, made);
        this.list();
      } else this.set(made, column, event);
    };
    line.append(...this.columns(sheet).map((column) => this.control(sheet, row, column, set(column), true)));
    return line;
  }

  grow(sheet, owner, line, lines, made) {
    line.classList.remove("empty");
    line.dataset.key = String(made.key);
    line.append(button("×", () => {
      this.store.remove(made);
      this.draw();
      this.focus(sheet.name);
    }, { "aria-label": `Delete this line: ${sheet.title}`, class: "danger" }));
    lines.append(this.empty(sheet, owner, lines));
  }
}

// The rows that the coder has entered, with keys that the page assigns, and the rows as the tables contained them when
// they were shown. Every change goes through this module, so that it can be undone and is kept as a draft.

import { History } from "./history.js";

export class Store {
  constructor(form) {
    this.form = form;
    this.sheets = new Map(form.sheets.map((sheet) => [sheet.name, sheet]));
    this.listeners = [];
    this.history = new History();
    this.rows = [];
    this.shown = [];
    this.next = 1;
    for (const { table, cells } of form.rows) {
      const key = this.next++;
      this.rows.push({ key, table, cells: { ...cells } });
      this.shown.push({ key, table, cells: { ...cells } });
    }
    for (const { table, cells } of form.prefilled) this.rows.push({ key: this.next++, table, cells: { ...cells } });
    this.saved = this.state();
  }

  /** Restore a draft; return whether it contains unsaved changes. */
  restore(draft) {
    try {
      if (!draft) return false;
      const known = (row) => this.sheets.has(row.table) && typeof row.cells === "object";
      const { rows, shown, next, saved } = draft;
      if (!rows.every(known) || !shown.every(known)) return false;
      Object.assign(this, { rows, shown, next, saved });
      return this.dirty();
    } catch {
      return false;
    }
  }

  /** Return the draft as JSON. */
  draft() {
    const { rows, shown, next, saved } = this;
    return JSON.stringify({ rows, shown, next, saved });
  }

  used(row) {
    const { prefilled } = this.sheets.get(row.table);
    return Object.entries(row.cells).some(([name, text]) => text.trim() && !prefilled.includes(name));
  }

  state() {
    const filled = (cells) => Object.entries(cells).filter(([, text]) => text).sort();
    return JSON.stringify(this.rows.filter((row) => this.used(row)).map((row) => [row.key, filled(row.cells)]));
  }

  dirty() {
    return this.state() !== this.saved;
  }

  changed(what = "cells") {
    if (this.history.group) return;
    for (const listener of this.listeners) listener(what);
  }

  of(table) {
    return this.rows.filter((row) => row.table === table);
  }

  find(key) {
    return this.rows.find((row) => row.key === key);
  }

  title(row) {
    const sheet = this.sheets.get(row.table);
    return [sheet.title, row.cells.id || row.cells[sheet.key]].filter(Boolean).join(" ");
  }

  /** Run several changes as one step, which is undone as one. */
  together(label, work) {
    const made = this.history.together(label, work);
    this.changed("rows");
    return made;
  }

  /** Change cells of a row. */
  set(row, cells, what = "cells") {
    const names = Object.keys(cells);
    const before = Object.fromEntries(names.map((name) => [name, row.cells[name] ?? ""]));
    if (names.every((name) => before[name] === cells[name])) return;
    const titles = names.map((name) => this.sheets.get(row.table).columns.find((one) => one.name === name)?.title || "Quote");
    this.history.record(`${[...new Set(titles)].join(", ")} of ${this.title(row)}`, {
      row: row.key, name: names.length === 1 ? names[0] : "", before, after: { ...cells },
      apply: (values) => Object.assign(this.find(row.key)?.cells || {}, values),
    });
    Object.assign(row.cells, cells);
    this.changed(what);
  }

  /** Replace the list of rows. */
  replace(label, rows) {
    this.history.record(label, { before: this.rows, after: rows, apply: (list) => { this.rows = list; } });
    this.rows = rows;
  }

  undo() {
    return this.stepped(this.history.undo());
  }

  redo() {
    return this.stepped(this.history.redo());
  }

  stepped(step) {
    if (step) this.changed("rows");
    return step;
  }

  /** Return the next free local name of a table; names used in this session are not reused. */
  name(sheet) {
    if (!sheet.letter) return {};
    const taken = [...this.rows, ...this.shown].filter((row) => row.table === sheet.name).map((row) => row.cells.id || "");
    const retired = this.form.retired.filter((id) => id.startsWith(sheet.letter));
    const numbers = [...taken, ...retired].map((id) => Number(id.slice(1)) || 0);
    this.usedNumbers = this.usedNumbers || {};
    const number = Math.max(0, this.usedNumbers[sheet.name] || 0, ...numbers) + 1;
    this.usedNumbers[sheet.name] = number;
    return { id: `${sheet.letter}${String(number).padStart(3, "0")}` };
  }

  /** Return the values that a new row takes from the last one of its table: the instrument and closed lists. */
  carried(table) {
    const sheet = this.sheets.get(table);
    const last = this.of(table).findLast((row) => this.used(row));
    if (!last || !(sheet.unit || sheet.parent) || sheet.anchored) return {};
    const columns = sheet.columns.filter((one) => one.name !== sheet.parent && !one.given
      && (one.choices.length ? one.required || sheet.unit : one.required && one.refers === "instruments"));
    return Object.fromEntries(columns.map((one) => [one.name, last.cells[one.name]]).filter(([, value]) => value));
  }

  add(table, cells = {}, carried = {}, what = "rows") {
    const row = { key: this.next++, table, cells: { ...this.name(this.sheets.get(table)), ...carried, ...cells } };
    if (Object.keys(carried).length) row.carried = carried;
    this.replace(`new row in ${this.sheets.get(table).title}`, [...this.rows, row]);
    this.changed(what);
    return row;
  }

  /** Return the sheets whose rows can belong to a row. */
  below(row) {
    const parentTables = (sheet) => sheet.columns.find((column) => column.name === sheet.parent)?.local_tables || [];
    return this.form.sheets.filter((sheet) => sheet.parent && parentTables(sheet).includes(row.table));
  }

  /** Return the rows that belong to a row, directly or indirectly. */
  belonging(row) {
    const own = this.below(row).flatMap((sheet) => this.of(sheet.name).filter((r) => r.cells[sheet.parent] === row.cells.id));
    return own.flatMap((one) => [one, ...this.belonging(one)]);
  }

  remove(row) {
    const removed = new Set([row, ...(row.cells.id ? this.belonging(row) : [])]);
    this.replace(`${this.title(row)} deleted`, this.rows.filter((one) => !removed.has(one)));
    this.changed("rows");
    return removed.size;
  }

  /** Return the submission. */
  submission(mode) {
    const plain = (row) => ({ key: row.key, table: row.table, cells: row.cells });
    return { mode, rows: this.rows.map(plain), shown: this.shown };
  }

  /** Record an import: the imported rows are now the rows that the tables contain. */
  markSaved(sent, leftOut) {
    const left = new Set(leftOut);
    const stays = (row) => left.has(`${row.table}!${row.key}`);
    const before = this.shown.filter(stays);
    this.shown = [...sent.filter((row) => !stays(row) && this.used(row)), ...before];
    if (left.size) this.saved = "";
    else {
      const now = this.rows;
      this.rows = sent;
      this.saved = this.state();
      this.rows = now;
    }
    this.changed("saved");
  }
}

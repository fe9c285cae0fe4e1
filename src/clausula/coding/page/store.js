// The rows that the coder has entered, with keys that the page assigns; the rows as the tables contained them when they
// were shown; and a draft of both in this tab, so that a reload loses no input.

export class Store {
  constructor(form) {
    this.form = form;
    this.sheets = new Map(form.sheets.map((sheet) => [sheet.name, sheet]));
    this.storageKey = `clausula ${form.source}.${form.letter} ${form.edition}`;
    this.listeners = [];
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
    this.restored = this.restore();
  }

  /** Restore the draft of this tab; return whether it contains unsaved changes. */
  restore() {
    try {
      const draft = JSON.parse(sessionStorage.getItem(this.storageKey));
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

  saveDraft() {
    try {
      if (!this.dirty()) sessionStorage.removeItem(this.storageKey);
      else {
        const { rows, shown, next, saved } = this;
        sessionStorage.setItem(this.storageKey, JSON.stringify({ rows, shown, next, saved }));
      }
    } catch {
      // Without session storage there is no draft, but the page still warns before it closes.
    }
  }

  discardDraft() {
    this.saved = this.state();
    sessionStorage.removeItem(this.storageKey);
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
    this.saveDraft();
    for (const listener of this.listeners) listener(what);
  }

  of(table) {
    return this.rows.filter((row) => row.table === table);
  }

  find(key) {
    return this.rows.find((row) => row.key === key);
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

  add(table, cells = {}) {
    const row = { key: this.next++, table, cells: { ...this.name(this.sheets.get(table)), ...cells } };
    this.rows.push(row);
    this.changed("rows");
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
    const before = this.rows;
    this.rows = this.rows.filter((one) => !removed.has(one));
    this.undo = () => {
      const added = this.rows.filter((one) => !before.includes(one));
      this.rows = [...before, ...added];
      this.undo = null;
      this.changed("rows");
    };
    this.changed("rows");
    return removed.size;
  }

  /** Return the submission. */
  submission(mode) {
    return { mode, rows: this.rows, shown: this.shown };
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

// What the coder has entered: rows with keys of the page's own, what the tables held when they were shown, and a draft
// of both in this tab, so that nothing typed is lost by reloading.

export class Store {
  constructor(form) {
    this.form = form;
    this.sheets = new Map(form.sheets.map((sheet) => [sheet.name, sheet]));
    this.place = `clausula ${form.source}.${form.letter} ${form.edition}`;
    this.listeners = [];
    this.rows = [];
    this.shown = [];
    this.next = 1;
    for (const { table, cells } of form.rows) {
      const key = this.next++;
      this.rows.push({ key, table, cells: { ...cells } });
      this.shown.push({ key, table, cells: { ...cells } });
    }
    for (const { table, cells } of form.offered) this.rows.push({ key: this.next++, table, cells: { ...cells } });
    this.saved = this.state();
    this.restored = this.restore();
  }

  /** Takes up the draft of this tab; whether there was one with unsaved work. */
  restore() {
    try {
      const draft = JSON.parse(sessionStorage.getItem(this.place));
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

  keep() {
    try {
      if (!this.dirty()) sessionStorage.removeItem(this.place);
      else {
        const { rows, shown, next, saved } = this;
        sessionStorage.setItem(this.place, JSON.stringify({ rows, shown, next, saved }));
      }
    } catch {
      // A tab without storage still warns before it closes.
    }
  }

  forget() {
    this.saved = this.state();
    sessionStorage.removeItem(this.place);
  }

  used(row) {
    const idle = this.sheets.get(row.table).idle;
    return Object.entries(row.cells).some(([name, text]) => text.trim() && !idle.includes(name));
  }

  state() {
    const filled = (cells) => Object.entries(cells).filter(([, text]) => text).sort();
    return JSON.stringify(this.rows.filter((row) => this.used(row)).map((row) => [row.key, filled(row.cells)]));
  }

  dirty() {
    return this.state() !== this.saved;
  }

  changed(what = "cells") {
    this.keep();
    for (const listener of this.listeners) listener(what);
  }

  of(table) {
    return this.rows.filter((row) => row.table === table);
  }

  find(key) {
    return this.rows.find((row) => row.key === key);
  }

  /** The next free name of a table whose rows have local names; names of this session are not given again. */
  name(sheet) {
    if (!sheet.letter) return {};
    const taken = [...this.rows, ...this.shown].filter((row) => row.table === sheet.name);
    const numbers = taken.map((row) => Number((row.cells.id || "").slice(1)) || 0);
    this.given = this.given || {};
    const number = Math.max(0, this.given[sheet.name] || 0, ...numbers) + 1;
    this.given[sheet.name] = number;
    return { id: `${sheet.letter}${String(number).padStart(3, "0")}` };
  }

  add(table, cells = {}) {
    const row = { key: this.next++, table, cells: { ...this.name(this.sheets.get(table)), ...cells } };
    this.rows.push(row);
    this.changed("rows");
    return row;
  }

  /** Sheets whose rows can belong to a row, and the column by which they do. */
  below(row) {
    const takes = (sheet) => sheet.columns.find((column) => column.name === sheet.parent)?.takes || [];
    return this.form.sheets.filter((sheet) => sheet.parent && takes(sheet).includes(row.table));
  }

  /** Rows that belong to a row, with all below them. */
  belonging(row) {
    const own = this.below(row).flatMap((sheet) => this.of(sheet.name).filter((r) => r.cells[sheet.parent] === row.cells.id));
    return own.flatMap((one) => [one, ...this.belonging(one)]);
  }

  remove(row) {
    const gone = new Set([row, ...(row.cells.id ? this.belonging(row) : [])]);
    const before = this.rows;
    this.rows = this.rows.filter((one) => !gone.has(one));
    this.undo = () => {
      const added = this.rows.filter((one) => !before.includes(one));
      this.rows = [...before, ...added];
      this.undo = null;
      this.changed("rows");
    };
    this.changed("rows");
    return gone.size;
  }

  /** What is handed in. */
  handedIn(mode) {
    return { mode, rows: this.rows, shown: this.shown };
  }

  /** After something was taken over: what was taken is what the tables are known to hold. */
  taken(sent, leftOut) {
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

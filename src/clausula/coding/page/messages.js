// Findings: by field, by row, and in a list that links to the fields.

import { $, button, el, fill, sentence } from "./dom.js";

export class Messages {
  constructor(go) {
    this.go = go;
    this.findings = [];
  }

  /** Return the findings on a row by column name; findings on the row itself have an empty name. */
  of(row) {
    const place = `${row.table}!${row.key}`;
    const found = new Map();
    for (const one of this.findings) {
      const name = one.cell === place ? "" : one.cell?.startsWith(`${place}.`) ? one.cell.slice(place.length + 1) : null;
      if (name !== null) found.set(name, [...(found.get(name) || []), one]);
    }
    return found;
  }

  where(one) {
    const match = /^(\w+)!(\d+)(?:\.(\w+))?$/.exec(one.cell || "");
    if (match) return { table: match[1], key: Number(match[2]), column: match[3] || "" };
    const span = /^(\d+)-(\d+)$/.exec(one.key || "");
    return span && (one.cell || "").startsWith("Text!") ? { start: Number(span[1]), end: Number(span[2]) } : null;
  }

  /** Remove the findings on a cell that has been changed since. */
  clear(row, column) {
    const cell = `${row.table}!${row.key}.${column}`;
    this.findings = this.findings.filter((one) => one.cell !== cell);
    this.list();
  }

  show(findings, summary, focus = true) {
    this.findings = findings.filter((one) => one.code !== "uncoded-sentence");
    this.summary = summary;
    this.list();
    if (focus && (this.findings.length || summary)) $("findings-title").focus();
  }

  list() {
    $("findings").hidden = !this.findings.length && !this.summary;
    $("findings-summary").textContent = this.summary || "";
    fill($("findings-list"), ...this.findings.map((one) => this.line(one)));
  }

  line(one) {
    const where = this.where(one);
    const message = el("span", {}, sentence(one.message), one.value ? el("span", {}, " (Value: ", el("bdi", {}, one.value), ")") : null);
    const place = where ? button(this.go.label(where, one), () => this.go.to(where)) : el("span", {}, one.table || one.file || "");
    return el("li", { class: one.severity }, place, " ", message, one.hint ? el("span", { class: "soft" }, ` ${one.hint}`) : null);
  }
}

// Findings: at their fields, in a list that leads there, and by row.

import { $, button, el, fill } from "./dom.js";

export class Told {
  constructor(go) {
    this.go = go;
    this.findings = [];
  }

  /** Findings on a row: by the names of its columns, the row itself under the empty name. */
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

  /** Forgets what was said of a cell that has been changed since. */
  heal(row, column) {
    const cell = `${row.table}!${row.key}.${column}`;
    this.findings = this.findings.filter((one) => one.cell !== cell);
    this.list();
  }

  say(findings, sum, focus = true) {
    this.findings = findings.filter((one) => one.code !== "uncoded-sentence");
    this.sum = sum;
    this.list();
    if (focus && (this.findings.length || sum)) $("told-title").focus();
  }

  list() {
    $("told").hidden = !this.findings.length && !this.sum;
    $("told-sum").textContent = this.sum || "";
    fill($("told-list"), ...this.findings.map((one) => this.line(one)));
  }

  line(one) {
    const where = this.where(one);
    const what = el("span", {}, one.message, one.value ? el("span", {}, " (it holds ", el("bdi", {}, one.value), ")") : null);
    const place = where ? button(this.go.label(where, one), () => this.go.to(where)) : el("span", {}, one.table || one.file || "");
    return el("li", { class: one.severity }, place, " ", what, one.hint ? el("span", { class: "soft" }, ` ${one.hint}`) : null);
  }
}

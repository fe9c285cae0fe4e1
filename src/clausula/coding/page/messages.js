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
    for (const finding of this.findings) {
      const name = finding.cell === place ? "" : finding.cell?.startsWith(`${place}.`) ? finding.cell.slice(place.length + 1) : null;
      if (name !== null) found.set(name, [...(found.get(name) || []), finding]);
    }
    return found;
  }

  where(finding) {
    const match = /^(\w+)!(\d+)(?:\.(\w+))?$/.exec(finding.cell || "");
    if (match) return { table: match[1], key: Number(match[2]), column: match[3] || "" };
    const span = /^(\d+)-(\d+)$/.exec(finding.key || "");
    return span && (finding.cell || "").startsWith("Text!") ? { start: Number(span[1]), end: Number(span[2]) } : null;
  }

  /** Remove the findings on a cell that has been changed since. */
  clear(row, column) {
    const cell = `${row.table}!${row.key}.${column}`;
    this.findings = this.findings.filter((finding) => finding.cell !== cell);
    this.list();
  }

  show(findings, summary, focus = true) {
    this.findings = findings.filter((finding) => finding.code !== "uncoded-sentence");
    this.summary = summary;
    this.list();
    if (summary || this.findings.length) $("findings").scrollIntoView({ block: "nearest" });
    if (focus && (this.findings.length || summary)) $("findings-title").focus();
  }

  list() {
    $("findings").hidden = !this.findings.length && !this.summary;
    $("findings-summary").textContent = this.summary || "";
    fill($("findings-list"), ...this.findings.map((finding) => this.line(finding)));
  }

  line(finding) {
    const where = this.where(finding);
    const message = el("span", {}, sentence(finding.message), finding.value ? el("span", {}, " (Value: ", el("bdi", {}, finding.value), ")") : null);
    const place = where ? button(this.go.label(where, finding), () => this.go.to(where)) : el("span", {}, finding.table || finding.file || "");
    return el("li", { class: finding.severity }, place, " ", message, finding.hint ? el("span", { class: "soft" }, ` ${finding.hint}`) : null);
  }
}

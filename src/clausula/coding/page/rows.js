// The list of rows of a table, and the form of the open row.

import { $, button, count, el, fill, quoted, short } from "./dom.js";
import { Bulk } from "./bulk.js";
import { Fields } from "./fields.js";
import { Parts } from "./parts.js";
import { Suggestions } from "./suggestions.js";

export class Rows {
  constructor({ store, reader, messages, send }) {
    Object.assign(this, { store, reader, messages });
    this.table = store.form.sheets.find((sheet) => sheet.unit)?.name || store.form.sheets[0].name;
    this.open = null;
    this.fields = new Fields({
      store, reader, messages,
      labels: (column) => this.labels(column),
      change: (row, name, value, span) => this.change(row, name, value, span),
    });
    this.parts = new Parts({
      store, messages, fields: this.fields,
      edit: (row) => this.edit(row), about: (row) => this.about(row), list: () => this.list(), draw: () => this.draw(),
    });
    this.suggestions = new Suggestions({ send, store, wanted: store.form.suggestions, draw: () => this.draw() });
    this.bulk = new Bulk({ store, labels: (column) => this.labels(column) });
    $("table").addEventListener("change", () => this.choose($("table").value));
    $("add").addEventListener("click", () => this.edit(store.add(this.table)));
    $("row").addEventListener("submit", (event) => event.preventDefault());
  }

  /** Return the labels of IDs and local names by value, from the lists of the package and the rows of this pass. */
  labels(column) {
    const found = new Map(this.store.form.lists[column.refers] || []);
    for (const table of [...column.local_tables, column.refers].filter(Boolean)) {
      const sheet = this.store.sheets.get(table);
      if (!sheet) continue;
      for (const row of this.store.of(table)) {
        const name = row.cells[sheet.letter ? "id" : sheet.key];
        if (name && this.store.used(row)) found.set(name, this.about(row));
      }
    }
    return found;
  }

  /** Summarise a row in a few words. */
  about(row) {
    const sheet = this.store.sheets.get(row.table);
    const named = ["summary", "statement", "title", "name", "label"].find((name) => row.cells[name]);
    if (named) return short(row.cells[named], 90);
    const words = sheet.anchored && row.cells.end ? this.reader.words(Number(row.cells.start), Number(row.cells.end)) : "";
    const shown = (column) => (column.name === sheet.key ? "" : this.labelOf(column, row.cells[column.name]));
    const cells = sheet.columns.filter((column) => !column.given).map(shown).filter(Boolean);
    return short([...cells, words && `“${words}”`].filter(Boolean).join(" · "), 90);
  }

  /** Return the label of a value from a closed list or from the lists of the package; else the value itself. */
  labelOf(column, value) {
    const listed = column.choices.length ? column.choices : this.store.form.lists[column.refers] || [];
    return (value && listed.find(([known]) => known === value)?.[1]) || value;
  }

  change(row, name, value, span) {
    if (name === "quote") {
      if (!span) return;
      const step = document.activeElement?.dataset?.step;
      this.messages.clear(row, name);
      this.store.set(row, span, "anchors");
      (step ? document.querySelector(`[data-step="${step}"]`) : document.querySelector(".anchor .use"))?.focus();
      return;
    }
    this.store.set(row, { [name]: value });
    if (row.carried) delete row.carried[name];
    if (row.suggested && row.suggested[name] !== value) delete row.suggested[name];
    this.messages.clear(row, name);
    if (name === "summary") this.suggestions.ask();
    else this.suggestions.again(row);
    const field = $(`f-${name}`);
    field?.removeAttribute("aria-invalid");
    field?.closest(".field").querySelector(".field-findings")?.remove();
    this.list();
  }

  choose(table, row = null) {
    this.table = table;
    this.open = row;
    this.draw();
  }

  edit(row, column = "") {
    this.choose(row.table, row);
    (column ? this.place(row, column) : this.firstField(row))?.focus();
    $("row").scrollIntoView({ block: "nearest" });
  }

  /** Return the field of a column; a row that is a line in the form of its unit has its cell there. */
  place(row, column) {
    return $(`f-${column}`) || $("row-title");
  }

  /** Return the first field that has no value yet, or else the first field. */
  firstField(row) {
    const fields = [...$("row").querySelectorAll(".field select, .field input, .field textarea")];
    const required = fields.filter((one) => one.getAttribute("aria-required") && !one.value);
    return required[0] || (row.cells.id ? fields.find((one) => one.id === "f-summary") : null) || fields[0] || $("row-title");
  }

  draw() {
    this.list();
    this.bulk.draw(this.table);
    this.form();
  }

  list() {
    const sheet = this.store.sheets.get(this.table);
    if (this.open && !this.store.find(this.open.key)) this.open = null;
    const filled = (one) => this.store.of(one.name).filter((row) => this.store.used(row)).length;
    fill($("table"), ...this.store.form.sheets.map((one) => el("option", { value: one.name }, `${one.title} (${filled(one)})`)));
    $("table").value = this.table;
    $("table-description").textContent = sheet.description;
    fill($("rows"), ...this.store.of(this.table).map((row) => this.line(row, sheet)));
  }

  line(row, sheet) {
    const faults = [...this.messages.of(row).values()].flat().filter((one) => one.severity === "error").length;
    const name = row.cells.id || row.cells[sheet.key] || "";
    const label = [name ? el("b", {}, name) : null, name ? " " : null, quoted(this.about(row) || "empty", 90),
      faults ? el("span", { class: "error" }, ` ${count(faults, "error")}`) : null];
    const isOpen = this.open?.key === row.key;
    return el("li", {}, el("button", { type: "button", "aria-current": isOpen ? "true" : null, "data-key": String(row.key),
      click: () => this.edit(row) }, ...label.filter((part) => part !== null)));
  }

  form() {
    const row = this.open;
    $("row").hidden = !row;
    $("use").disabled = !row || !this.reader.selected || !this.store.sheets.get(row.table).anchored;
    if (!row) return fill($("row"));
    const sheet = this.store.sheets.get(row.table);
    const findings = this.messages.of(row);
    const own = findings.get("") || [];
    fill($("row"),
      el("h3", { id: "row-title", tabindex: "-1" }, `${sheet.title}: ${row.cells.id || row.cells[sheet.key] || "row"}`),
      own.length ? el("ul", { class: "field-findings" }, ...own.map((one) => this.fields.fault(one))) : null,
      this.suggestions.place(row),
      ...sheet.columns.filter((column) => !column.given).map((column) => this.fields.field(row, sheet, column, findings)),
      this.parts.all(row),
      el("div", { class: "bar" },
        this.parent(row, sheet),
        button("Delete row", () => this.remove(row), { class: "danger" }),
        button("Close", () => this.choose(this.table))));
    return undefined;
  }

  parent(row, sheet) {
    const column = sheet.columns.find((one) => one.name === sheet.parent);
    const unit = column && this.store.rows.find((one) => column.local_tables.includes(one.table) && one.cells.id === row.cells[sheet.parent]);
    return unit ? button(`Back to ${unit.cells.id}`, () => this.edit(unit)) : null;
  }

  remove(row) {
    const removed = this.store.remove(row);
    this.choose(this.table);
    const undo = button("Undo", () => {
      this.store.undo();
      this.messages.show(this.messages.findings, "", false);
    }, { id: "undo-delete" });
    $("findings").hidden = false;
    fill($("findings-summary"), `${count(removed, "row")} deleted. `, undo);
    undo.focus();
  }
}

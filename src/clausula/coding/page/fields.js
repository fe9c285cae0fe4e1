// The fields of one row: drop-downs for closed lists, suggestions for IDs, quotes for anchors.

import { button, el, quoted, sentence } from "./dom.js";

let listNumber = 0;

export class Fields {
  constructor({ store, reader, messages, labels, change }) {
    Object.assign(this, { store, reader, messages, labels, change });
  }

  /** Create the field of one column of a row. */
  field(row, sheet, column, findings) {
    const id = `f-${column.name}`;
    const faults = findings.get(column.name) || [];
    const findingsId = faults.length ? `${id}-findings` : "";
    const attributes = {
      id,
      "aria-describedby": [`${id}-hint`, findingsId].filter(Boolean).join(" "),
      "aria-invalid": faults.some((one) => one.severity === "error") ? "true" : null,
      "aria-required": column.required ? "true" : null,
    };
    const control = column.name === "quote" ? this.anchor(row, attributes) : this.control(row, column, attributes);
    const hint = el("p", { id: `${id}-hint`, class: "soft" });
    this.hint(hint, row, column);
    const star = column.required ? el("span", { class: "star", title: "required" }, " *") : null;
    const label = column.name === "quote" ? el("span", { id: `${id}-label`, class: "label" }, "Quote", star)
      : el("label", { for: id }, column.title, star);
    return el("div", { class: "field", "data-column": column.name },
      label,
      control,
      hint,
      this.origin(row, column),
      faults.length ? el("ul", { id: findingsId, class: "field-findings" }, ...faults.map((one) => this.fault(one))) : null,
      this.help(column));
  }

  /** Say that nobody has looked at a value yet: it was carried over from the last row, or is an accepted suggestion. */
  origin(row, column) {
    const value = row.cells[column.name];
    const from = !value ? "" : row.carried?.[column.name] === value ? "carried over" : row.suggested?.[column.name] === value ? "from a suggestion" : "";
    return from ? el("span", { class: "chip" }, from) : null;
  }

  fault(finding) {
    return el("li", { class: finding.severity }, `${sentence(finding.message)} `, finding.hint || "");
  }

  help(column) {
    const lines = column.help.split("\n").map((line) => el("p", {}, line));
    return el("details", { class: "help" }, el("summary", { "aria-label": `Help: ${column.title}` }, "Help"), ...lines);
  }

  hint(place, row, column) {
    const value = row.cells[column.name] || "";
    const line = column.choices.length && value ? column.help.split("\n").find((one) => one.startsWith(`${value}: `)) : "";
    if (line) place.replaceChildren(line.slice(value.length + 2));
    else if (value && (column.local_tables.length || column.refers)) {
      const label = this.labels(column).get(value);
      place.replaceChildren(...(label && label !== value ? [quoted(label, 120)] : []));
    } else place.replaceChildren();
  }

  control(row, column, attributes, act = null) {
    const value = row.cells[column.name] || "";
    const set = act || ((event) => {
      this.change(row, column.name, event.target.value);
      const field = event.target.closest(".field");
      field.querySelector(".chip")?.remove();
      this.hint(field.querySelector(".soft"), row, column);
    });
    if (column.given) return el("output", attributes, value);
    if (column.choices.length) return this.choice(column.choices, value, set, attributes);
    const sheet = this.store.sheets.get(row.table);
    if (column.name === sheet.parent) return this.choice([...this.labels(column)], value, set, attributes, true);
    if (column.local_tables.length || column.refers) return this.suggest(column, value, set, attributes);
    if (column.long) {
      const area = el("textarea", { ...attributes, rows: "2", dir: "auto", input: set });
      area.value = value;
      return area;
    }
    const box = el("input", { ...attributes, type: "text", autocomplete: "off", dir: "auto", input: set });
    box.value = value;
    return box;
  }

  choice(listed, value, set, attributes, named = false) {
    const known = listed.some(([one]) => one === value);
    const options = [["", ""], ...listed, ...(value && !known ? [[value, `${value} (not in the list)`]] : [])];
    const select = el("select", { ...attributes, change: set }, ...options.map(([one, label]) =>
      el("option", { value: one }, named && one ? `${one} ${label}` : label || one)));
    select.querySelector("option").setAttribute("value", "");
    select.value = value;
    return select;
  }

  suggest(column, value, set, attributes) {
    const list = `list-${(listNumber += 1)}`;
    const box = el("input", { ...attributes, type: "text", list, autocomplete: "off", spellcheck: "false", input: set,
      change: (event) => {
        const id = this.named(column, box.value);
        if (id && id !== box.value) {
          box.value = id;
          set(event);
        }
      } });
    box.value = value;
    const offered = [...this.labels(column)].map(([one, label]) => el("option", { value: one, label }));
    return el("span", { class: "suggest" }, box, el("datalist", { id: list }, ...offered));
  }

  /** Return the ID that a label or an alias stands for, if it stands for one only. */
  named(column, text) {
    const wanted = text.trim().toLowerCase();
    const labels = this.labels(column);
    if (!wanted || labels.has(text.trim())) return "";
    const aliases = column.refers === "actors" ? this.store.form.aliases : [];
    const found = new Set([...[...labels].map(([id, label]) => [label, id]), ...aliases]
      .filter(([label]) => label.toLowerCase() === wanted).map(([, id]) => id));
    return found.size === 1 ? [...found][0] : "";
  }

  /** Show the quote of an anchor, with buttons that move its ends by one word, so that no mouse is needed. */
  anchor(row, attributes) {
    const span = { start: Number(row.cells.start), end: Number(row.cells.end) };
    const has = row.cells.end !== undefined && row.cells.end !== "";
    const use = (to) => this.change(row, "quote", "", to && { start: String(to.start), end: String(to.end) });
    const step = (label, end, further) => button(label, () => use(this.reader.moved(span, end, further)), {
      "aria-label": `${end ? "End" : "Start"} one word ${further === end ? "later" : "earlier"}`,
      "data-step": `${end}-${further}`,
    });
    const words = el("blockquote", { ...attributes, tabindex: "-1", "aria-labelledby": "f-quote-label", dir: "auto" },
      has ? this.reader.about(span) : "No quote yet. Select a span in the text.");
    const bar = el("span", { class: "bar" },
      button("Use selection", () => use(this.reader.selected), { class: "use" }),
      ...(has ? [step("start ←", false, true), step("start →", false, false), step("end ←", true, false), step("end →", true, true),
        button("Show", () => this.reader.show(span.start))] : []));
    return el("div", { class: "anchor" }, words, bar);
  }
}

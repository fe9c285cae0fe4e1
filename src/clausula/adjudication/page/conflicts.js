// The adjudication page: both passes beside the text, one conflict at a time. Decisions take the path of `code resolve`.

import { $, button, el, fill, quoted, sentence, short } from "./dom.js";
import { Reader } from "./text.js";

async function request(name, sent) {
  const options = sent === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) };
  let response;
  try {
    response = await fetch(name, { cache: "no-store", ...options });
  } catch {
    throw new Error("The server does not respond. Start `clausula code resolve` with --web again; every decision that was recorded is kept.");
  }
  if (response.headers.get("Content-Type") === "application/json") return { status: response.status, ...(await response.json()) };
  throw new Error(`The server refused the request: ${(await response.text()).trim()}`);
}

const text = (finding) => `${sentence(finding.message)} ${finding.hint || ""}`.trim();

class Page {
  constructor(form) {
    this.form = form;
    this.reader = form.text ? new Reader(form) : null;
    this.at = 0;
    this.sending = false;
    document.title = `Conflicts: ${form.title}`;
    $("title").textContent = form.title;
    $("about").textContent = `${form.source}: conflicts between its passes`;
    $("next").addEventListener("click", () => this.go(1));
    $("previous").addEventListener("click", () => this.go(-1));
    $("which").addEventListener("change", () => this.show(Number($("which").value)));
    $("conflict").addEventListener("submit", (event) => {
      event.preventDefault();
      this.decide();
    });
    document.addEventListener("keydown", (event) => this.key(event));
    this.update(form);
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      this.decide();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !$("work").contains(event.target) || event.target.matches("input:not([type=radio]), textarea, select")) return;
    const choices = { a: "a", b: "b", o: "other" };
    if (choices[event.key]) $(`take-${choices[event.key]}`)?.click();
    else if (event.key === "n") this.go(1);
    else if (event.key === "p") this.go(-1);
  }

  update({ conflicts, recorded, pending }) {
    Object.assign(this, { conflicts, pending });
    const kept = pending.length ? `, ${pending.length} kept for the next decision` : "";
    $("state").textContent = `${conflicts.length.toLocaleString("en")} open, ${recorded.toLocaleString("en")} recorded${kept}`;
    this.show(Math.min(this.at, Math.max(conflicts.length - 1, 0)));
  }

  go(step) {
    if (this.conflicts.length) this.show((this.at + step + this.conflicts.length) % this.conflicts.length);
  }

  name(one) {
    return [one.record, one.title, one.item].filter(Boolean).join(" · ");
  }

  isPending(one) {
    return this.pending.some((key) => JSON.stringify(key) === JSON.stringify(one.key));
  }

  show(at) {
    this.at = at;
    const one = this.conflicts[at];
    fill($("which"), ...this.conflicts.map((other, number) => el("option", { value: String(number) }, `${number + 1}. ${short(this.name(other), 70)}${this.isPending(other) ? " (kept)" : ""}`)));
    $("which").value = String(at);
    for (const id of ["next", "previous", "which"]) $(id).disabled = this.conflicts.length < 2;
    this.draw(one);
    if (!one) fill($("conflict"), el("p", {}, "No conflict is open."));
    else this.drawConflict(one);
  }

  /** Show the spans of both passes in the text. */
  draw(one) {
    if (!this.reader) {
      fill($("text"), el("p", { class: "soft" }, "The text is not available. Start the page with --texts DIR to see it beside the passes, and to create records."));
      return;
    }
    const spans = one ? ["a", "b"].flatMap((side) => one[side].spans.map(([start, end]) => ({
      start, end, label: side, about: `pass ${side}: ${one[side].unit}`, act: () => $(`take-${side}`)?.click(),
    }))) : [];
    this.reader.draw(spans);
    if (spans.length) this.reader.show(Math.min(...spans.map((span) => span.start)));
  }

  side(one, side) {
    const { unit, label, spans, values } = one[side];
    const other = new Map(one[side === "a" ? "b" : "a"].values);
    const words = this.reader ? spans.map(([start, end]) => this.reader.words(start, end)).join(" … ") : spans.map(([start, end]) => `${start}-${end}`).join(", ");
    const differs = (name, value) => unit && other.size && (other.get(name) || "") !== value;
    return el("div", { class: "side" },
      el("div", { class: "choose" }, el("input", { type: "radio", name: "take", id: `take-${side}`, value: side }),
        el("label", { for: `take-${side}` }, el("b", {}, `Pass ${side}`), unit ? ` (${unit})` : " has no such unit")),
      el("p", { class: "value" }, el("bdi", {}, label)),
      words ? el("blockquote", { dir: "auto" }, quoted(words, 600)) : null,
      values.length ? el("details", {}, el("summary", {}, "All values of the unit"), el("dl", {}, ...values.flatMap(([name, value]) => [
        el("dt", {}, name), el("dd", { class: differs(name, value) ? "differs" : "", dir: "auto" }, value)]))) : null);
  }

  drawConflict(one) {
    const options = (listed, first = "") => [el("option", { value: "" }, first), ...listed.map(([value, label, about]) =>
      el("option", { value, title: about || null }, label && label !== value ? `${label} (${value})` : value))];
    const value = one.open_list ? el("input", { id: "value", type: "text", autocomplete: "off", list: one.choices.length ? "values" : null, dir: "auto" })
      : el("select", { id: "value" }, ...options(one.choices));
    value.addEventListener("input", () => { $("take-other").checked = true; });
    for (const choice of value.querySelectorAll?.("option") || []) if (!choice.value) choice.setAttribute("value", "");
    const reasons = el("select", { id: "reason", "aria-describedby": "reason-about", change: () => {
      $("reason-about").textContent = this.form.reasons.find(([name]) => name === $("reason").value)?.[2] || "";
    } }, ...options(this.form.reasons));
    fill($("conflict"),
      el("h3", { id: "conflict-title", tabindex: "-1" }, this.name(one)),
      this.isPending(one) ? el("p", { class: "warning" }, "Decided, but not recorded yet: it will be tried again with the next decision.") : null,
      el("p", { class: "soft" }, one.question, one.question ? " " : "", `(Codebook: ${one.page})`),
      el("fieldset", { class: "plain" }, el("legend", {}, "Which value is right?"),
        el("div", { class: "sides" }, this.side(one, "a"), this.side(one, "b")),
        el("div", { class: "field" }, el("div", { class: "choose" }, el("input", { type: "radio", name: "take", id: "take-other", value: "other" }),
          el("label", { for: "take-other" }, "Neither; another value")), value,
        one.open_list && one.choices.length ? el("datalist", { id: "values" }, ...one.choices.map(([name]) => el("option", { value: name }))) : null)),
      el("div", { class: "field" }, el("label", { for: "reason" }, "Reason", el("span", { class: "star", title: "required" }, " *")), reasons, el("p", { id: "reason-about", class: "soft" })),
      el("div", { class: "field" }, el("label", { for: "note" }, "Note"), el("textarea", { id: "note", rows: "2", dir: "auto" }), el("p", { class: "soft" }, "Required if the reason is a judgement.")),
      one.removes ? el("div", { class: "field" }, el("label", { for: "log_reason" }, "Reason for the coding log"), el("select", { id: "log_reason" }, ...options(this.form.log_reasons)),
        el("p", { class: "soft" }, "Only if the unit is absent and its removal leaves text without a record.")) : null,
      el("div", { class: "bar" }, el("button", { class: "main", id: "record" }, "Record decision"), button("Skip", () => this.go(1))));
    value.setAttribute("aria-label", "Another value");
  }

  async decide() {
    const one = this.conflicts[this.at];
    if (!one || this.sending) return;
    const take = document.querySelector("input[name=take]:checked")?.value;
    if (!take) {
      this.tell([el("p", { class: "error" }, "Choose pass a, pass b or another value first.")]);
      return;
    }
    this.sending = true;
    try {
      const answer = await request("decide", {
        key: one.key, take, value: $("value").value, reason: $("reason").value, note: $("note").value, log_reason: $("log_reason")?.value || "",
      });
      const lines = [...(answer.lines || []).map((line) => el("p", {}, line)), ...answer.findings.map((found) => el("p", { class: "error" }, text(found)))];
      if (answer.conflicts && !answer.findings.length) this.update(answer);
      this.tell(answer.done ? [el("p", {}, el("b", {}, this.name(one))), ...lines] : lines);
    } catch (error) {
      this.tell([el("p", { class: "error" }, error.message)]);
    }
    this.sending = false;
  }

  tell(lines) {
    fill($("message"), ...lines);
    $("message").focus();
    $("message").scrollIntoView({ block: "nearest" });
  }
}

try {
  const form = await request("form");
  if (form.status !== 200) throw new Error(form.findings.map(text).join(" "));
  new Page(form);
} catch (error) {
  $("state").textContent = error.message;
  $("state").className = "error";
}

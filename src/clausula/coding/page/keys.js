// Keys. Single letters work only while the text has the focus, so that they never get in the way of typing.

import { $, el, fill, singular } from "./dom.js";
import { LINE_KEYS } from "./parts.js";

const isMac = /Mac/.test(navigator.platform);
const CTRL = isMac ? "⌘" : "Ctrl+";

export class Keys {
  constructor(page, starts) {
    this.page = page;
    this.starts = new Map(starts.map((sheet) => [sheet.letter || sheet.name.at(sheet.name.indexOf("_") + 1), sheet]));
    document.addEventListener("keydown", (event) => this.anywhere(event));
    $("reading").addEventListener("keydown", (event) => this.inText(event));
    $("keys").addEventListener("click", () => this.help());
  }

  /** Keys that work everywhere, also in a field. */
  anywhere(event) {
    const { page } = this;
    const key = event.key.toLowerCase();
    if ($("keys-panel").open || (event.target.type === "search" && key !== "s")) return;
    const acts = {
      z: () => page.step(event.shiftKey ? "redo" : "undo"),
      y: () => page.step("redo"),
      s: () => page.submit(event.shiftKey ? "valid" : "all"),
      enter: () => page.nextSentence(1),
    };
    if ((event.ctrlKey || event.metaKey) && !event.altKey && acts[key]) {
      event.preventDefault();
      acts[key]();
    } else if (key === "escape" && $("work").contains(document.activeElement)) {
      event.preventDefault();
      $("text").focus();
    }
  }

  inText(event) {
    const { page } = this;
    if (event.target.matches("input") || event.ctrlKey || event.metaKey) return;
    if (event.shiftKey && ["ArrowLeft", "ArrowRight"].includes(event.key) && page.reader.selected) {
      event.preventDefault();
      page.moveEnd(!event.altKey, event.key === "ArrowRight");
      return;
    }
    if (event.altKey) return;
    const acts = {
      n: () => page.nextSentence(1), N: () => page.nextSentence(-1), "/": () => $("find").focus(), "?": () => this.help(),
      u: () => $("use").disabled || page.use(), e: () => page.furtherEvidence(), f: () => page.rows.open && page.rows.firstField(page.rows.open).focus(),
    };
    const table = Object.keys(LINE_KEYS).find((name) => LINE_KEYS[name] === event.key && $(`part-${name}`));
    const act = acts[event.key] || (table && (() => page.rows.parts.focus(table)))
      || (this.starts.has(event.key) && page.reader.selected && (() => page.codeAs(this.starts.get(event.key))));
    if (!act) return;
    event.preventDefault();
    act();
  }

  help() {
    const lists = [
      ["While the text has the focus", [
        ["n, Shift+n", "select the next or previous sentence without a record or a reason"],
        ["Shift+→, Shift+←", "move the end of the selection by a word; with Alt, its start"],
        ...[...this.starts].map(([key, sheet]) => [key, `code the selection as ${singular(sheet.title)}`]),
        ["e", "use the selection as further evidence of the open unit"],
        ["u", "use the selection as the quote of the open row"],
        ["f", "go to the first open field of the row"],
        ["a", "go to the empty line for an actor"],
        ["q", "go to the empty line for a quantity"],
        ["t", "go to the empty line for a target"],
        ["/", "find in the text (Enter: next, Shift+Enter: previous, Escape: select the match)"],
        ["?", "show this panel"],
      ]],
      ["Everywhere", [
        ["Escape", "back to the text"],
        [`${CTRL}Enter`, "back to the text, and select the next sentence to code"],
        [`${CTRL}Z, ${CTRL}Shift+Z`, "undo, redo"],
        [`${CTRL}S, ${CTRL}Shift+S`, "save all, save valid rows"],
      ]],
    ];
    fill($("keys-list"), ...lists.flatMap(([title, keys]) => [el("h3", {}, title),
      el("dl", {}, ...keys.flatMap(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)]))]));
    $("keys-panel").showModal();
  }
}

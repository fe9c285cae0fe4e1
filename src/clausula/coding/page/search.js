// Search in the text: case, accents and line breaks do not matter.

import { $ } from "./dom.js";

const MAX_MATCHES = 2000;

/** Return letters for comparison: lower case, without accents, one space for any white space. */
function folded(character) {
  if (/\s/u.test(character)) return " ";
  return character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export class Search {
  constructor(reader) {
    this.reader = reader;
    this.found = [];
    this.at = -1;
    this.letters = "";
    this.origin = [];
    $("find").addEventListener("input", () => this.search());
    $("find").addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.go(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        if (this.found[this.at]) this.reader.select(...this.found[this.at]);
        $("text").focus();
      }
    });
    $("find-next").addEventListener("click", () => this.go(1));
    $("find-previous").addEventListener("click", () => this.go(-1));
  }

  /** Fold the text once; `origin` has the offset of each letter. */
  prepare() {
    if (this.origin.length) return;
    const letters = [];
    this.reader.characters.forEach((character, offset) => {
      for (const letter of folded(character)) {
        if (letter === " " && letters.at(-1) === " ") continue;
        letters.push(letter);
        for (let unit = 0; unit < letter.length; unit += 1) this.origin.push(offset);
      }
    });
    this.letters = letters.join("");
  }

  search() {
    this.prepare();
    const wanted = Array.from($("find").value.trim()).map(folded).join("").replace(/ +/g, " ");
    this.found = [];
    for (let from = 0; wanted && this.found.length < MAX_MATCHES;) {
      const at = this.letters.indexOf(wanted, from);
      if (at < 0) break;
      this.found.push([this.origin[at], this.origin[at + wanted.length - 1] + 1]);
      from = at + wanted.length;
    }
    this.at = -1;
    this.reader.mark("found", this.found);
    if (wanted) this.go(1);
    else this.tell();
  }

  go(step) {
    if (this.found.length) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.reader.mark("current", [this.found[this.at]]);
      this.reader.show(this.found[this.at][0]);
    } else this.reader.mark("current", []);
    this.tell();
  }

  tell() {
    const all = this.found.length;
    $("find-count").textContent = !$("find").value.trim() ? "" : all ? `${this.at + 1} of ${all.toLocaleString("en")}` : "not found";
  }
}

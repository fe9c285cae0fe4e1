// The text with its anchors, and the selection in it. Positions are code points of the text as obtained; the strings of
// a browser count otherwise (UTF-16), so that every offset is counted anew here.

import { $, button, el, fill, short } from "./dom.js";

const blank = /^\s$/u;

export class Reader {
  constructor(form) {
    this.signs = Array.from(form.text);
    this.paragraphs = form.paragraphs;
    this.picked = null;
    this.listeners = [];
    this.box = $("text");
    document.addEventListener("selectionchange", () => this.read());
  }

  words(start, end) {
    return this.signs.slice(start, end).join("");
  }

  /** Draws the text; anchors are {start, end, label, about, act}. */
  draw(anchors) {
    const held = this.box.scrollTop;
    fill(this.box, ...this.paragraphs.map(([start, end], number) => this.paragraph(start, end, number + 1, anchors)));
    this.box.scrollTop = held;
    this.mark();
  }

  paragraph(start, end, number, anchors) {
    const here = anchors.filter((one) => one.start < end && one.end > start);
    const cuts = [start, end, ...here.flatMap((one) => [one.start, one.end])].filter((at) => at >= start && at <= end);
    const places = [...new Set(cuts)].sort((a, b) => a - b);
    const parts = [];
    for (let i = 0; i + 1 < places.length; i += 1) {
      const [from, to] = [places[i], places[i + 1]];
      for (const one of here.filter((anchor) => Math.max(anchor.start, start) === from)) parts.push(this.tag(one));
      const depth = here.filter((anchor) => anchor.start <= from && anchor.end >= to).length;
      const kind = depth ? `seg deep${Math.min(depth, 3)}` : "seg";
      parts.push(el(depth ? "mark" : "span", { class: kind, "data-start": String(from) }, this.words(from, to)));
    }
    const pick = button(String(number), () => this.pick(start, end), {
      class: "number",
      "aria-label": `Select paragraph ${number}`,
    });
    return el("p", { id: `paragraph-${number}`, dir: "auto" }, pick, ...parts);
  }

  tag(one) {
    return button(one.label, one.act, { class: "tag", "aria-label": `${one.label}: ${one.about}`, title: one.about });
  }

  /** Takes up what is selected in the text, if anything is. */
  read() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!this.box.contains(range.commonAncestorContainer)) return;
    let [start, end] = [null, null];
    for (const segment of this.box.querySelectorAll(".seg")) {
      const node = segment.firstChild;
      if (!node || !range.intersectsNode(node)) continue;
      const at = Number(segment.dataset.start);
      const count = (offset) => at + Array.from(node.data.slice(0, offset)).length;
      if (start === null) start = range.startContainer === node ? count(range.startOffset) : at;
      end = range.endContainer === node ? count(range.endOffset) : count(node.data.length);
    }
    if (start !== null) this.pick(start, end);
  }

  /** Selects a span, without the blanks at its ends. */
  pick(from, to) {
    let [start, end] = [from, to];
    while (start < end && blank.test(this.signs[start])) start += 1;
    while (start < end && blank.test(this.signs[end - 1])) end -= 1;
    if (start === end) return;
    this.picked = { start, end };
    this.mark();
    for (const listener of this.listeners) listener(this.picked);
  }

  forget() {
    this.picked = null;
    document.getSelection().removeAllRanges();
    this.mark();
    for (const listener of this.listeners) listener(null);
  }

  /** Where a position stands on the page. */
  point(position, isEnd) {
    for (const segment of this.box.querySelectorAll(".seg")) {
      const at = Number(segment.dataset.start);
      const signs = Array.from(segment.firstChild.data);
      const within = position - at;
      if (within >= 0 && (isEnd ? within <= signs.length && within > 0 : within < signs.length)) {
        return [segment.firstChild, signs.slice(0, within).join("").length];
      }
    }
    return null;
  }

  /** Shows what is picked, where the browser can show it without touching the text. */
  mark() {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete("picked");
    if (!this.picked) return;
    const [from, to] = [this.point(this.picked.start, false), this.point(this.picked.end, true)];
    if (!from || !to) return;
    const range = new Range();
    range.setStart(...from);
    range.setEnd(...to);
    CSS.highlights.set("picked", new Highlight(range));
  }

  show(start) {
    const number = this.paragraphs.filter(([from]) => from <= start).length || 1;
    $(`paragraph-${number}`)?.scrollIntoView({ block: "center" });
  }

  /** A span made longer or shorter by a word at one of its ends; the same where that cannot be. */
  moved(span, end, further) {
    const isSpace = (at) => blank.test(this.signs[at]);
    let at = end ? span.end : span.start;
    const forward = end === further;
    const last = this.signs.length;
    if (forward) {
      if (end) while (at < last && isSpace(at)) at += 1;
      while (at < last && !isSpace(at)) at += 1;
      if (!end) while (at < last && isSpace(at)) at += 1;
    } else {
      if (!end) while (at > 0 && isSpace(at - 1)) at -= 1;
      while (at > 0 && !isSpace(at - 1)) at -= 1;
      if (end) while (at > 0 && isSpace(at - 1)) at -= 1;
    }
    const moved = end ? { start: span.start, end: at } : { start: at, end: span.end };
    return moved.start < moved.end && !isSpace(moved.start) ? moved : span;
  }

  about(span) {
    return short(this.words(span.start, span.end), 240);
  }
}

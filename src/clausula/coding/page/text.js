// The text with its anchors, and the selection. Offsets count code points of the text as obtained; strings in a browser
// count UTF-16 code units, so offsets are converted here.

import { $, button, el, fill, short } from "./dom.js";
import { snapped } from "./words.js";

const space = /^\s$/u;

export class Reader {
  constructor(form) {
    this.characters = Array.from(form.text);
    this.paragraphs = form.paragraphs;
    this.selected = null;
    this.listeners = [];
    this.box = $("text");
    this.marks = new Map();
    document.addEventListener("selectionchange", () => this.read());
  }

  words(start, end) {
    return this.characters.slice(start, end).join("");
  }

  /** Draw the text; anchors are {start, end, label, about, act}. */
  draw(anchors) {
    const scrollTop = this.box.scrollTop;
    fill(this.box, ...this.paragraphs.map(([start, end], number) => this.paragraph(start, end, number + 1, anchors)));
    this.box.scrollTop = scrollTop;
    this.highlight();
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
    const select = button(String(number), () => this.select(start, end), {
      class: "number",
      "aria-label": `Select paragraph ${number}`,
    });
    return el("p", { id: `paragraph-${number}`, dir: "auto" }, select, ...parts);
  }

  tag(one) {
    return button(one.label, one.act, { class: "tag", "aria-label": `${one.label}: ${one.about}`, title: one.about });
  }

  /** Read the current selection, if it is in the text. */
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
      const toCodePoints = (offset) => at + Array.from(node.data.slice(0, offset)).length;
      if (start === null) start = range.startContainer === node ? toCodePoints(range.startOffset) : at;
      end = range.endContainer === node ? toCodePoints(range.endOffset) : toCodePoints(node.data.length);
    }
    if (start === null || start >= end) return;
    const words = snapped(this.characters, this.paragraphs, start, end);
    this.select(words.start, words.end);
  }

  /** Select a span, without the spaces at its ends. */
  select(from, to) {
    let [start, end] = [from, to];
    while (start < end && space.test(this.characters[start])) start += 1;
    while (start < end && space.test(this.characters[end - 1])) end -= 1;
    if (start === end) return;
    this.selected = { start, end };
    this.highlight();
    for (const listener of this.listeners) listener(this.selected);
  }

  clearSelection() {
    this.selected = null;
    document.getSelection().removeAllRanges();
    this.highlight();
    for (const listener of this.listeners) listener(null);
  }

  /** Return the node and offset of a position on the page. */
  point(position, isEnd) {
    for (const segment of this.box.querySelectorAll(".seg")) {
      const at = Number(segment.dataset.start);
      const characters = Array.from(segment.firstChild.data);
      const within = position - at;
      if (within >= 0 && (isEnd ? within <= characters.length && within > 0 : within < characters.length)) {
        return [segment.firstChild, characters.slice(0, within).join("").length];
      }
    }
    return null;
  }

  /** Highlight the selected span and the matches, if the browser can do so without changing the text. */
  highlight() {
    if (!globalThis.CSS?.highlights) return;
    const spans = new Map([...this.marks, ["selection", this.selected ? [[this.selected.start, this.selected.end]] : []]]);
    for (const [name, listed] of spans) {
      CSS.highlights.delete(name);
      const ranges = this.ranges(listed);
      if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
    }
  }

  /** Highlight spans under a name of the style sheet. */
  mark(name, spans) {
    this.marks.set(name, spans);
    this.highlight();
  }

  ranges(spans) {
    const points = spans.length > 20 ? this.points() : null;
    const at = points ? (position, isEnd) => points(position, isEnd) : (position, isEnd) => this.point(position, isEnd);
    return spans.flatMap(([start, end]) => {
      const [from, to] = [at(start, false), at(end, true)];
      if (!from || !to) return [];
      const range = new Range();
      range.setStart(...from);
      range.setEnd(...to);
      return [range];
    });
  }

  /** Return a function like `point` for many positions: segments are looked up by their start. */
  points() {
    const segments = [...this.box.querySelectorAll(".seg")].map((one) => {
      const characters = Array.from(one.firstChild.data);
      return { node: one.firstChild, start: Number(one.dataset.start), characters };
    });
    return (position, isEnd) => {
      const inside = isEnd ? position - 1 : position;
      let [low, high] = [0, segments.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (segments[middle].start <= inside) low = middle;
        else high = middle - 1;
      }
      const { node, start, characters } = segments[low] || {};
      const within = position - start;
      return node && inside >= start && within <= characters.length ? [node, characters.slice(0, within).join("").length] : null;
    };
  }

  show(start) {
    const number = this.paragraphs.filter(([from]) => from <= start).length || 1;
    $(`paragraph-${number}`)?.scrollIntoView({ block: "center" });
  }

  /** Return the span with one end moved by a word, or the same span if that is impossible. */
  moved(span, end, further) {
    const isSpace = (at) => space.test(this.characters[at]);
    let at = end ? span.end : span.start;
    const forward = end === further;
    const last = this.characters.length;
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

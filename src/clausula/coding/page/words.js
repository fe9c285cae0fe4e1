// Words of the text: a selection is extended to whole words, in any script that the browser can divide into words.

const LETTER = /[\p{L}\p{N}\p{M}]/u;
const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;

/** Return the words in a span of characters as pairs of offsets. */
function words(characters, from, to) {
  const text = characters.slice(from, to).join("");
  const found = [];
  if (segmenter) {
    let at = from;
    for (const { segment, isWordLike } of segmenter.segment(text)) {
      const length = Array.from(segment).length;
      if (isWordLike) found.push([at, at + length]);
      at += length;
    }
    return found;
  }
  for (let at = from; at < to;) {
    let end = at;
    while (end < to && LETTER.test(characters[end])) end += 1;
    if (end > at) found.push([at, end]);
    at = Math.max(end, at + 1);
  }
  return found;
}

/** Extend a span to whole words. */
export function snapped(characters, paragraphs, start, end) {
  const around = (offset) => paragraphs.find(([from, to]) => offset >= from && offset < to);
  const [first, last] = [around(start), around(end - 1)];
  const before = first && words(characters, ...first).find(([from, to]) => from < start && start < to);
  const after = last && words(characters, ...last).find(([from, to]) => from < end && end < to);
  return { start: before ? before[0] : start, end: after ? after[1] : end };
}

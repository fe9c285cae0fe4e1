// Helpers that create elements. Content from texts and cells is inserted as text, never as markup.

export const $ = (id) => document.getElementById(id);

/** Create an element with attributes and children. A function is a listener; true gives an empty attribute. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== false && value !== null && value !== undefined && value !== "") {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null));
}

export function button(label, act, attributes = {}) {
  return el("button", { type: "button", click: act, ...attributes }, label);
}

/** Shorten a text to one line of at most `limit` characters. */
export function short(text, limit = 80) {
  const characters = Array.from(text.replace(/\s+/gu, " ").trim());
  return characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : characters.join("");
}

/** Return a shortened text in its own element, so that its writing direction does not affect the text around it. */
export function quoted(text, limit = 80) {
  return el("bdi", {}, short(text, limit));
}

/** Return a text with a full stop at its end. */
export function sentence(text) {
  return text.endsWith(".") ? text : `${text}.`;
}

/** Return a number with its noun: "1 row", "2,000 rows". */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return the name of one row of a table: "provision" for Provisions, "coding log" for Coding log. */
export function singular(title) {
  return title.toLowerCase().replace(/s$/u, "");
}

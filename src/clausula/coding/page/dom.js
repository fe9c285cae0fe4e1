// Making elements. Whatever comes from texts or cells becomes text, never markup.

export const $ = (id) => document.getElementById(id);

/** An element with attributes (functions are listeners, true stands for an empty value) and children. */
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

/** A text in a few words; nothing that changes the direction of writing reaches beyond it. */
export function short(text, limit = 80) {
  const signs = Array.from(text.replace(/\s+/gu, " ").trim());
  return signs.length > limit ? `${signs.slice(0, limit - 1).join("")}…` : signs.join("");
}

/** A text of others, kept apart from the writing around it. */
export function quoted(text, limit = 80) {
  return el("bdi", {}, short(text, limit));
}

/** A number with what it counts. */
export function counted(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/* A citation for each record on the page, with its address. */
(function () {
  "use strict";
  const sentence = document.querySelector("[data-cite]");
  function add(place) {
    const record = place.closest("[id]"), made = function (name, text) { const one = document.createElement(name); one.textContent = text; return one; };
    const details = made("details", ""), id = (sentence.dataset.of || "") + place.querySelector("code").textContent;
    const address = location.href.split("#")[0] + "#" + record.id;
    details.className = "cite screen";
    details.append(made("summary", "Cite"), made("p", sentence.dataset.cite.replace(/\.$/, "") + ", record " + id + "." + (/^http/.test(address) ? " " + address : "")));
    record.append(details);
  }
  function start() { document.querySelectorAll(".provisions .place").forEach(add); }
  if (!sentence) { return; }
  if (document.querySelector("[data-part]")) { document.addEventListener("parts", start); } else { start(); }
})();

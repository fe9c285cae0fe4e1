/* The complete parts of a long page, in place of the short ones that a reader without script has. A character of a
   private plane stands for a text that several pages share, or for the summary of a provision. The page names only this
   script, which loads the others: so a page is shorter. */
(function () {
  "use strict";
  const FIRST = 0xF0000, FIRST_SUMMARY = 0x100000, able = window.DecompressionStream;
  const own = document.currentScript, root = own.getAttribute("src").replace("assets/parts.js", "");
  const page = location.pathname.split("/").slice(-1 - root.length / 3).join("/").replace(/\.html$/, "");
  let phrases, provisions;
  window.clausulaPhrases = function (packed) { phrases = window.Clausula.unpack(packed); };
  window.clausulaRows = function (packed) { provisions = window.Clausula.table(packed); };
  window.clausulaParts = async function (packed) {
    const parts = (await window.Clausula.unpack(packed))[page], texts = await phrases, summaries = (await provisions).columns.summary;
    const text = function (sign) {
      const code = sign.codePointAt(0);
      return code < FIRST_SUMMARY ? texts[code - FIRST] : summaries.text(code - FIRST_SUMMARY);
    };
    document.querySelectorAll("[data-part]").forEach(function (one, at) { one.innerHTML = parts[at].replace(/[\u{F0000}-\u{10FFFD}]/gu, text); });
    document.dispatchEvent(new Event("parts"));
    if (location.hash) { location.replace(location.hash); }     // the place of the record has moved
    document.documentElement.dataset.ready = "yes";
  };
  if (!able) { return; }
  ["assets/shared", "data/phrases", "data/provisions", "data/" + (page.replace(/[^/]*$/, "") || "pages/") + "parts" + own.dataset.of].forEach(function (name) {
    const script = document.createElement("script");
    script.src = root + name + ".js";
    script.async = false;                                       // each needs what those before it define
    document.head.append(script);
  });
})();

/* The complete parts of a long page, in place of the short ones that a reader without script has. A character of a
   private plane stands for a text that several pages share, or for the summary of a provision. */
(function () {
  "use strict";
  const FIRST = 0xF0000, FIRST_SUMMARY = 0x100000, C = window.Clausula, able = window.DecompressionStream;
  let phrases, provisions;
  window.clausulaPhrases = function (packed) { phrases = able && C.unpack(packed); };
  window.clausulaRows = function (packed) { provisions = able && C.table(packed); };
  window.clausulaParts = async function (packed) {
    if (!able) { return; }
    const parts = await C.unpack(packed), texts = await phrases, summaries = (await provisions).columns.summary;
    const text = function (sign) {
      const code = sign.codePointAt(0);
      return code < FIRST_SUMMARY ? texts[code - FIRST] : summaries.text(code - FIRST_SUMMARY);
    };
    document.querySelectorAll("[data-part]").forEach(function (one, at) { one.innerHTML = parts[at].replace(/[\u{F0000}-\u{10FFFD}]/gu, text); });
    document.dispatchEvent(new Event("parts"));
    if (location.hash) { location.replace(location.hash); }     // the place of the record has moved
    document.documentElement.dataset.ready = "yes";
  };
})();

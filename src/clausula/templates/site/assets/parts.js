/* The complete parts of a long page, in place of the short ones that a reader without script has. A character of a
   private plane stands for a text that several pages share. */
(function () {
  "use strict";
  const FIRST = 0xF0000;
  let phrases;
  window.clausulaPhrases = function (packed) { phrases = window.DecompressionStream && window.Clausula.unpack(packed); };
  window.clausulaParts = async function (packed) {
    if (!window.DecompressionStream) { return; }
    const parts = await window.Clausula.unpack(packed), texts = await phrases;
    document.querySelectorAll("[data-part]").forEach(function (one, at) {
      one.innerHTML = parts[at].replace(/[\u{F0000}-\u{10FFFD}]/gu, function (sign) { return texts[sign.codePointAt(0) - FIRST]; });
    });
    document.dispatchEvent(new Event("parts"));
    if (location.hash) { location.replace(location.hash); }     // the place of the record has moved
    document.documentElement.dataset.ready = "yes";
  };
})();

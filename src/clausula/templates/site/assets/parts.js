/* The complete parts of a long page, in place of the short ones that a reader without script has. */
(function () {
  "use strict";
  window.clausulaParts = async function (packed) {
    if (!window.DecompressionStream) { return; }
    const parts = await window.Clausula.unpack(packed);
    document.querySelectorAll("[data-part]").forEach(function (one, at) { one.innerHTML = parts[at]; });
    document.dispatchEvent(new Event("parts"));
    if (location.hash) { location.replace(location.hash); }     // the place of the record has moved
    document.documentElement.dataset.ready = "yes";
  };
})();

// Recovers a page if its own script does not run: reloads the page when that script was lost, and shows a notice when the
// browser is below the documented floor (Baseline 2022) or when the script failed before the first drawing. Runs before the
// page's script, in ECMAScript 5.
(function () {
  var TIMES = 3; // after that the script is considered refused, not lost
  var FIRST_MS = 600;
  var root = document.documentElement;
  var current =
    "noModule" in document.createElement("script") &&
    !!Array.prototype.at &&
    !!Object.hasOwn &&
    !!window.structuredClone;

  /** @param {string} name */
  function marked(name) {
    return root.getAttribute("data-" + name) !== null;
  }

  /** @param {string} why */
  function explain(why) {
    var panel = document.getElementById("floor");
    if (!panel || marked("drawn") || marked("floor")) return;
    panel.hidden = false;
    root.setAttribute("data-floor", why); // "failed" holds until the page draws after all
  }

  function fail() {
    explain("failed");
  }

  function rescue() {
    var times = (history.state && history.state.reloads) || 0; // survives reloads even where storage is forbidden
    if (marked("started") || root.getAttribute("data-floor") === "below" || times >= TIMES) return;
    setTimeout(
      function () {
        history.replaceState({ reloads: times + 1 }, "");
        location.reload();
      },
      FIRST_MS * Math.pow(2, times) * (0.5 + Math.random())
    );
  }

  // Errors of code only: the error of a lost script reaches only listeners that capture.
  window.addEventListener("error", fail);
  window.addEventListener("unhandledrejection", fail);
  window.addEventListener("load", rescue); // the page's script has run by then, or has failed
  if (!current) explain("below");
})();

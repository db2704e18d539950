// Gets a page going where its own script does not: loads the page again when that script was lost on the way, and says
// what the browser lacks when it is below the documented floor (Baseline 2022) or when the script failed before anything
// was drawn. Runs before the page's script, in the JavaScript of 2009: nothing newer may be needed here.
(function () {
  var TIMES = 3; // a script that never comes is refused, not lost
  var FIRST_MS = 600;
  var root = document.documentElement;
  var current =
    "noModule" in document.createElement("script") &&
    !!Array.prototype.at &&
    !!Object.hasOwn &&
    !!window.structuredClone;

  function marked(name) {
    return root.getAttribute("data-" + name) !== null;
  }

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
    var times = (history.state && history.state.reloads) || 0; // kept over reloads where storage may be forbidden
    if (marked("started") || root.getAttribute("data-floor") === "below" || times >= TIMES) return;
    setTimeout(
      function () {
        history.replaceState({ reloads: times + 1 }, "");
        location.reload();
      },
      FIRST_MS * Math.pow(2, times) * (0.5 + Math.random()),
    );
  }

  // Errors of code alone: a script that was lost on the way reaches only listeners that capture.
  window.addEventListener("error", fail);
  window.addEventListener("unhandledrejection", fail);
  window.addEventListener("load", rescue); // the page's script has run by then, or has failed
  if (!current) explain("below");
})();

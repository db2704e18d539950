// A bad network may lose the page's own script, and then nobody is there to try again but this: it loads the page
// anew, a few times. It runs after that script, or after its failure; it is small, and seldom lost with it.
{
  const TIMES = 3; // a script that never comes is refused, not lost
  const FIRST_MS = 600;
  const times = history.state?.reloads ?? 0; // kept over reloads where storage may be forbidden
  if (document.documentElement.dataset.started === undefined && times < TIMES) {
    setTimeout(() => {
      history.replaceState({ reloads: times + 1 }, "");
      location.reload();
    }, FIRST_MS * 2 ** times * (0.5 + Math.random()));
  }
}

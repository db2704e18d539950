"""Layout checks: clipped text, horizontal scrolling, and motion despite `prefers-reduced-motion`."""

from typing import Final

from playwright.sync_api import Page, ViewportSize

from .axe import PAINTED

NARROW: Final = (
    ViewportSize(width=320, height=568),  # the narrowest phone; also 1280 px at 400 %
    ViewportSize(width=640, height=400),  # a laptop at 200 %
)

# Text outside the window, or clipped by a box around it.
CRAMPED: Final = """() => {
  const seen = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility()
    && !element.closest(".unseen, svg"));
  const texts = seen.filter((element) => [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
  const name = (element) => `<${element.localName} id="${element.id}" class="${element.className}">`;
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  for (const element of texts) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    if (text.left < -1 || text.right > innerWidth + 1) found.push(`${name(element)} leaves the window`);
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      const cut = (overflowX !== "visible" && (text.left < edge.left - 1 || text.right > edge.right + 1))
        || (overflowY === "hidden" && (text.top < edge.top - 4 || text.bottom > edge.bottom + 4));
      if (cut) found.push(`${name(element)} is cut off by ${name(box)}`);
    }
  }
  return found;
}"""

PAINTED_CRAMPED: Final = f"async () => {{ await ({PAINTED})(); return ({CRAMPED})(); }}"

MOVING: Final = """() => document.getAnimations()
  .filter(({ playState, effect }) => playState === "running" && effect.getComputedTiming().duration > 10)
  .map((animation) => `${animation.animationName ?? animation.transitionProperty} moves`)"""


def cramped(page: Page) -> list[str]:
    """Return the texts that are clipped on narrow screens and at 200 and 400 % zoom."""
    before, found = page.viewport_size, []
    for size in NARROW:
        page.set_viewport_size(size)
        found += [f"{size['width']} px: {problem}" for problem in page.evaluate(PAINTED_CRAMPED)]
    if before:
        page.set_viewport_size(before)
    return found


def moving(page: Page) -> list[str]:
    """Return the animations that run despite `prefers-reduced-motion`."""
    found: list[str] = page.evaluate(MOVING)
    return found


WIDTHS: Final = (320, 390, 1280)
SIDEWAYS: Final = f"""async (width) => {{
  for (let frames = 0; innerWidth !== width && frames < 1_000; frames++) await ({PAINTED})();
  if (innerWidth !== width) throw new Error(`${{innerWidth}} px wide instead of ${{width}} px`);
  await ({PAINTED})();
  return document.documentElement.scrollWidth > innerWidth;
}}"""


def sideways(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[int]:
    """Return the widths at which the page scrolls sideways."""
    found: list[int] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(SIDEWAYS, width):
            found.append(width)
    return found


BROKEN_WORDS: Final = """(selector) => [...document.querySelectorAll(selector)].flatMap((element) =>
  [...element.firstChild?.data?.matchAll(/\\S+/g) ?? []].filter((word) => {
    const range = document.createRange();
    range.setStart(element.firstChild, word.index);
    range.setEnd(element.firstChild, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word))"""


def broken_words(page: Page, selector: str) -> list[str]:
    """Return the words that begin on one line and end on another."""
    found: list[str] = page.evaluate(BROKEN_WORDS, selector)
    return found

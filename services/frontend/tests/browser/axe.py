"""Accessibility checks by axe-core in both themes: WCAG 2.2 A and AA, and best practices."""

from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from .states import AT_REST

TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAINTED: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Waits in the page, because each call takes 10 ms of a core on its way.
RUN: Final = f"""
async (only) => {{
  await ({PAINTED})();
  for (let frames = 0; !({AT_REST})(); frames++) {{
    if (frames > 1_800) throw new Error("The page does not come to rest.");
    await new Promise(requestAnimationFrame);
  }}
  return axe.run(document, {{
    runOnly: only,
    rules: {{ "target-size": {{ enabled: true }} }},
    resultTypes: ["violations", "incomplete"],
    preload: false,
  }});
}}"""

# axe parses the colours of a text and of all behind it for each text again, and copies each node's markup.
FASTER: Final = """() => {
  const { Color } = axe.commons.color;
  const parse = Color.prototype.parseString;
  const parsed = new Map();
  Color.prototype.parseString = function (text) {
    if (!parsed.has(text)) parsed.set(text, new Color(parse.call(this, text)));
    const { r, g, b, alpha } = parsed.get(text);
    return Object.assign(this, { r, g, b, alpha });
  };
  axe.configure({ noHtml: true });
}"""

EVERYTHING: Final = {"type": "tag", "values": TAGS}
COLOURS: Final = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""The rules that depend on the theme; the other rules check the markup."""


def findings(page: Page, *, colours: bool = True) -> list[str]:
    """Return violations and undecided checks in the light theme, and those of `colours` in the dark theme."""
    if page.evaluate("() => !window.axe"):
        page.evaluate(f"{AXE_SCRIPT};({FASTER})()")
    found: list[str] = []
    # axe cannot measure text under an open dialog: it reports all of it as undecided.
    dialog = page.locator("dialog[open]").count()
    themes: tuple[tuple[Literal["light", "dark"], object], ...] = (("light", EVERYTHING), ("dark", COLOURS))
    for theme, rules in themes[: 1 + colours]:
        page.emulate_media(color_scheme=theme)
        result: dict[str, Any] = page.evaluate(RUN, rules)
        found += [
            f"{theme}: {rule['id']}: {node['target']}: {node.get('failureSummary', rule['help'])}"
            for rule in result["violations"] + ([] if dialog else result["incomplete"])
            for node in rule["nodes"]
        ]
    return found

"""Components work under the pages' content security policy and under a browser's translator."""

from playwright.sync_api import Page, expect

from .routes import Api

COUNTER = """async () => {
  const { html, render, useState } = await import("/html.js");
  function Counter() {
    const [count, setCount] = useState(0);
    const more = () => setCount(count + 1);
    return html`<button id="counter" type="button" onClick=${more}>${count} of ${3}</button>`;
  }
  const root = document.createElement("div");
  document.body.append(root);
  render(html`<${Counter} />`, root);
}"""
TRANSLATE = """() => {
  const font = document.createElement("font");
  font.textContent = "null von drei";
  document.getElementById("counter").firstChild.replaceWith(font);
}"""


def test_new_text_of_a_component_replaces_a_translation(page: Page, api: Api) -> None:
    api.given()
    page.goto("/")
    page.evaluate(COUNTER)
    expect(page.locator("#counter")).to_have_text("0 of 3")
    page.evaluate(TRANSLATE)
    expect(page.locator("#counter")).to_have_text("null von drei")
    page.locator("#counter").click()
    expect(page.locator("#counter")).to_have_text("1 of 3")

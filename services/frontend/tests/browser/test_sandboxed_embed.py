"""An embedded poll in a sandboxed iframe that blocks its styles and scripts."""

from playwright.sync_api import Page, expect

from .embed_states import EMBEDDING_SITE
from .routes import Api


def embed(page: Page, api: Api, site_url: str, sandbox: str) -> None:
    address = f"{site_url}/embed/{api.given(embed_origins=[EMBEDDING_SITE]).poll_id}"
    around = f'<!doctype html><iframe sandbox="{sandbox}" width=320 height=480 src={address}></iframe>'
    page.route(f"{EMBEDDING_SITE}/", lambda route: route.fulfill(content_type="text/html", body=around))
    page.goto(f"{EMBEDDING_SITE}/")


def test_strict_sandbox_shows_the_required_permissions(page: Page, api: Api, site_url: str) -> None:
    embed(page, api, site_url, "allow-scripts")
    embedded = page.frame_locator("iframe")
    expect(embedded.get_by_role("heading")).to_have_text(api.poll.question)
    expect(embedded.locator(".unstyled")).to_contain_text("allow-scripts allow-same-origin allow-popups")
    expect(embedded.get_by_text("Connecting")).to_be_hidden()


def test_permissive_sandbox_shows_the_poll_live(page: Page, api: Api, site_url: str) -> None:
    embed(page, api, site_url, "allow-scripts allow-same-origin allow-popups")
    embedded = page.frame_locator("iframe")
    expect(embedded.locator("#live-label")).to_have_text("Live")
    expect(embedded.locator(".unstyled")).to_be_hidden()

"""Parts of the voter's page."""

from playwright.sync_api import Locator, Page


def option(page: Page, choice: str) -> Locator:
    return page.locator(f'#options [data-choice="{choice}"]')


def title(page: Page) -> Locator:
    return page.locator("#message-title")


def detail(page: Page) -> Locator:
    return page.locator("#message-detail")

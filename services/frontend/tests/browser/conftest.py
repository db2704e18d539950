"""Real Chromium on the real pages, served with the content security policy of the template."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

SERVICE = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
SIGN_IN_URL = "https://sign-in.example"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


class _TemplateLoader(yaml.SafeLoader):
    """Reads a template with its short intrinsics as plain values."""


def _intrinsic(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_TemplateLoader.add_multi_constructor("!", _intrinsic)


def content_security_policy(host: str) -> str:
    """The policy as deployed for a site at `host`."""
    template = yaml.load((SERVICE / "template.yaml").read_text(), _TemplateLoader)  # noqa: S506 - a SafeLoader
    headers = template["Resources"]["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    policy = str(headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"][0])
    values = {"Socket": "ws", "Host": host, "SignIn": SIGN_IN_URL}
    return re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], policy)


class _Site(SimpleHTTPRequestHandler):
    """The folder `site` as the distribution serves it."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript; charset=utf-8"}

    def end_headers(self) -> None:
        host = self.headers.get("Host", "")
        self.send_header("Content-Security-Policy", content_security_policy(host))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, directory=str(SERVICE / "site")))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"These tests drive {CHROMIUM}: apt-get install chromium")
    browser = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """A phone."""
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    context.set_default_timeout(5_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab. Whatever happens in it, no script fails and the content security policy is never offended."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    page.on(
        "console",
        lambda message: "Content Security Policy" in message.text and complaints.append(f"policy: {message.text}"),
    )
    yield page
    assert complaints == []

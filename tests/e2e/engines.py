"""Chromium, Firefox and WebKit behind one small interface: open, run, click, type, save a screenshot.

Each is Debian's own build, driven by its own protocol: Chromium by Playwright, Firefox by WebDriver BiDi,
WebKit by WebKitWebDriver's HTTP. So none of them needs an additional driver.
"""

import base64
import itertools
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
from playwright.sync_api import Browser, Page
from testkit.ports import free_port
from testrunner.browser import find_engine
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

PATIENCE_SECONDS: Final = 60.0
WIDTH, HEIGHT = 1100, 900
_WEB_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"


class Engine(Protocol):
    """One browser with one page."""

    def open(self, address: str) -> None:
        """Load a page."""

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""

    def click(self, selector: str) -> None:
        """Click an element with the pointer."""

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""

    def picture(self, path: Path) -> None:
        """Save a screenshot."""


def wait_for(engine: Engine, expression: str, description: str) -> None:
    """Wait until an expression is true in the page, also across navigations."""
    deadline, seen = time.monotonic() + PATIENCE_SECONDS, None
    while time.monotonic() < deadline:
        try:
            seen = engine.run(f"Boolean({expression})")
        except (EngineError, httpx.HTTPError) as error:  # during a navigation
            seen = error
        if seen is True:
            return
        time.sleep(0.1)
    raise AssertionError(
        f"waited in vain for {description}: {seen}; the page: {engine.run('document.body.innerText')}"
    )


class EngineError(Exception):
    """A browser rejected a command."""


@contextmanager
def chromium(browser: Browser) -> Iterator[Engine]:
    """Open a page in the Chromium of the other tests."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    yield _Chromium(context.new_page())
    context.close()


@contextmanager
def firefox() -> Iterator[Engine]:
    """Start Firefox with a new profile."""
    with ExitStack() as stack:
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        command = [find_engine("firefox"), "--headless", "--no-remote", "--profile", profile,
                   f"--width={WIDTH}", f"--height={HEIGHT}", "--remote-debugging-port=0"]  # fmt: skip
        stack.enter_context(_process(command, HOME=profile))
        port = _found(lambda: _read(Path(profile, "WebDriverBiDiServer.json")), "Firefox")["ws_port"]
        socket = stack.enter_context(
            connect(f"ws://127.0.0.1:{port}/session", proxy=None, max_size=None, open_timeout=60)
        )
        yield _Firefox(socket)


@contextmanager
def webkit() -> Iterator[Engine]:
    """Start WebKitGTK's MiniBrowser on a display of its own."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        readable, writable = os.pipe()
        xvfb = [
            find_engine("Xvfb"),
            "-displayfd",
            str(writable),
            "-screen",
            "0",
            f"{WIDTH}x{HEIGHT + 100}x24",
        ]
        stack.enter_context(_process(xvfb, pass_fds=(writable,)))
        os.close(writable)
        with os.fdopen(readable) as displayed:
            display = f":{displayed.readline().strip()}"
        port = free_port()
        environment = {
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "NO_AT_BRIDGE": "1",
            # Its sandbox needs user namespaces, which containers lack; the pages are the project's own.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        stack.enter_context(_process([find_engine("WebKitWebDriver"), f"--port={port}"], (), **environment))
        http = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90, trust_env=False)
        )
        _found(lambda: http.get("/status").json(), "WebKitWebDriver")
        yield stack.enter_context(_webkit_session(http))


class _Chromium:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def run(self, expression: str) -> Any:
        try:
            return self._page.evaluate(expression)
        except Exception as error:
            raise EngineError(str(error)) from error

    def click(self, selector: str) -> None:
        self._page.click(selector)

    def type(self, selector: str, text: str) -> None:
        self._page.fill(selector, text)

    def picture(self, path: Path) -> None:
        self._page.screenshot(path=path)


class _Firefox:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._call("session.new", {"capabilities": {}})
        self._context = self._call("browsingContext.getTree", {})["contexts"][0]["context"]

    def open(self, address: str) -> None:
        self._call("browsingContext.navigate", {"context": self._context, "url": address, "wait": "complete"})

    def run(self, expression: str) -> Any:
        sent = {"expression": f"JSON.stringify([{expression}])", "target": {"context": self._context},
                "awaitPromise": False}  # fmt: skip
        answer = self._call("script.evaluate", sent)
        if answer["type"] != "success":
            raise EngineError(str(answer["exceptionDetails"]["text"]))
        return json.loads(answer["result"]["value"])[0]

    def click(self, selector: str) -> None:
        found = self._element(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        pointer = [{"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": found}},
                   {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]  # fmt: skip
        self._act({"type": "pointer", "id": "mouse", "actions": pointer})

    def type(self, selector: str, text: str) -> None:
        self.click(selector)
        keys = [{"type": kind, "value": one} for one in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": keys})

    def picture(self, path: Path) -> None:
        data = self._call("browsingContext.captureScreenshot", {"context": self._context})["data"]
        path.write_bytes(base64.b64decode(data))

    def _element(self, selector: str) -> Any:
        located = {"context": self._context, "locator": {"type": "css", "value": selector}}
        (found, *_) = self._call("browsingContext.locateNodes", located)["nodes"] or [None]
        if found is None:
            raise EngineError(f"there is no {selector}")
        return {"sharedId": found["sharedId"]}

    def _act(self, source: dict[str, Any]) -> None:
        self._call("input.performActions", {"context": self._context, "actions": [source]})

    def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=90))
            if message.get("id") == number:
                if message["type"] == "error":
                    raise EngineError(f"{method}: {message['message']}")
                return message["result"]


@contextmanager
def _webkit_session(http: httpx.Client) -> Iterator["_WebKit"]:
    options = {"binary": find_engine("MiniBrowser"), "args": ["--automation", f"--geometry={WIDTH}x{HEIGHT}"]}
    session = _WebKit(http, {"alwaysMatch": {"webkitgtk:browserOptions": options}})
    yield session
    session.end()


class _WebKit:
    def __init__(self, http: httpx.Client, capabilities: dict[str, Any]) -> None:
        self._http = http
        self._session = ""
        self._session = (
            "/session/" + self._call("POST", "/session", {"capabilities": capabilities})["sessionId"]
        )

    def end(self) -> None:
        self._call("DELETE", "")

    def open(self, address: str) -> None:
        self._call("POST", "/url", {"url": address})

    def run(self, expression: str) -> Any:
        return self._call("POST", "/execute/sync", {"script": f"return ({expression})", "args": []})

    def click(self, selector: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/value", {"text": text})

    def picture(self, path: Path) -> None:
        # The screenshot would otherwise show the previous frame: a virtual display does not draw in step with
        # the page.
        drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        self._call("POST", "/execute/async", {"script": drawn, "args": []})
        path.write_bytes(base64.b64decode(self._call("GET", "/screenshot")))

    def _element(self, selector: str) -> str:
        found = self._call("POST", "/element", {"using": "css selector", "value": selector})
        return str(found[_WEB_ELEMENT])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._http.request(method, self._session + path, json=body)
        value = answer.json()["value"]
        if not answer.is_success:
            raise EngineError(f"{path}: {value['error']}: {value['message']}")
        return value


@contextmanager
def _process(command: list[str], pass_fds: tuple[int, ...] = (), **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, pass_fds=pass_fds, start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        # A browser is a group of processes.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read(path: Path) -> Any:
    return json.loads(path.read_text()) if path.exists() else None


def _found(look: Callable[[], Any], description: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except (OSError, ValueError, httpx.HTTPError, WebSocketException):
            pass
        time.sleep(0.1)
    raise AssertionError(f"{description} did not start")

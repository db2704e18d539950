"""`./dev bench dashboard`: send messages to the organisers' real pages, and measure how long the pages block.

The page's own clock delivers the messages like a socket, one task each. In the same run the page then stays
idle for as long: the difference shows the cost of the messages, which a laptop's milliseconds alone do not.
For each task two durations are reported: the wall time that the page measures, and the CPU time from a
Chromium trace. On a busy machine most of a long task is waiting for other programs.
"""

import io
import json
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from typing import Any, Final

from contracts.polls import Poll
from contracts.votes_over_time import Series, SeriesPoint
from playwright.sync_api import Browser, Page
from testkit.world import deployed_world
from testrunner.chromium import chromium

from .admin_routes import AdminApi
from .backend import Backend, now
from .routes import results_of, says
from .served_site import served_site
from .states import a_page

POLLS: Final = 50
"""Polls in the dashboard's list: two pages."""
POINTS: Final = 360
"""Points of votes over time: one hour."""
TIMEOUT_MS: Final = 600_000
TASKS: Final = ["disabled-by-default-devtools.timeline"]
TASK: Final = "RunTask"
WATCH: Final = """
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask", buffered: true });
    window.sockets = [];
    window.WebSocket = class extends window.WebSocket {
      constructor(...address) {
        super(...address);
        window.sockets.push(this);
      }
    };
"""
PLAY: Final = """async ([messages, pause]) => {
    window.tasks.length = 0;
    for (const data of messages) {
      if (data) window.sockets.at(-1).dispatchEvent(new MessageEvent("message", { data }));
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return window.tasks;
}"""

type Show = Callable[[Page, Poll], None]


def _dashboard(page: Page, _poll: Poll) -> None:
    page.goto("/admin/")
    page.locator("#details-total:not(:empty)").wait_for()


def _presenter(page: Page, poll: Poll) -> None:
    page.goto(f"/present/?poll={poll.poll_id}")
    page.locator(".percent:not(:empty)").first.wait_for()


PAGES: Final[dict[str, tuple[Show, str]]] = {
    "dashboard": (_dashboard, "#details-total"),
    "presenter": (_presenter, "#voters"),
}


def measure(
    browser: Browser, backend: Backend, site_url: str, name: str, messages: int, rate: float
) -> dict[str, Any]:
    """Send `messages` to a page, `rate` a second, then leave it idle for the same time."""
    show, total = PAGES[name]
    with a_page(
        browser, site_url, viewport={"width": 1280, "height": 900}, reduced_motion="no-preference"
    ) as page:
        page.set_default_timeout(TIMEOUT_MS)
        backend.reset()
        admin = AdminApi(page, backend)
        admin.page_sizes["/admin/api/polls"] = POLLS
        for number in range(POLLS - 1):
            admin.given(question=f"Number {number}?", status="closed")
        poll = admin.given(0, 0)
        points = [
            SeriesPoint(at=now() - timedelta(seconds=10 * (POINTS - each)), a=0, b=0)
            for each in range(POINTS)
        ]
        series = Series(poll_id=poll.poll_id, points=tuple(points), rebuilt_at=None)
        admin.forever(f"GET /admin/api/results/{poll.poll_id}/series", says(series))
        page.add_init_script(WATCH)
        admin.sign_in_tab(page)
        show(page, poll)
        page.locator("#live[data-mode=live]").wait_for()
        begun, version = now(), admin.version
        votes = [
            results_of(poll, each - each // 3, each // 3, version=version + each)
            .model_copy(update={"updated_at": begun + timedelta(seconds=each / rate)})
            .model_dump_json()
            for each in range(1, messages + 1)
        ]
        found = {}
        for what, played in (("moving", votes), ("still", [""] * messages)):
            browser.start_tracing(categories=TASKS)
            tasks = page.evaluate(PLAY, [played, 1000 / rate])
            worked = _worked(json.loads(browser.stop_tracing())["traceEvents"])
            found[what] = {
                "tasks": [round(task) for task in tasks],
                "worked": max(worked),
                "busy": sum(worked),
            }
        shown = page.locator(total).inner_text()
    return {"page": name, "messages": messages, "shown": shown, **found}


def _worked(trace: list[dict[str, Any]]) -> list[float]:
    """Return the CPU time of each task of the page's main thread, in milliseconds."""
    threads = {
        (event["pid"], event["tid"])
        for event in trace
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [event for event in trace if event["name"] == TASK and (event["pid"], event["tid"]) in threads]
    ((page, _),) = Counter(task["pid"] for task in tasks).most_common(1)  # a spare renderer may exist
    return [task["tdur"] / 1000 for task in tasks if task["pid"] == page and "tdur" in task]


def main(messages: int, rate: float) -> None:
    """Print a line of JSON for each page."""
    with served_site() as site_url, deployed_world() as world, chromium() as browser:
        backend = Backend.on(world)
        for name in PAGES:
            with redirect_stdout(io.StringIO()):  # functions write their metrics to stdout
                found = measure(browser, backend, site_url, name, messages, rate)
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))

"""Every state of the page that checks receipts, as data, like the states of the voter's page in `states`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from contracts.enums import PollStatus, ResultVisibility
from playwright.sync_api import Browser, Page

from .backend import Backend
from .published_logs import PublishedLogs
from .routes import Api
from .states import AT_REST, Facts, a_page, poll

ABSENT: Final = "5NRH-CGNQ-4TR4-80A7"
LINK: Final = "/verify/#poll={poll}&receipt={receipt}"
NO_ED25519: Final = (
    """crypto.subtle.importKey = () => Promise.reject(new DOMException("", "NotSupportedError"));"""
)
UNKNOWN: Final = LINK.replace("{receipt}", ABSENT)
SHOWN: Final = ":not([data-empty=true]):not([data-tone=busy])"


@dataclass(frozen=True, slots=True)
class VerifyState:
    """How to reach a state. By default: the address of a receipt in a published log of three votes."""

    there: str
    """A selector that matches only when the page is in this state."""
    address: str = LINK
    choices: str | None = "aab"
    """The votes in the published log; without one the poll has none."""
    poll: Facts = dict
    script: str = ""
    """Runs before the page's own script."""
    fault: Callable[[PublishedLogs, str], object] | None = None
    """Changes the published files of a poll."""
    then: Callable[[Page], object] | None = None


def _open_all(page: Page) -> None:
    page.locator("#outcome[data-tone=good]").wait_for()
    for summary in page.locator("summary").all():
        summary.click()


def _truncate(logs: PublishedLogs, poll_id: str) -> None:
    [bundle] = (path for path in logs.files if path.startswith(f"/logs/{poll_id}/tile/entries/"))
    logs.files[bundle] = logs.files[bundle][:-1]


def _foreign_file(page: Page) -> None:
    page.locator("#proof-file").set_input_files({
        "name": "notes.txt", "mimeType": "text/plain", "buffer": b"not a proof",
    })  # fmt: skip


def _check(page: Page) -> None:
    page.locator("#check").click()


VERIFY_STATES: Final[Mapping[str, VerifyState]] = {
    "empty": VerifyState("#scope:not(:empty)", "/verify/"),
    "counted": VerifyState(f"#outcome[data-tone=good]{SHOWN}"),
    "counted-in-detail": VerifyState("#device-qr > svg", then=_open_all),
    "certificate": VerifyState("#certificate:not([hidden])", "/verify/?poll={poll}"),
    "certificate-of-a-tie": VerifyState("#certificate:not([hidden])", "/verify/?poll={poll}", "ab"),
    "signature-unchecked": VerifyState(f"#outcome[data-tone=firm]{SHOWN}", script=NO_ED25519),
    "absent": VerifyState("#everywhere:not([hidden])", UNKNOWN),
    "mistyped": VerifyState("#suggestion:not([hidden])", f"/verify/#receipt={ABSENT[:-1]}8"),
    "nothing-typed": VerifyState("#outcome[data-tone=trouble]", "/verify/", then=_check),
    "still-open": VerifyState(f"#outcome[data-tone=calm]{SHOWN}", UNKNOWN, None),
    "private": VerifyState(
        f"#outcome[data-tone=calm]{SHOWN}", UNKNOWN, None,
        poll(result_visibility=ResultVisibility.NEVER, status=PollStatus.CLOSED),
    ),
    "truncated": VerifyState("#outcome[data-tone=trouble]", fault=_truncate),
    "no-proof": VerifyState("#outcome[data-tone=trouble]", "/verify/", then=_foreign_file),
}  # fmt: skip


@contextmanager
def visit_verify(
    browser: Browser, backend: Backend, site_url: str, state: VerifyState, **options: Any
) -> Iterator[Page]:
    """Open the page that checks receipts in a state."""
    with a_page(browser, site_url, **options) as page:
        backend.reset()
        api = Api(page, backend)
        (logs := PublishedLogs(backend)).serve(page)
        poll_id, receipts = "", [ABSENT]
        if state.choices is None:
            poll_id = api.given(**state.poll()).poll_id
        else:
            poll_id, receipts = logs.closed(state.choices, **state.poll())
        if state.fault:
            state.fault(logs, poll_id)
        page.add_init_script(state.script)
        page.goto(state.address.format(poll=poll_id, receipt=receipts[0]))
        page.locator("html[data-drawn]").wait_for()
        if state.then:
            state.then(page)
        page.locator(state.there).wait_for()
        page.wait_for_function(AT_REST)
        yield page
        api.leave()

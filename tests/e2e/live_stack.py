"""The running stack: its site, and clients for organisers, voters and crowds."""

import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final

import httpx
from devkit.checkout import ROOT
from laptop.aws import client
from laptop.cookies import to_browser
from laptop.emulator import root_key
from laptop.instance import ENVIRONMENT, Instance
from laptop.seed import organiser, sign_in

from .openapi_documents import check_documented
from .secret_canaries import Planted

DEV: Final = Path(sys.executable).parent / "dev"
# `./dev` installs uv there if the machine has none; `up` builds with it, also when pytest runs without
# `./dev`.
WITH_UV: Final = f"{os.environ['PATH']}:{ROOT / '.dev' / 'uv' / 'bin'}"
FUNCTIONS_COOKIE: Final = "__Host-voter"
COOKIE: Final = to_browser(FUNCTIONS_COOKIE)
"""The cookie's name in a browser on plain http: see `laptop.cookies`."""

PATIENCE_SECONDS: Final = 120.0
"""Maximum wait for an expected event. It only ends a broken run: no working test comes close to it."""

# Otherwise each client creates an SSL context, which takes 30 ms of a core; the site uses http.
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# The emulator closes a connection after 5 idle seconds; a request must not be under way at that moment.
_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=1)
type Json = dict[str, Any]


def dev(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `./dev` on a copy of the stack with its state in `state`.

    It keeps all log lines, for the tests that read them at the end.
    """
    return subprocess.run(
        [str(DEV), *arguments],
        env=os.environ | {"DEV_STATE": str(state), "DEV_LOG_STREAMS": "1000000", "PATH": WITH_UV},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def options_of(instance: Instance) -> tuple[str, ...]:
    """Return the options that start an instance as before: its ports and its guarantees."""
    ports = ("--port", str(instance.port), "--emulator-port", str(instance.emulator_port))
    return (*ports, *(["--weak-guarantees"] if instance.weak_guarantees else []))


def wait_until[T](look: Callable[[], T | None], description: str) -> T:
    """Return the result of `look` as soon as it is not None."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"waited in vain for {description}"
        time.sleep(0.2)
    return found


@dataclass(frozen=True)
class Crowd:
    """The result of a crowd: its exit status, and its JSON and error output."""

    exit_code: int
    outcome: Json
    errors: str


@dataclass(frozen=True)
class RunningCrowd:
    """A crowd that is voting."""

    process: subprocess.Popen[str]

    def end(self) -> Crowd:
        """Wait until the crowd has voted and checked the results; return its result."""
        printed, errors = self.process.communicate()
        return Crowd(self.process.returncode, json.loads(printed) if printed else {}, errors)


@dataclass(frozen=True)
class Running:
    """One running copy of the stack."""

    instance: Instance
    planted: Planted = field(default_factory=Planted, compare=False)
    """The identities that tests have used, and that must be found nowhere at the end."""

    @property
    def site(self) -> str:
        """The site's origin."""
        return self.instance.site

    def http(self, **headers: str) -> httpx.Client:
        """Return a client that is no browser: it sends the given headers and keeps no cookie.

        Its responses are validated against the API documents.
        """
        hooks = {"response": [check_documented]}
        return httpx.Client(
            base_url=self.site,
            headers=headers,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            event_hooks=hooks,
            verify=_NO_TLS,
            limits=_LIMITS,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def page(self) -> httpx.Client:
        """Return a client with the headers of the site's own pages."""
        return self.http(**{"Origin": self.site, "Sec-Fetch-Site": "same-origin"})

    def active_poll(self) -> Json | None:
        """Return the active poll, if there is one."""
        poll: Json | None = self.page().get("/polls/active").raise_for_status().json()["poll"]
        return poll

    def voter(self) -> "Voter":
        """Return a voter with a voter token."""
        return Voter(self)

    def ticket(self, results_pass: str | None = None) -> str:
        """Return a WebSocket ticket: the public's, or a voter's for a results pass."""
        asked = {"results_pass": results_pass} if results_pass else {}
        ticket: str = self.page().post("/live/ticket", json=asked).raise_for_status().json()["ticket"]
        self.planted.ticket(ticket)
        return ticket

    def results(self, poll_id: str) -> Json:
        """Return the public results."""
        results: Json = self.page().get(f"/results/{poll_id}").raise_for_status().json()
        return results

    def crowd(self, voters: int, rate: float, double_taps: float) -> Crowd:
        """Run a crowd in the active poll."""
        with self.crowd_under_way(voters, rate, double_taps) as crowd:
            return crowd.end()

    @contextmanager
    def crowd_under_way(
        self, voters: int, rate: float, double_taps: float, *more: str
    ) -> Iterator["RunningCrowd"]:
        """Run a crowd in the active poll for the duration of the block."""
        asked = ("--voters", str(voters), "--rate", str(rate), "--double-taps", str(double_taps), "--json")
        process = subprocess.Popen(
            [str(DEV), "crowd", *asked, *more],
            env=os.environ | {"DEV_STATE": str(self.instance.state)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield RunningCrowd(process)
        finally:
            process.kill()
            process.communicate()

    def votes_in_the_log(self, poll_id: str) -> int:
        """Count a poll's votes in VotesLog."""
        table = f"tot-{ENVIRONMENT}-votes-log"
        pages = client(self.instance, "dynamodb").get_paginator("scan").paginate(
            TableName=table, ConsistentRead=True, FilterExpression="begins_with(pk, :poll)",
            ExpressionAttributeValues={":poll": {"S": f"{poll_id}#"}},
        )  # fmt: skip
        return sum(page["Count"] for page in pages)


class Voter:
    """A voter over plain HTTP that sends the voter token like a browser."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._client = running.page()
        answer = self._client.post("/voter-token", json={}).raise_for_status()
        cookie = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
        running.planted.voter_token(cookie.value)
        self.cookie = f"{COOKIE}={cookie.value}"
        self.attributes = {name: value for name, value in cookie.items() if value}

    def send(self, content: str | bytes, **headers: str) -> httpx.Response:
        """Send `content` as the body of a vote."""
        usual = {"Cookie": self.cookie, "Content-Type": "application/json"}
        sent = {name: value for name, value in (usual | headers).items() if value}
        answer = self._client.post("/vote", content=content, headers=sent)
        if answer.is_success:
            self._running.planted.results_pass(answer.json()["results_pass"])
        return answer

    def vote(self, poll_id: str, choice: str, *, code: str | None = None, **headers: str) -> httpx.Response:
        """Send a vote."""
        body = {"poll_id": poll_id, "choice": choice} | ({} if code is None else {"code": code})
        return self.send(json.dumps(body), **headers)


class Organiser:
    """An organiser that calls the admin API with a real access token."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.sign_in()

    def sign_in(self) -> None:
        """Get a new token; a stack that was killed has a new password for the account."""
        account = organiser.load(self._running.instance)
        assert account is not None
        self.account = account
        self.token = sign_in.access_token(self._running.instance, account)
        self._running.planted.token(self.token)
        self._running.planted.add("organiser's password", account.password)
        self._running.planted.add("emulator's root key", root_key.of(self._running.instance).secret)
        headers = {"Authorization": f"Bearer {self.token}", "Origin": self._running.site}
        self.api = self._running.http(**headers, **{"Sec-Fetch-Site": "same-origin"})

    def create(self, question: str, a: str = "This", b: str = "That", **settings: str) -> str:
        """Create a draft, with settings such as `policy`."""
        body = {"question": question, "options": {"a": {"label": a}, "b": {"label": b}}, **settings}
        answer = self.api.post("/admin/api/polls", json=body)
        assert answer.status_code == 201, answer.text
        poll_id: str = answer.json()["poll_id"]
        return poll_id

    def open(self, poll_id: str) -> None:
        """Open a draft, and wait until it takes votes."""
        answer = self.api.post(f"/admin/api/polls/{poll_id}/open", json={})
        assert answer.status_code == 200, answer.text
        page = self._running.page()

        def takes_votes() -> bool | None:
            active = page.get("/polls/active").json()
            poll = active["poll"]
            open_now = bool(poll) and poll["poll_id"] == poll_id and poll["opens_at"] <= active["server_time"]
            counted = self.api.get(f"/admin/api/results/{poll_id}")
            return True if open_now and counted.is_success and counted.json()["status"] == "open" else None

        wait_until(takes_votes, "the poll to open")

    def close(self, poll_id: str) -> None:
        """Close a poll, and wait until results-service has received the close."""
        answer = self.api.post(f"/admin/api/polls/{poll_id}/close", json={})
        assert answer.status_code == 200, answer.text

        def is_closed() -> bool | None:
            counted = self.api.get(f"/admin/api/results/{poll_id}")
            return True if counted.json()["status"] == "closed" else None

        wait_until(is_closed, "the poll to close")

    def close_active(self) -> None:
        """Close the active poll, if there is one."""
        poll = self._running.active_poll()
        if poll is not None:
            self.close(poll["poll_id"])

    def mint(self, poll_id: str, count: int) -> list[str]:
        """Create codes, as soon as vote-service knows the poll."""

        def minted() -> list[str] | None:
            answer = self.api.post(f"/admin/api/polls/{poll_id}/codes", json={"count": count})
            if answer.status_code == 404:
                return None
            assert answer.status_code == 201, answer.text
            codes = list(answer.json()["codes"])
            for code in codes:
                self._running.planted.code(code)
            return codes

        return wait_until(minted, "the poll to be known to vote-service")

    def open_new(self, question: str | None = None, **settings: str) -> str:
        """Close the active poll, open a new one, and return its id."""
        self.close_active()
        poll_id = self.create(question or f"Number {secrets.token_hex(3)}?", **settings)
        self.open(poll_id)
        return poll_id


def secret_of(running: Running, name: str) -> dict[str, str]:
    """Return a secret of the platform, which only the emulator's root may read."""
    stored = client(running.instance, "secretsmanager").get_secret_value(SecretId=f"tot-{ENVIRONMENT}-{name}")
    secret: dict[str, str] = json.loads(stored["SecretString"])
    return secret


RECEIPT: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")

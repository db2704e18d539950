"""schemathesis tests the running stack against its API documents, with valid and invalid requests.

It reports server errors (5xx), undocumented statuses and media types, bodies that do not fit their schema,
invalid requests that are accepted, and routes without authentication. `API_EXAMPLES=100 ./dev test e2e --
tests/e2e/test_api_documents.py` is the long form; the cases from the documents themselves (each boundary,
each missing or mistyped part) are complete in both.
"""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from devkit.checkout import ROOT
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import ignored_auth

from .live_stack import FUNCTIONS_COOKIE, Organiser, Running

type AnyCase = Case[Any]
type Ask = Callable[[AnyCase], None]

CONFIG: Final[dict[str, Any]] = {
    "seed": 4,
    "generation": {
        "database": "none",
        "deterministic": True,
        "max-examples": int(os.environ.get("API_EXAMPLES", "5")),
        # `ask` sets the credentials: with a generated token every request would only be rejected.
        "with-security-parameters": False,
    },
    "phases": {
        "examples": {"enabled": False},
        # Undefined methods are tested in test_refusals.py.
        "coverage": {"unexpected-methods": []},
    },
    "checks": {
        "unsupported_method": {"enabled": False},
        # Rules that no schema can express, such as options that must differ, reject valid bodies.
        "positive_data_acceptance": {"enabled": False},
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
    },
}


def documented(service: str, **generation: str) -> BaseSchema:
    config = schemathesis.Config.from_dict(CONFIG | {"generation": {**CONFIG["generation"], **generation}})
    return schemathesis.openapi.from_path(ROOT / "docs" / "api" / f"{service}.openapi.json", config=config)


VOTE, RESULTS = documented("vote-service"), documented("results-service")
REALTIME, MEMBERS = documented("realtime-service"), documented("members")
# Generated bodies are no images: poll-service's test_reencoding.py sends files of all kinds. Invalid ids
# reach no function of the other paths: the bucket or the gateway answers.
PAGES_AND_IMAGES = r"^/(p|embed|images|admin/api/images)(/|$)"
POLL = documented("poll-service").exclude(path_regex=PAGES_AND_IMAGES)
PAGES = documented("poll-service", mode="positive").include(path_regex=r"^/(p|embed|images)/")


@dataclass(frozen=True)
class Known:
    """Existing ids and tokens that replace generated ones; otherwise every answer would be 404."""

    polls: tuple[str, ...]
    voter_tokens: tuple[str, ...]
    results_pass: str


@pytest.fixture(scope="module")
def known(running: Running, organiser: Organiser) -> Iterator[Known]:
    closed = organiser.open_new()
    organiser.close(closed)
    draft, opened = organiser.create("A draft, by code?", policy="code"), organiser.open_new()
    voters = [running.voter() for _ in range(4)]
    results_pass = voters[0].vote(opened, "a").json()["results_pass"]
    yield Known((opened, opened, closed, draft), tuple(voter.cookie for voter in voters), results_pass)
    # A generated request may have opened a poll, and no later test expects it.
    organiser.close_active()


def pick(among: tuple[str, ...], case: AnyCase) -> str:
    """Return one of the values, always the same one for the same request."""
    return among[zlib.crc32(repr((case.path_parameters, case.body, case.query)).encode()) % len(among)]


def is_sound(case: AnyCase, part: ParameterLocation) -> bool:
    """Return whether this part of a request is valid by its document."""
    found = case.meta.components.get(part) if case.meta else None
    return found is not None and found.mode is GenerationMode.POSITIVE


def make_real(case: AnyCase, known: Known) -> None:
    if is_sound(case, ParameterLocation.PATH) and "poll_id" in case.path_parameters:
        case.path_parameters["poll_id"] = pick(known.polls, case)
    if is_sound(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        if "poll_id" in case.body:
            case.body["poll_id"] = pick(known.polls, case)
        if case.body.get("results_pass"):
            case.body["results_pass"] = known.results_pass


@pytest.fixture(scope="module")
def ask(running: Running, organiser: Organiser, known: Known) -> Ask:
    """Return a function that sends a request with credentials and validates its response."""

    def send(case: AnyCase) -> None:
        make_real(case, known)
        made_up = {name: value for name, value in case.headers.items() if name == "Sec-Fetch-Site"}
        headers = {"Origin": running.site, "Sec-Fetch-Site": "same-origin"} | made_up
        left_out: list[CheckFunction] = []
        if case.operation.path.startswith("/admin/"):
            headers["Authorization"] = f"Bearer {organiser.token}"
        elif any(FUNCTIONS_COOKIE in way for way in case.operation.definition.raw.get("security", ())):
            headers["Cookie"] = pick(known.voter_tokens, case)
            # The check would remove the cookie by its documented name, but the laptop's edge uses another
            # name.
            left_out.append(ignored_auth)
        case.call_and_validate(base_url=running.site, headers=headers, excluded_checks=left_out)

    return send


@pytest.mark.covers("T30", "R19")
@VOTE.parametrize()
def test_vote_service_matches_its_document(case: AnyCase, ask: Ask) -> None:
    ask(case)


@RESULTS.parametrize()
def test_results_service_matches_its_document(case: AnyCase, ask: Ask) -> None:
    ask(case)


@REALTIME.parametrize()
def test_realtime_service_matches_its_document(case: AnyCase, ask: Ask) -> None:
    ask(case)


@POLL.parametrize()
def test_poll_service_matches_its_document(case: AnyCase, ask: Ask) -> None:
    ask(case)


@PAGES.parametrize()
def test_link_previews_embed_pages_and_images_match_their_document(case: AnyCase, ask: Ask) -> None:
    ask(case)


@MEMBERS.parametrize()
def test_members_and_audit_log_match_their_document(case: AnyCase, ask: Ask) -> None:
    ask(case)


def test_every_document_is_tested() -> None:
    asked = {schema.raw_schema["info"]["title"] for schema in (VOTE, RESULTS, REALTIME, POLL, MEMBERS)}
    assert asked == {path.name.partition(".")[0] for path in (ROOT / "docs" / "api").glob("*.openapi.json")}

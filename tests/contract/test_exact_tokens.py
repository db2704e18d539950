"""Tokens, cookies, key ids and secrets have exactly one valid spelling.

The inputs are data, in `tests/corpus`.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from chassis.request import RepeatedCookie, read_cookie
from contracts.edge import has_valid_origin_secret, is_same_origin
from contracts.key_ring import KeyRing, UnknownKeyId
from contracts.results_pass import InvalidResultsPass, mint_results_pass, poll_of_results_pass
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import BadTicket, mint_ticket, read_ticket
from vote_service.domain.errors import InvalidVoterToken, NoVoterToken
from vote_service.domain.voter_token import VoterToken, read_voter_token, write_voter_token
from vote_service.http import VOTER_COOKIE

CORPUS: Final = Path(__file__).parents[1] / "corpus"
NAMES: Final = json.loads((CORPUS / "cookie-names.json").read_text())["not_ours"]
SPELLINGS: Final = json.loads((CORPUS / "token-spellings.json").read_text())
NOW: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)
KEYS: Final = KeyRing(current="key1", keys={"key1": b"a" * 64})
POLL: Final = "0123456789abcdefghjkmnpqrs"  # pragma: allowlist secret
SITE: Final = "https://vote.example1"


def request(*cookies: str) -> APIGatewayHttpResolver:
    event = SimpleNamespace(raw_event={"cookies": list(cookies)})
    return cast("APIGatewayHttpResolver", SimpleNamespace(current_event=event))


def spelt(token: str, spelling: str) -> str:
    match spelling:
        case "upper":
            return token.upper()
        case "swapcase":
            return token.swapcase()
        case "fullwidth":
            return "".join(chr(ord(each) + 0xFEE0) for each in token)
        case "swap-first-digit-arabic":
            return re.sub("[0-9]|$", lambda found: chr(0x660 + int(found[0] or 0)), token, count=1)
    return spelling.replace("{}", token)


def opens(read: Callable[[str], Any], *refusals: type[Exception]) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        try:
            return bool(read(text))
        except refusals:
            return False

    return accepts


TOKENS: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    "voter_token": (
        write_voter_token(VoterToken(b"v" * 16, NOW), KEYS),
        opens(lambda text: read_voter_token(text, KEYS), InvalidVoterToken, NoVoterToken),
    ),
    "results pass": (
        mint_results_pass(KEYS, POLL, NOW),
        opens(lambda text: poll_of_results_pass(KEYS, text, NOW), InvalidResultsPass),
    ),
    "ticket": (
        mint_ticket(KEYS, Subscriber(Scope.PUBLIC, None), NOW)[0],
        opens(lambda text: read_ticket(KEYS, text, NOW), BadTicket),
    ),
    "origin secret": (
        "Secret1",
        lambda text: has_valid_origin_secret(
            {"x-origin-verify": text}, {"current": "Secret1", "previous": ""}
        ),
    ),
    "origin": (SITE, lambda text: is_same_origin({"origin": text}, SITE)),
    "fetch site": (
        "same-origin",
        lambda text: is_same_origin({"sec-fetch-site": text, "origin": SITE}, SITE),
    ),
    "key id": ("key1", opens(lambda text: KEYS.derive(text, info=b"x"), UnknownKeyId)),
}


@pytest.mark.parametrize("token", TOKENS)
def test_issued_token_is_accepted(token: str) -> None:
    text, accepts = TOKENS[token]
    assert accepts(text)


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["why"])
@pytest.mark.parametrize("token", TOKENS)
def test_other_spellings_of_a_token_are_rejected(token: str, case: dict[str, str]) -> None:
    text, accepts = TOKENS[token]
    changed = spelt(text, case["spelling"])
    assert changed != text
    assert not accepts(changed)


def test_cookie_with_the_exact_name_is_read() -> None:
    assert read_cookie(request("a=1", f"{VOTER_COOKIE}=v1=.x", "b=2"), VOTER_COOKIE) == "v1=.x"


@pytest.mark.covers("T6")
@pytest.mark.parametrize("case", NAMES, ids=lambda case: case["why"])
def test_cookie_with_a_similar_name_is_ignored(case: dict[str, str]) -> None:
    planted = f"{case['name']}=planted"
    assert read_cookie(request(planted), VOTER_COOKIE) is None
    assert read_cookie(request(planted, f"{VOTER_COOKIE}=genuine"), VOTER_COOKIE) == "genuine"
    assert read_cookie(request(f"{VOTER_COOKIE}=genuine", planted), VOTER_COOKIE) == "genuine"


@pytest.mark.covers("T6")
@pytest.mark.parametrize("second", ["other", "one", ""])
def test_request_with_a_duplicate_cookie_is_rejected(second: str) -> None:
    with pytest.raises(RepeatedCookie):
        read_cookie(request(f"{VOTER_COOKIE}=one", f"{VOTER_COOKIE}={second}"), VOTER_COOKIE)


def test_cookie_value_is_not_unquoted() -> None:
    assert read_cookie(request(f'{VOTER_COOKIE}="v1.x"'), VOTER_COOKIE) == '"v1.x"'

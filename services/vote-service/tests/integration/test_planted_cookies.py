"""A voter token that another site planted in a lookalike cookie casts no vote.

Cookie names: `tests/corpus/cookie-names.json`.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

CORPUS: Final = Path(__file__).parents[4] / "tests/corpus/cookie-names.json"
NAMES: Final = json.loads(CORPUS.read_text())["not_ours"]
COOKIE: Final = "__Host-voter"


@pytest.fixture
def planted(new_browser: Any) -> str:
    attacker = new_browser()
    attacker.post("/voter-token")
    return str(attacker.cookies[COOKIE])


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case["why"])
def test_lookalike_cookie_is_not_accepted_as_voter_token(
    new_browser: Any, planted: str, case: dict[str, str]
) -> None:
    browser = new_browser()
    browser.cookies = {case["name"]: planted}
    assert browser.post("/voter-token")["statusCode"] == 200
    assert browser.cookies[COOKIE].split(".")[2] != planted.split(".")[2]

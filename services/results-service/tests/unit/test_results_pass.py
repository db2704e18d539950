"""A results pass opens the results of its own poll, while its key is known."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.results_pass import RESULTS_PASS_TTL, mint_results_pass
from results_service.domain.errors import ForeignPass
from results_service.domain.results_pass import require_pass

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
KEYS = KeyRing.read({"current": "k1", "k1": "kept secret"})
POLL = new_poll_id()


def test_a_pass_of_this_poll_is_accepted() -> None:
    require_pass(mint_results_pass(KEYS, POLL, NOW), POLL, KEYS, NOW)


def test_a_pass_of_another_poll_is_refused_as_such() -> None:
    with pytest.raises(ForeignPass, match="for another poll"):
        require_pass(mint_results_pass(KEYS, new_poll_id(), NOW), POLL, KEYS, NOW)


def test_a_pass_that_is_expired_or_forged_is_refused() -> None:
    forger = KeyRing.read({"current": "k1", "k1": "guessed"})
    expired = mint_results_pass(KEYS, POLL, NOW - RESULTS_PASS_TTL - timedelta(seconds=1))
    for text in (expired, mint_results_pass(forger, POLL, NOW), "", "nonsense"):
        with pytest.raises(ForeignPass, match="not valid or has expired"):
            require_pass(text, POLL, KEYS, NOW)

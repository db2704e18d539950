"""Budgets of a vote: calls, units, messages, log bytes and dollars, the same in every run; no times."""

from collections.abc import Callable

import pytest
from costs.prices import load_prices

from .designs import MILLION, counted_vote, literal_vote, our_push, ours
from .table import cells, steady, voter, voting

MAX_DOLLARS = 3.70
MAX_PUSH_MESSAGES = 1.0
MAX_SHARE = 0.60
MAX_WRITE_UNITS = 1.01
MAX_LOG_BYTES = 400


def test_a_million_votes_at_a_thousand_a_second_cost_at_most_3_70_dollars() -> None:
    assert load_prices().dollars(voting(1_000) * MILLION) <= MAX_DOLLARS


def test_votes_log_and_game_results_take_at_most_1_01_write_units_a_vote() -> None:
    busy = steady(1_000, 10)
    assert busy.exact
    assert 1 + busy.counted.writes / busy.votes <= MAX_WRITE_UNITS


def test_a_vote_takes_two_functions_one_execution_one_request_and_four_states() -> None:
    vote = ours().vote
    assert vote.states == 4
    used = vote.usage
    assert (used.http_requests, used.lambda_requests, used.express_executions, used.read_units) == (
        1,
        2,
        1,
        1,
    )
    assert used.log_bytes <= MAX_LOG_BYTES


def test_a_vote_in_a_shuffled_poll_takes_the_calls_and_units_of_any_other_and_a_log_line_in_the_budget() -> (
    None
):
    shuffled, fixed = counted_vote(shuffled=True), counted_vote(shuffled=False)
    assert (shuffled.vote.calls, shuffled.vote.states) == (fixed.vote.calls, fixed.vote.states)
    assert shuffled.counting == fixed.counting
    used, other = shuffled.vote.usage, fixed.vote.usage
    assert (used.read_units, used.write_units) == (other.read_units, other.write_units)
    assert used.log_bytes <= MAX_LOG_BYTES


def test_push_to_a_thousand_pages_takes_one_message_a_vote_and_hardly_anything_else() -> None:
    push = our_push(steady(1_000, 1_000))
    assert push.websocket_messages <= MAX_PUSH_MESSAGES
    prices = load_prices()
    assert prices.dollars(push * MILLION) - prices.prices["websocket_messages"].of(MILLION) <= 0.02


@pytest.mark.parametrize("rate", [100, 1_000])
def test_the_flow_costs_at_most_60_percent_of_the_literal_one_from_a_hundred_votes_a_second(
    rate: int,
) -> None:
    assert all(cell.as_json()["share"] <= MAX_SHARE for cell in cells() if cell.rate == rate)


def test_the_literal_design_is_counted_as_the_brief_describes_it() -> None:
    vote = literal_vote()
    assert vote.calls == {"StartSyncExecution": 1, "GetItem": 2, "PutItem": 1, "UpdateItem": 1}
    assert vote.states == 3
    used = vote.usage
    # The fifth function, results_stream_handler, is part of the push.
    assert (used.http_requests, used.lambda_requests, used.write_units, used.read_units) == (2, 4, 2, 1)


PARTS: dict[str, tuple[Callable[[], float], float]] = {
    "first load": (
        lambda: load_prices().dollars(voter()["first load: ticket, connection, first snapshot"]), 10e-6,
    ),
    "voter token": (lambda: load_prices().dollars(voter()["voter token"]), 2.1e-6),
    "CloudFront and firewall": (lambda: load_prices().dollars(voter()["CloudFront and firewall"]), 22e-6),
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_a_voter_is_within_its_budget(part: str) -> None:
    dollars, budget = PARTS[part]
    assert dollars() <= budget

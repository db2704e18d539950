"""Dollars of a million votes and of a voter, ours beside the literal design, from counts of `designs.py`."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from costs.prices import load_prices
from costs.usage import Usage

from tests.exactness.broadcasts import AUDIENCES, Broadcasts, broadcasts
from tests.exactness.handlers import at_hand

from . import first_load
from .designs import (
    MILLION,
    literal_push,
    literal_vote,
    our_counting,
    our_push,
    ours,
)

RATES: Final = (1, 100, 1_000)


@dataclass(frozen=True, slots=True)
class Cell:
    """The dollars of a million votes at one rate, with so many open pages."""

    rate: int
    audience: int
    voting: float
    push: float
    literal_voting: float
    literal_push: float

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        own, literal = self.voting + self.push, self.literal_voting + self.literal_push
        return {
            "rate": self.rate,
            "audience": self.audience,
            "ours": {"voting": self.voting, "push": self.push},
            "literal": {"voting": self.literal_voting, "push": self.literal_push},
            "share": own / literal,
            "voting_share": self.voting / self.literal_voting,
        }


@cache
def steady(rate: int, audience: int) -> Broadcasts:
    """Return the steady run of the real functions at a rate."""
    with at_hand():
        return broadcasts(rate, audience)


def voting(rate: int) -> Usage:
    """Return the use by one of our votes, from `POST /vote` to the counters."""
    return ours().vote.usage + our_counting(steady(rate, AUDIENCES[0]))


def cells() -> list[Cell]:
    """Return the table by rate and audience."""
    prices = load_prices()

    def dollars(usage: Usage) -> float:
        return prices.dollars(usage * MILLION)

    return [
        Cell(
            rate,
            audience,
            dollars(voting(rate)),
            dollars(our_push(steady(rate, audience))),
            dollars(literal_vote().usage),
            dollars(literal_push(rate, audience)),
        )
        for rate in RATES
        for audience in AUDIENCES
    ]


def voter() -> dict[str, Usage]:
    """Return the use by a voter: first load, vote, five minutes of results at 100 votes a second."""
    minutes = 5
    edge = Usage(
        cdn_requests=first_load.REQUESTS + 2,  # the voter token and the vote
        cdn_bytes=first_load.BYTES + 2_000,
        cdn_functions=first_load.REQUESTS - first_load.DYNAMIC_REQUESTS,
        firewall_requests=first_load.REQUESTS + 2,
    )
    messages = minutes * 60
    return {
        "first load: ticket, connection, first snapshot": ours().first_load,
        "voter token": ours().token,
        "vote, counted": voting(100),
        "five minutes of live results": Usage(
            websocket_messages=messages, connection_minutes=minutes, cdn_bytes=messages * 600
        ),
        "CloudFront and firewall": edge,
    }


def report() -> dict[str, Any]:
    """Return everything as JSON data."""
    prices = load_prices()
    own, literal = ours().vote, literal_vote()
    parts = voter()
    month = Usage()
    for usage in parts.values():
        month += usage
    return {
        "prices": {"region": prices.region, "oldest": prices.oldest.isoformat()},
        "cells": [cell.as_json() for cell in cells()],
        "vote": {
            name: {
                "calls": vote.calls,
                "states": vote.states,
                "usage": usage.items(),
                "dollars": dict(prices.bill(usage * MILLION).lines),
            }
            for name, vote, usage in (("ours", own, voting(1_000)), ("literal", literal, literal.usage))
        },
        "voter": {name: prices.dollars(usage) for name, usage in parts.items()},
        "plans": [
            {
                "name": plan.name,
                "dollars": plan.dollars,
                "voters": int(
                    min(plan.requests / month.cdn_requests, plan.gigabytes * 10**9 / month.cdn_bytes)
                ),
            }
            for plan in prices.plans
        ],
        "edge_dollars_per_voter": prices.dollars(
            Usage(
                cdn_requests=month.cdn_requests,
                cdn_bytes=month.cdn_bytes,
                cdn_functions=month.cdn_functions,
                firewall_requests=month.firewall_requests,
            )
        ),
    }

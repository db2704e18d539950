"""Results passes and tickets are rejected for every purpose that they were not issued for."""

from typing import Any

import pytest
from contracts.api import VoteRecorded
from contracts.realtime import ResultsHiddenMessage, ResultsMessage
from testkit.events import Event
from testkit.world import World

from .journey import ORGANISER, Journey


class Doors(Journey):
    """The endpoints that show results, tried with a pass or a ticket."""

    def voted(self, poll_id: str, choice: str = "a") -> str:
        """Vote, and return the results pass."""
        status, body = self.vote(poll_id, choice)
        assert status == 201, body
        return VoteRecorded.model_validate(body).results_pass

    def ticket(self, results_pass: str | None = None) -> str:
        body = {"results_pass": results_pass} if results_pass else {}
        return str(self._done("issue_ticket", "POST /live/ticket", body)["ticket"])

    def organisers_ticket(self) -> str:
        return str(self._done("issue_admin_ticket", "POST /admin/api/live/ticket", None)["ticket"])

    def live_results(self, poll_id: str, results_pass: str) -> tuple[int, Event]:
        shown = {"results_pass": results_pass}
        status, body, _ = self.world.http("get_live_results", f"POST /live/results/{poll_id}", shown)
        return status, body

    def shake_hands(self, ticket: str, connection_id: str = "somebody") -> bool:
        """Connect with a ticket; return whether a socket opened."""
        return self.world.shake_hands(ticket, connection_id)

    def _done(self, slug: str, request: str, body: Event | None) -> Event:
        status, answer, _ = self.world.http(slug, request, body, organiser=ORGANISER)
        assert status in {200, 201}, answer
        return answer


@pytest.fixture
def doors(world: World, monkeypatch: pytest.MonkeyPatch) -> Doors:
    return Doors(world, monkeypatch)


@pytest.fixture
def poll_id(doors: Doors) -> str:
    """Return an open poll with counts for its voters only."""
    poll_id = doors.create(result_visibility="after_vote")
    doors.open(poll_id, ago=40)
    doors.world.pump_all()
    return poll_id


def test_results_pass_is_valid_for_its_own_poll_only(doors: Doors, poll_id: str) -> None:
    shown = doors.voted(poll_id)
    doors.close(poll_id, ago=20)
    other = doors.create(result_visibility="after_vote")
    doors.open(other)
    doors.world.pump_all()
    assert doors.live_results(poll_id, shown)[0] == 200
    status, body = doors.live_results(other, shown)
    assert (status, body["type"], "counts" in body) == (403, "/problems/invalid-results-pass", False)


def test_ticket_and_results_pass_are_not_interchangeable(doors: Doors, poll_id: str) -> None:
    shown = doors.voted(poll_id)
    doors.world.pump_all()
    for ticket in (doors.ticket(), doors.ticket(shown), doors.organisers_ticket()):
        status, body = doors.live_results(poll_id, ticket)
        assert (status, body["type"]) == (403, "/problems/invalid-results-pass")
        status, body, _ = doors.world.http("issue_ticket", "POST /live/ticket", {"results_pass": ticket})
        assert (status, body["type"]) == (403, "/problems/invalid-results-pass")
    assert not doors.shake_hands(shown)


def test_voter_token_is_neither_ticket_nor_results_pass(doors: Doors, poll_id: str) -> None:
    voter_token = doors.voter_token().partition("=")[2]
    assert doors.live_results(poll_id, voter_token)[0] == 403
    assert not doors.shake_hands(voter_token)


def messages_of(doors: Doors, connection_id: str) -> list[Any]:
    kinds = (ResultsMessage, ResultsHiddenMessage)
    return [message for message in doors.sockets.messages(connection_id) if isinstance(message, kinds)]


def test_ticket_shows_exactly_the_results_of_its_scope(doors: Doors, poll_id: str) -> None:
    """A poll with counts for its voters: the public, a voter, a voter of another poll, organisers."""
    shown = doors.voted(poll_id)
    doors.close(poll_id, ago=20)
    next_poll = doors.create(result_visibility="after_vote")
    doors.open(next_poll)
    doors.world.pump_all()
    shown_next = doors.voted(next_poll)
    for name, ticket in {
        "public": doors.ticket(),
        "voter": doors.ticket(shown_next),
        "voter-of-another": doors.ticket(shown),
        "organiser": doors.organisers_ticket(),
    }.items():
        assert doors.shake_hands(ticket, name)
    doors.voted(next_poll, "b")
    doors.world.pump_all()

    seen = {name: messages_of(doors, name) for name in ("public", "voter", "voter-of-another", "organiser")}
    kinds = {name: {type(message) for message in messages} for name, messages in seen.items()}
    assert kinds == {
        "public": set(),
        "voter": {ResultsMessage},
        "voter-of-another": set(),
        "organiser": {ResultsMessage},
    }


@pytest.mark.parametrize("scope", ["public", "voter", "organiser"])
def test_ticket_of_every_scope_opens_one_socket(doors: Doors, poll_id: str, scope: str) -> None:
    ticket = {
        "public": doors.ticket,
        "voter": lambda: doors.ticket(doors.voted(poll_id)),
        "organiser": doors.organisers_ticket,
    }[scope]()
    assert [doors.shake_hands(ticket, str(number)) for number in range(3)] == [True, False, False]


def test_organiser_ticket_requires_a_verified_token(doors: Doors, poll_id: str) -> None:
    shown = doors.voted(poll_id)
    for headers in ({}, {"authorization": f"Bearer {shown}"}, {"authorization": "Bearer x.y.z"}):
        status, body, _ = doors.world.http(
            "issue_admin_ticket", "POST /admin/api/live/ticket", {"results_pass": shown}, headers=headers
        )
        assert (status, body["type"]) == (403, "/problems/not-allowed")

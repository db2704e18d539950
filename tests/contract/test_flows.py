"""Event flows between services: real producers, streams with the mappings' filters, real consumers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from contracts.api import Counts, Results, TicketIssued, VoteRecorded
from contracts.enums import Choice
from contracts.model import format_instant
from contracts.poll_snapshot import DisplaySettings, LiveState
from contracts.polls import PollList
from contracts.problem import Problem
from contracts.realtime import (
    AudienceMessage,
    PollClosedMessage,
    PollOpenedMessage,
    ResultsHiddenMessage,
    ResultsMessage,
)
from testkit.events import Event
from testkit.world import World
from vote_service.adapters.voting_state import KNOWN_FOR

from .journey import ORGANISER, Journey

ROOT = Path(__file__).parents[2]
OWN_TESTS = {"members", "images"}  # tested by their own services


def poll_copy(world: World, poll_id: str) -> Event:
    key = {"poll_id": {"S": poll_id}}
    item = boto3.client("dynamodb").get_item(TableName=world.table("VotingStateTable"), Key=key)["Item"]
    return {name: next(iter(value.values())) for name, value in item.items()}


def test_vote_service_copies_every_poll_transition(journey: Journey) -> None:
    poll_id = journey.create()
    assert journey.world.pump("track_poll") == 1
    draft = poll_copy(journey.world, poll_id)
    assert (draft["status"], draft["revision"]) == ("draft", "1")

    journey.open(poll_id)
    assert journey.world.pump("track_poll") == 1
    opened = poll_copy(journey.world, poll_id)
    assert (opened["status"], opened["policy"]) == ("open", "device")
    assert opened["opens_at"] < datetime.now(UTC).isoformat()
    assert (opened["salt"], opened["key_id"]) == (draft["salt"], draft["key_id"])

    journey.close(poll_id)
    assert journey.world.pump("track_poll") == 2
    closed = poll_copy(journey.world, poll_id)
    assert closed["status"] == "closed"
    assert closed["opens_at"] < closed["closes_at"] < datetime.now(UTC).isoformat()


def test_results_show_the_status_after_every_poll_transition(journey: Journey) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    assert journey.world.pump("track_poll_status") == 2
    opened = journey.results(poll_id)
    assert (opened.status, opened.counts, opened.total) == ("open", Counts(a=0, b=0), 0)

    journey.close(poll_id)
    assert journey.world.pump("track_poll_status") == 2
    closed = journey.results(poll_id)
    assert (closed.status, closed.opens_at) == ("closed", opened.opens_at)
    assert closed.version > opened.version


VALUES: dict[str, tuple[object, ...]] = {
    "show_turnout": (True, False),
    "presenter_language": ("he", "de", None),
}


@pytest.mark.parametrize("setting", DisplaySettings.model_fields)
def test_display_setting_reaches_results_and_messages(journey: Journey, setting: str) -> None:
    poll_id = journey.create(result_visibility="never")
    for reader, scope in (("voter", "public"), ("presenter", "organiser")):
        journey.connect(reader, scope)
    journey.open(poll_id)
    for value in VALUES[setting]:
        request = f"PATCH /admin/api/polls/{poll_id}"
        status, body, _ = journey.world.http("edit_poll", request, {setting: value}, organiser=ORGANISER)
        assert (status, body[setting]) == (200, value)
        journey.world.pump_all()
        for reader in ("voter", "presenter"):
            *_, newest = (one for one in journey.sockets.messages(reader) if isinstance(one, LiveState))
            assert newest.model_dump(mode="json")[setting] == value, reader


def test_vote_recorded_by_the_workflow_is_counted(journey: Journey) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()

    voter_token = journey.voter_token()
    status, body = journey.vote(poll_id, "a", voter_token)
    assert status == 201, body
    recorded = VoteRecorded.model_validate(body)
    again, same = journey.vote(poll_id, "a", voter_token)
    assert (again, VoteRecorded.model_validate(same).receipt) == (200, recorded.receipt)
    other, problem = journey.vote(poll_id, "b", voter_token)
    assert (other, Problem.model_validate(problem).type) == (409, "/problems/already-voted")
    assert journey.vote(poll_id, "b")[0] == 201

    assert journey.world.pump("count_votes") == 2
    assert journey.results(poll_id).counts == Counts(a=1, b=1)


def test_vote_for_a_poll_unknown_to_vote_service_is_rejected(
    journey: Journey,
) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    status, body = journey.vote(poll_id, "a")
    assert (status, body["type"]) == (404, "/problems/unknown-poll")
    assert journey.world.pump("count_votes") == 0


def test_every_change_of_totals_reaches_open_pages(journey: Journey) -> None:
    journey.connect("page-1")
    journey.connect("page-2")
    poll_id = journey.create()
    journey.open(poll_id)
    for choice in ("a", "a", "b"):
        journey.world.pump_all()
        assert journey.vote(poll_id, choice)[0] == 201
    journey.world.pump_all()

    messages = journey.sockets.messages("page-1")
    assert messages == journey.sockets.messages("page-2")
    turns = [message for message in messages if not isinstance(message, ResultsMessage | AudienceMessage)]
    assert [type(message) for message in turns] == [PollOpenedMessage]
    shown = [message for message in messages if isinstance(message, ResultsMessage)]
    assert [message.total for message in shown if message.status == "open"] == [0, 1, 2, 3]
    versions = [message.version for message in shown]
    assert versions == sorted(set(versions))
    results = journey.results(poll_id)
    assert (shown[-1].counts, shown[-1].version) == (results.counts, results.version)


def test_close_is_broadcast_with_the_final_counts(journey: Journey) -> None:
    journey.connect("page")
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    assert journey.vote(poll_id, "b")[0] == 201
    journey.close(poll_id)
    journey.world.pump_all()

    assert journey.vote(poll_id, "a")[0] == 410
    messages = [sent for sent in journey.sockets.messages("page") if not isinstance(sent, AudienceMessage)]
    assert [message.poll_id for message in messages if isinstance(message, PollClosedMessage)] == [poll_id]
    last = messages[-1]
    assert isinstance(last, ResultsMessage)
    assert (last.status, last.counts) == ("closed", Counts(a=0, b=1))
    assert journey.results(poll_id).status == "closed"


def test_hidden_results_are_visible_to_organisers_only(
    journey: Journey,
) -> None:
    journey.connect("page")
    journey.connect("dashboard", "organiser")
    poll_id = journey.create(result_visibility="after_close")
    journey.open(poll_id)
    journey.world.pump_all()
    assert journey.vote(poll_id, "a")[0] == 201
    journey.world.pump_all()

    status, body, _ = journey.world.http("get_results", f"GET /results/{poll_id}")
    assert (status, body["type"]) == (403, "/problems/results-hidden")
    kinds = {type(message) for message in journey.sockets.messages("page")}
    assert (ResultsHiddenMessage in kinds, ResultsMessage in kinds) == (True, False)
    shown = [sent for sent in journey.sockets.messages("dashboard") if isinstance(sent, ResultsMessage)]
    assert shown[-1].counts == Counts(a=1, b=0)


def test_results_pass_of_a_vote_grants_live_results_and_a_voter_ticket(journey: Journey) -> None:
    poll_id = journey.create(result_visibility="after_vote")
    journey.open(poll_id)
    journey.world.pump_all()
    recorded = VoteRecorded.model_validate(journey.vote(poll_id, "b")[1])
    journey.world.pump_all()

    shown = {"results_pass": recorded.results_pass}
    status, body, _ = journey.world.http("get_live_results", f"POST /live/results/{poll_id}", shown)
    assert status == 200, body
    assert Results.model_validate(body).counts == Counts(a=0, b=1)
    status, body, _ = journey.world.http("issue_ticket", "POST /live/ticket", shown)
    assert status in {200, 201}, body
    assert TicketIssued.model_validate(body).scope == "voter"
    status, body, _ = journey.world.http("issue_ticket", "POST /live/ticket", {"results_pass": "v1.k1.x.1.y"})
    assert (status, body["type"]) == (403, "/problems/invalid-results-pass")


def test_archiving_deletes_voters_and_nothing_else(journey: Journey) -> None:
    journey.connect("page")
    poll_id = journey.create(result_visibility="after_close")
    journey.open(poll_id)
    journey.world.pump_all()
    voter_token = journey.voter_token()
    assert journey.vote(poll_id, "a", voter_token)[0] == 201
    journey.close(poll_id)
    journey.world.pump_all()
    assert journey.vote(poll_id, "a", voter_token)[0] == 200
    before = journey.results(poll_id)
    assert "salt" in poll_copy(journey.world, poll_id)

    assert journey.archive(poll_id)["archived_at"]
    journey.world.pump_all()

    copy = poll_copy(journey.world, poll_id)
    assert "salt" not in copy
    assert (copy["status"], copy["buckets"]) == ("closed", "16")
    journey.world.pass_time(KNOWN_FOR)
    for voter in (voter_token, None):
        status, problem = journey.vote(poll_id, "a", voter)
        assert (status, problem["type"]) == (410, "/problems/closed")
    after = journey.results(poll_id)
    assert (after.status, after.counts, after.closes_at) == (before.status, before.counts, before.closes_at)
    status, body, _ = journey.world.http(
        "get_admin_results", f"GET /admin/api/results/{poll_id}", organiser=ORGANISER
    )
    assert (status, body["counts"]) == (200, {"a": 1, "b": 0})
    closed = [sent for sent in journey.sockets.messages("page") if isinstance(sent, PollClosedMessage)]
    assert len(closed) == 1, "the second closing is not broadcast"


@pytest.mark.covers("T27", "R27")
def test_every_organiser_change_is_logged_with_its_actor(
    journey: Journey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    said: dict[str, set[str]] = {}
    session: dict[str, str | None] = {}

    def note(route: str) -> None:
        said[route] = {
            record.getMessage() for record in caplog.records if record.__dict__.get("organiser") == ORGANISER
        }
        caplog.clear()

    def send(slug: str, route: str, body: object = None) -> Event:
        request, signed_in = route.replace("{poll_id}", poll_id), None if session else ORGANISER
        status, _, answer = journey.world.http(slug, request, body, organiser=signed_in, headers=session)
        assert status in {200, 201, 202, 204}, answer
        note(route)
        return answer

    poll_id = journey.create(policy="code")
    note("POST /admin/api/polls")
    send("edit_poll", "PATCH /admin/api/polls/{poll_id}", {"question": "Which?"})
    journey.open(poll_id)
    note("POST /admin/api/polls/{poll_id}/open")
    journey.world.pump_all()
    send("mint_codes", "POST /admin/api/polls/{poll_id}/codes", {"count": 2})
    send("request_recount", "POST /admin/api/results/{poll_id}/recount")
    send("issue_admin_ticket", "POST /admin/api/live/ticket")
    journey.close(poll_id)
    note("POST /admin/api/polls/{poll_id}/close")
    journey.archive(poll_id)
    note("POST /admin/api/polls/{poll_id}/archive")
    send("delete_poll", "DELETE /admin/api/polls/{poll_id}", {})

    poll_id = journey.create()
    journey.open(poll_id, ago=0)
    caplog.clear()
    started = send("presenter_session", "POST /admin/api/presenter-session")
    session["cookie"] = started["cookies"][0].partition(";")[0]
    later = format_instant(datetime.now(UTC) + timedelta(hours=1))
    journey.world.pass_time(timedelta(seconds=10))
    send("edit_poll", "PATCH /admin/api/presenter/polls/{poll_id}", {"closes_at": later})
    send("close_poll", "POST /admin/api/presenter/polls/{poll_id}/close")
    send("presenter_session", "DELETE /admin/api/presenter/session")

    assert said == {
        "POST /admin/api/polls": {"created"},
        "PATCH /admin/api/polls/{poll_id}": {"edited"},
        "POST /admin/api/polls/{poll_id}/open": {"opened"},
        "POST /admin/api/polls/{poll_id}/codes": {"codes minted"},
        "POST /admin/api/results/{poll_id}/recount": {"recount ordered"},
        "POST /admin/api/live/ticket": {"issued"},
        "POST /admin/api/polls/{poll_id}/close": {"closing"},
        "POST /admin/api/polls/{poll_id}/archive": {"archived"},
        "DELETE /admin/api/polls/{poll_id}": {"deleted"},
        "POST /admin/api/presenter-session": {"presenter session started"},
        "PATCH /admin/api/presenter/polls/{poll_id}": {"edited"},
        "POST /admin/api/presenter/polls/{poll_id}/close": {"closing"},
        "DELETE /admin/api/presenter/session": {"presenter session ended"},
    }
    documents = (json.loads(path.read_text()) for path in (ROOT / "docs" / "api").glob("*.openapi.json"))
    changing = {
        f"{method.upper()} {path}" for one in documents for path, methods in one["paths"].items()
        for method in methods.keys() - {"get"}
        if path.startswith("/admin/") and not OWN_TESTS & {*path.split("/")}
    }  # fmt: skip
    assert said.keys() == changing, "each of them leaves its line: a new one belongs into this test"


@pytest.mark.covers("R4")
def test_redelivery_of_all_records_changes_nothing(journey: Journey) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    for choice in ("a", "b", "b"):
        assert journey.vote(poll_id, choice)[0] == 201
    journey.world.pump_all()
    before = journey.results(poll_id)

    journey.world.deliver_again()
    journey.world.pump_all()
    after = journey.results(poll_id)
    assert after.counts == before.counts == Counts(a=1, b=2)
    assert (after.status, after.opens_at) == (before.status, before.opens_at)


def test_poll_list_and_active_poll_match_the_opened_polls(journey: Journey) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    _, listed, _ = journey.world.http("list_polls", "GET /admin/api/polls", organiser=ORGANISER)
    _, active, _ = journey.world.http("get_active_poll", "GET /polls/active")
    _, public, _ = journey.world.http("get_public_poll", f"GET /polls/{poll_id}")
    assert [poll.poll_id for poll in PollList.model_validate(listed).polls] == [poll_id]
    assert active["poll"] == public
    assert (public["poll_id"], public["status"], set(public["options"])) == (poll_id, "open", set(Choice))

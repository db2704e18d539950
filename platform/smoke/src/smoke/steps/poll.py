"""Step 5: a poll of the test's own, and the two copies of it that streams make."""

from http import HTTPStatus
from typing import Final

from contracts.enums import ManagedStatus, ResultVisibility
from contracts.polls import ActivePoll, CreatePoll, NewOption, NewOptions, Poll
from devkit.failure import Failure

from smoke.evidence import Evidence, expect

POLL: Final = CreatePoll(
    question="Smoke test: is everything fine?",
    options=NewOptions(a=NewOption(label="Yes"), b=NewOption(label="No")),
    # The close must reveal the counts, and until then messages carry the turnout.
    result_visibility=ResultVisibility.AFTER_CLOSE,
    show_turnout=True,
)


def poll(evidence: Evidence) -> str:
    """Create and open a poll; check the copies of vote-service and results-service."""
    owner = evidence.require_owner()
    _make_room(evidence)
    created = owner.post("/admin/api/polls", json=POLL.model_dump(mode="json", exclude_none=True))
    expect(evidence, created, HTTPStatus.CREATED, "create-poll")
    evidence.poll = Poll.model_validate_json(created.content)
    address = f"/admin/api/polls/{evidence.poll.poll_id}"
    evidence.undo.callback(_remove, evidence, address)
    opened = expect(evidence, owner.post(f"{address}/open", json={}), HTTPStatus.OK, "open-poll")
    evidence.poll = Poll.model_validate_json(opened.content)
    voting, results = _copy_for_voting(evidence), _copy_for_results(evidence)
    _wait_until_open(evidence)
    return f"copies after {voting:.1f} s and {results:.1f} s"


def _make_room(evidence: Evidence) -> None:
    answer = expect(evidence, evidence.page().get("/polls/active"), HTTPStatus.OK, "get-active-poll")
    active = ActivePoll.model_validate_json(answer.content).poll
    if active is None:
        return
    if active.question != evidence.environment.demo_question:
        raise Failure(
            f"The poll “{active.question}” ({active.poll_id}) is open or opens soon, "
            "and polls do not overlap: the test interrupts no poll.",
            "Close it on the dashboard, or test without a poll: "
            f"./dev smoke --env {evidence.environment.name} --read-only",
        )
    evidence.undo.callback(evidence.environment.restore)
    closed = evidence.require_owner().post(f"/admin/api/polls/{active.poll_id}/close", json={})
    expect(evidence, closed, HTTPStatus.OK, "close-poll")


def _copy_for_voting(evidence: Evidence) -> float:
    environment = evidence.environment
    table = environment.resources("AWS::DynamoDB::Table")["vote-service.VotingStateTable"]
    found = evidence.require_poll()

    def copied() -> bool | None:
        # Never the salt, which must not leave its table.
        item = environment.client("dynamodb").get_item(
            TableName=table, Key={"poll_id": {"S": found.poll_id}}, ConsistentRead=True,
            ProjectionExpression="revision",
        ).get("Item")  # fmt: skip
        return True if item and int(item["revision"]["N"]) >= found.revision else None

    return evidence.until(copied, lambda: _missing(evidence, "vote-service", table, "track-poll"))[1]


def _copy_for_results(evidence: Evidence) -> float:
    poll_id = evidence.require_poll().poll_id

    def copied() -> bool | None:
        answer = evidence.require_owner().get(f"/admin/api/results/{poll_id}")
        if answer.status_code == HTTPStatus.NOT_FOUND and "/problems/" in answer.text:
            return None
        found = expect(evidence, answer, HTTPStatus.OK, "get-admin-results").json()
        return True if found["status"] == ManagedStatus.OPEN else None

    failure = lambda: _missing(evidence, "results-service", "GameResults", "track-poll-status")  # noqa: E731
    return evidence.until(copied, failure)[1]


def _missing(evidence: Evidence, service: str, table: str, function: str) -> Failure:
    return Failure(
        f"{service} has no copy of the opened poll in {table}: {function} did not process the event "
        f"of the Polls stream within {evidence.environment.patience:.0f} s.",
        f"{evidence.environment.logs_command(function)}; then its dead-letter queue",
    )


def _wait_until_open(evidence: Evidence) -> None:
    page, poll_id = evidence.page(), evidence.require_poll().poll_id

    def opened() -> bool | None:
        answer = expect(evidence, page.get("/polls/active"), HTTPStatus.OK, "get-active-poll")
        active = ActivePoll.model_validate_json(answer.content)
        found = active.poll
        if found is None or found.poll_id != poll_id or found.opens_at is None:
            return None
        return True if found.opens_at <= active.server_time else None

    evidence.until(
        opened,
        lambda: Failure(
            f"/polls/active does not show the opened poll {poll_id}.",
            evidence.environment.logs_command("get-active-poll"),
        ),
    )


def _remove(evidence: Evidence, address: str) -> None:
    """Close the poll; after a success archive and delete it, too. A failed test leaves it for inspection."""
    owner = evidence.require_owner()
    owner.post(f"{address}/close", json={})
    if evidence.passed:
        owner.post(f"{address}/archive", json={})
        owner.delete(address)

"""The copy of a poll: only newer revisions, constant salt, key and bucket count, no lost records."""

import base64
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from contracts.enums import PollStatus, VoterPolicy
from contracts.events import PollChanged, PollDeleted

PINNED = ("salt", "key_id", "buckets")
NO_RETRIES: dict[str, list[Any]] = {"batchItemFailures": []}


def test_draft_is_copied_with_salt_key_and_bucket_count(stack: Any, make_poll: Any) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1)
    assert stack.track(draft) == NO_RETRIES
    copy = stack.poll_copy(draft.poll_id)
    assert {
        name: copy[name] for name in ("status", "revision", "policy", "question", "key_id", "buckets")
    } == {
        "status": {"S": "draft"},
        "revision": {"N": "1"},
        "policy": {"S": "device"},
        "question": {"S": "Tea or coffee?"},
        "key_id": {"S": "k1"},
        "buckets": {"N": "16"},
    }
    assert len(copy["salt"]["B"]) == 32
    assert "opens_at" not in copy


def test_two_polls_have_two_salts(stack: Any, make_poll: Any) -> None:
    one, other = make_poll(), make_poll()
    stack.track(one, other)
    assert stack.poll_copy(one.poll_id)["salt"] != stack.poll_copy(other.poll_id)["salt"]


def test_newer_revision_updates_the_copy_but_not_salt_key_and_bucket_count(
    stack: Any, make_poll: Any
) -> None:
    first = make_poll(PollStatus.DRAFT, opens=None, revision=1)
    stack.track(first)
    before = stack.poll_copy(first.poll_id)
    stack.set_secret("VoterKeysSecret", {"current": "k2", "k1": "a" * 64, "k2": "c" * 64})
    stack.track(make_poll(poll_id=first.poll_id, opens=3, closes=60, revision=2))
    after = stack.poll_copy(first.poll_id)
    assert {name: after[name] for name in PINNED} == {name: before[name] for name in PINNED}
    assert (after["status"], after["revision"]) == ({"S": "open"}, {"N": "2"})
    assert {"opens_at", "closes_at"} <= after.keys()


def test_a_poll_made_after_a_rotation_is_pinned_to_the_new_key(stack: Any, make_poll: Any) -> None:
    stack.set_secret("VoterKeysSecret", {"current": "k2", "k1": "a" * 64, "k2": "c" * 64})
    poll = make_poll()
    stack.track(poll)
    assert stack.poll_copy(poll.poll_id)["key_id"] == {"S": "k2"}


@pytest.mark.parametrize("late", [1, 2, 3])
def test_an_old_or_repeated_revision_changes_nothing(stack: Any, make_poll: Any, late: int) -> None:
    closed = make_poll(PollStatus.CLOSED, closes=-1, revision=3)
    stack.track(closed)
    before = stack.poll_copy(closed.poll_id)
    assert stack.track(make_poll(poll_id=closed.poll_id, revision=late)) == NO_RETRIES
    assert stack.poll_copy(closed.poll_id) == before


def test_last_revision_stays_for_any_order_of_arrival(stack: Any, make_poll: Any) -> None:
    for order in itertools.permutations((1, 2, 3)):
        life = {
            1: make_poll(PollStatus.DRAFT, opens=None, revision=1),
            2: make_poll(opens=3, revision=2),
            3: make_poll(opens=3, closes=60, revision=3),
        }
        poll_id = life[1].poll_id
        stack.track(*(life[n].model_copy(update={"poll_id": poll_id}) for n in order))
        copy = stack.poll_copy(poll_id)
        assert (copy["revision"], "closes_at" in copy) == ({"N": "3"}, True)


def test_removed_time_is_removed_from_the_copy(stack: Any, make_poll: Any) -> None:
    poll = make_poll(closes=60, revision=2)
    stack.track(poll)
    stack.track(make_poll(poll_id=poll.poll_id, closes=None, revision=3))
    assert "closes_at" not in stack.poll_copy(poll.poll_id)


@pytest.fixture
def archived(make_poll: Any) -> Callable[..., Any]:
    """Return a factory of archive events; the poll closed a minute ago."""

    def make(poll_id: str | None = None, revision: int = 4) -> Any:
        return make_poll(PollStatus.CLOSED, poll_id=poll_id, closes=-60, revision=revision, archived=True)

    return make


def test_archiving_destroys_the_salt_and_keeps_what_a_recount_needs(
    stack: Any, make_poll: Any, archived: Callable[..., Any]
) -> None:
    poll = make_poll(closes=-60, revision=3)
    stack.track(poll)
    before = stack.poll_copy(poll.poll_id)
    assert stack.track(archived(poll.poll_id)) == NO_RETRIES
    after = stack.poll_copy(poll.poll_id)
    assert "salt" not in after
    assert (after["key_id"], after["buckets"]) == (before["key_id"], before["buckets"])
    assert (after["status"], after["revision"]) == ({"S": "closed"}, {"N": "4"})
    assert base64.b64encode(before["salt"]["B"]).decode() not in json.dumps(after, default=str)


def test_salt_is_removed_in_the_same_conditional_write_as_the_revision(
    stack: Any, make_poll: Any, archived: Callable[..., Any]
) -> None:
    poll = make_poll(closes=-60, revision=3)
    stack.track(poll)
    writes: list[str] = []
    client = stack.handler("track_poll").polls._client
    stack.hook(
        client, "before-call.dynamodb.UpdateItem", lambda params, **_: writes.append(params["body"].decode())
    )
    stack.track(archived(poll.poll_id))
    (write,) = map(json.loads, writes)
    removed = write["UpdateExpression"].partition(" REMOVE ")[2].split(", ")
    assert "salt" in {write["ExpressionAttributeNames"][name] for name in removed}
    assert "#revision < :revision" in write["ConditionExpression"]


@pytest.mark.parametrize("late", [3, 4])
def test_late_event_does_not_restore_a_salt(
    stack: Any, make_poll: Any, archived: Callable[..., Any], late: int
) -> None:
    gone = archived()
    stack.track(gone)
    stack.track(make_poll(PollStatus.CLOSED, poll_id=gone.poll_id, closes=-60, revision=late))
    assert "salt" not in stack.poll_copy(gone.poll_id)


def test_archived_poll_has_no_salt_for_any_order_of_events(
    stack: Any, make_poll: Any, archived: Callable[..., Any]
) -> None:
    for order in itertools.permutations((2, 3, 4)):
        life = {
            2: make_poll(closes=60, revision=2),
            3: make_poll(PollStatus.CLOSED, closes=-60, revision=3),
            4: archived(),
        }
        poll_id = life[2].poll_id
        stack.track(*(life[n].model_copy(update={"poll_id": poll_id}) for n in order))
        copy = stack.poll_copy(poll_id)
        assert ("salt" in copy, copy["buckets"], copy["revision"]) == (False, {"N": "16"}, {"N": "4"})


def test_repeated_archive_event_changes_only_the_revision(stack: Any, archived: Callable[..., Any]) -> None:
    first = archived()
    stack.track(first)
    before = stack.poll_copy(first.poll_id)
    stack.track(first, archived(first.poll_id, revision=5))
    after = stack.poll_copy(first.poll_id)
    assert "salt" not in after
    assert after | {"closes_at": before["closes_at"], "opens_at": before["opens_at"]} == before | {
        "revision": {"N": "5"}
    }


def spoil(record: dict[str, Any], *path: str, to: Any = None) -> dict[str, Any]:
    """Return the record with one part replaced or removed."""
    spoilt: dict[str, Any] = json.loads(json.dumps(record))
    *way, last = path
    part = spoilt
    for name in way:
        part = part[name]
    if to is None:
        del part[last]
    else:
        part[last] = to
    return spoilt


EVENT = ("dynamodb", "NewImage", "event", "M")


@pytest.mark.covers("T20")
@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("dynamodb",), None),
        (("eventName",), "UPSERT"),
        (("dynamodb", "SequenceNumber"), "not a number"),
        (("dynamodb", "NewImage"), None),
        (("dynamodb", "NewImage", "event"), None),
        (("dynamodb", "NewImage", "event"), {"S": "text"}),
        ((*EVENT, "type"), {"S": "poll_eaten"}),
        ((*EVENT, "type"), {"S": "vote_cast"}),
        ((*EVENT, "revision"), {"N": "0"}),
        ((*EVENT, "revision"), {"N": "1.5"}),
        ((*EVENT, "revision"), None),
        ((*EVENT, "version"), {"N": "99"}),
        ((*EVENT, "status"), {"S": "ajar"}),
        ((*EVENT, "closes_at"), {"S": "2026-01-01T00:00:00"}),
        ((*EVENT, "surprise"), {"S": "x"}),
        ((*EVENT, "question"), {"L": []}),
    ],
)
def test_invalid_record_goes_whole_to_the_dead_letter_queue_and_blocks_nothing(
    stack: Any, make_poll: Any, make_record: Any, path: tuple[str, ...], to: Any
) -> None:
    bad, good = make_poll(), make_poll()
    spoilt = spoil(make_record(bad, 1), *path, to=to)
    answer = stack.deliver(spoilt, make_record(good, 2))
    assert answer == NO_RETRIES
    assert stack.poll_copy(bad.poll_id) is None
    assert stack.poll_copy(good.poll_id) is not None
    [message] = stack.dead_letters()
    assert message["record"] == spoilt
    assert message["reason"]


def test_poll_above_the_item_size_limit_is_a_dead_letter(stack: Any, make_poll: Any) -> None:
    huge = make_poll().model_copy(update={"question": "x" * 500_000})
    assert stack.track(huge) == NO_RETRIES
    [message] = stack.dead_letters()
    assert message["record"]["dynamodb"]["Keys"]
    assert message["record"]["images_left_out"] is True
    assert "NewImage" not in message["record"]["dynamodb"]


def test_record_that_cannot_be_sent_to_the_dead_letter_queue_is_retried(
    stack: Any, make_poll: Any, make_record: Any
) -> None:
    bad, good = make_poll(), make_poll()
    spoilt = spoil(make_record(bad, 1), *EVENT, "status")
    stack.handler("track_poll")
    stack.sqs.delete_queue(QueueUrl=stack.refs["TrackPollDeadLetterQueue"])
    answer = stack.deliver(spoilt, make_record(good, 2))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1".zfill(21)}]}
    assert stack.poll_copy(good.poll_id) is not None


def test_whole_batch_is_retried_while_the_table_is_unavailable(stack: Any, make_poll: Any) -> None:
    stack.handler("track_poll")
    stack.dynamodb.delete_table(TableName=stack.refs["VotingStateTable"])
    with pytest.raises(BatchProcessingError):
        stack.track(make_poll(), make_poll())
    assert stack.dead_letters() == []


def test_every_policy_is_copied_unchanged(stack: Any, make_poll: Any) -> None:
    for policy in VoterPolicy:
        poll = make_poll(policy=policy)
        stack.track(poll)
        assert stack.poll_copy(poll.poll_id)["policy"] == {"S": policy}


def changed(poll: Any, **settings: bool) -> PollChanged:
    fields = poll.model_dump(exclude={"type", "version"}) | {"revision": poll.revision + 1}
    return PollChanged.model_validate(fields | settings)


@pytest.mark.parametrize("setting", [True, False], ids=["on", "off"])
def test_copy_takes_every_setting_from_the_newest_event(stack: Any, make_poll: Any, setting: bool) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1, proof_of_work=not setting)
    stack.track(draft)
    opened = make_poll(poll_id=draft.poll_id, revision=3, proof_of_work=setting)
    stack.track(changed(draft, proof_of_work=setting), opened)
    assert stack.poll_copy(draft.poll_id)["proof_of_work"] == {"BOOL": setting}
    stack.track(make_poll(poll_id=draft.poll_id, revision=4))
    assert stack.poll_copy(draft.poll_id)["proof_of_work"] == {"BOOL": False}


def test_unscheduled_poll_is_a_draft_and_keeps_its_voter_key_parameters(stack: Any, make_poll: Any) -> None:
    scheduled = make_poll(opens=3600, closes=7200)
    stack.track(scheduled)
    before = stack.poll_copy(scheduled.poll_id)
    stack.track(changed(scheduled.model_copy(update={"status": PollStatus.DRAFT})))
    after = stack.poll_copy(scheduled.poll_id)
    assert after["status"] == {"S": "draft"}
    assert {name: after[name] for name in PINNED} == {name: before[name] for name in PINNED}


@pytest.mark.parametrize("archived", [True, False], ids=["an archived poll", "a draft"])
def test_copy_of_a_deleted_poll_has_neither_texts_nor_salt(
    stack: Any, make_poll: Any, archived: bool
) -> None:
    poll = (
        make_poll(PollStatus.CLOSED, closes=-90, revision=4, archived=True)
        if archived
        else make_poll(PollStatus.DRAFT, opens=None, revision=4)
    )
    texts = {"type", "version", "question", "option_a", "option_b"}
    fields = poll.model_dump(exclude=texts) | {"status": "draft", "revision": 5}
    stack.track(poll, PollDeleted.model_validate(fields))
    copy = stack.poll_copy(poll.poll_id)
    assert copy.keys().isdisjoint({"question", "option_a", "option_b", "salt"})
    assert copy["status"] == {"S": "draft"}
    assert ("closes_at" in copy) is archived, "by which a recount knows that the log is sealed"
    stack.track(make_poll(poll_id=poll.poll_id, revision=3))
    assert "question" not in stack.poll_copy(poll.poll_id)

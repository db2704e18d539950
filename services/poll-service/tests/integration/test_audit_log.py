"""Each change by an organiser is in the audit log, in the same transaction; nothing else is."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import time_machine
from contracts.audit_log import AuditAction, AuditEvent
from contracts.model import format_instant
from PIL import Image
from poll_service.adapters.polls import PollsStore
from poll_service.domain.change import Actor
from poll_service.domain.clock import now
from poll_service.domain.errors import WriteConflict
from poll_service.domain.lifecycle import close_poll
from poll_service.domain.poll import Poll

from .conftest import IMAGES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

type Ask = Callable[..., SimpleNamespace]
type Read = Callable[[], list[AuditEvent]]

AUDIT_LOG = "tot-test-audit-log"
DAY = timedelta(days=1)
WANTED = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}


@pytest.mark.covers("T27", "R27")
def test_audit_log_records_the_lifecycle_of_a_poll(
    ask: Ask, audit_log: Read, clock: time_machine.Traveller
) -> None:
    poll_id = ask("create_poll", WANTED).body["poll_id"]
    later = format_instant(now() + timedelta(hours=1))
    edit = {"question": "Tea or cocoa?", "show_turnout": False, "closes_at": format_instant(now() + DAY)}
    for slug, body in (
        ("edit_poll", edit),  # `show_turnout` is false already: unchanged fields are not recorded
        ("open_poll", {"opens_at": later}),
        ("edit_poll", {"status": "draft"}),
        ("open_poll", None),
        ("edit_poll", {"closes_at": format_instant(now() + 2 * DAY)}),
        ("close_poll", None),
        ("close_poll", None),  # changes nothing
    ):
        clock.shift(timedelta(milliseconds=10))
        answer = ask(slug, body, poll_id=poll_id)
        assert answer.status == 200, answer.body

    entries = audit_log()
    assert [(entry.action, entry.about) for entry in entries] == [
        (AuditAction.POLL_CREATED, None),
        (AuditAction.POLL_CHANGED, "question, closes_at"),
        (AuditAction.POLL_OPENED, later),
        (AuditAction.POLL_CHANGED, "status"),
        (AuditAction.POLL_OPENED, None),
        (AuditAction.POLL_CHANGED, "closes_at"),
        (AuditAction.POLL_CLOSED, None),
    ]
    assert [entry.revision for entry in entries] == list(range(1, 8))
    assert {(entry.poll_id, entry.subject, entry.name) for entry in entries} == {
        (poll_id, "organiser-1", "ada")
    }


@pytest.mark.covers("R27")
def test_audit_log_records_archiving_and_deleting_without_texts_of_the_poll(
    ask: Ask, audit_log: Read, given_open: Callable[..., Poll]
) -> None:
    poll = given_open(ends_in=timedelta(minutes=-1))  # closed by the clock, not announced yet
    assert ask("archive_poll", poll_id=poll.poll_id).status == 200
    assert ask("delete_poll", poll_id=poll.poll_id).status == 204

    assert [entry.action for entry in audit_log()] == [AuditAction.POLL_ARCHIVED, AuditAction.POLL_DELETED]
    assert poll.question not in "".join(entry.model_dump_json() for entry in audit_log())


def test_rejected_requests_and_clock_transitions_leave_no_audit_entry(
    ask: Ask, audit_log: Read, finish: Callable[..., None], given_open: Callable[..., Poll]
) -> None:
    poll = given_open(ends_in=timedelta(minutes=-1))
    assert ask("edit_poll", {"question": "Tea or cocoa?"}, poll_id=poll.poll_id).status == 409
    assert ask("close_poll", poll_id=poll.poll_id, groups="[viewer]").status == 403
    assert ask("create_poll", {"question": "?"}).status == 422
    finish({"poll_id": poll.poll_id, "due_at": format_instant(now() - timedelta(minutes=1))})

    assert audit_log() == []


@pytest.mark.covers("T27", "R27")
def test_conflicting_write_leaves_no_audit_entry(
    polls: PollsStore, audit_log: Read, given_open: Callable[..., Poll]
) -> None:
    poll, schedule = given_open(), polls.schedule()
    actor = Actor("organiser-1", now(), name="ada")
    closing = actor.stamp(close_poll(poll, schedule, actor.at), poll)
    polls.save(closing)
    with pytest.raises(WriteConflict):
        polls.save(closing)

    assert [entry.action for entry in audit_log()] == [AuditAction.POLL_CLOSED]


def test_change_fails_while_the_audit_log_is_missing(
    ask: Ask, dynamodb: "DynamoDBClient", polls: PollsStore, given_draft: Callable[..., Poll]
) -> None:
    draft = given_draft()
    dynamodb.delete_table(TableName=AUDIT_LOG)

    assert ask("open_poll", poll_id=draft.poll_id).status >= 500
    assert polls.get(draft.poll_id) == draft


def test_store_without_audit_log_writes_no_change_by_an_organiser(
    dynamodb: "DynamoDBClient", polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll, actor = given_open(), Actor("organiser-1", now())
    closing = actor.stamp(close_poll(poll, polls.schedule(), actor.at), poll)

    with pytest.raises(TypeError, match="without an audit log"):
        PollsStore(dynamodb, "tot-test-polls").save(closing)
    assert polls.get(poll.poll_id) == poll


@pytest.mark.covers("R27")
def test_image_path_is_in_the_audit_log_before_the_image_is_stored(
    ask: Ask, audit_log: Read, bucket: "S3Client", dynamodb: "DynamoDBClient"
) -> None:
    picture = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")

    def upload() -> SimpleNamespace:
        return ask("upload_image", content=picture.getvalue(), headers={"content-type": "image/png"})

    stored = upload()
    [entry] = audit_log()
    assert (entry.action, entry.about, entry.name) == (AuditAction.IMAGE_STORED, stored.body["image"], "ada")

    bucket.delete_object(Bucket=IMAGES, Key=stored.body["image"].strip("/")[:-5])
    dynamodb.delete_table(TableName=AUDIT_LOG)
    assert (upload().status, upload().body["type"]) == (503, "/problems/unavailable")
    assert bucket.list_objects_v2(Bucket=IMAGES)["KeyCount"] == 0

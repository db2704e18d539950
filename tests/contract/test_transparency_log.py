"""A closed poll's log through all services: every receipt is found in it by verifiers that are not ours."""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from aics_tlog import (
    MemoryTileReader,
    audit_tiles,
    inclusion_proof_from_tiles,
    parse_note,
    parse_vkey,
    read_entry,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)
from contracts.receipt import receipt_hash
from contracts.recount import RecountState
from contracts.transparency_log import (
    CERTIFICATES,
    LogKeys,
    PublicCertificate,
    certificate_entry,
    origin,
    vote_entry,
)
from results_service.domain.checkpoint import verifier_key
from testkit.world import World
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from .journey import ORGANISER, QUESTION, Journey

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class PublishedLog:
    """The files of one log, as visitors read them."""

    world: World
    name: str

    @property
    def origin(self) -> str:
        return origin("test", self.name)

    @property
    def files(self) -> dict[str, bytes]:
        return published(self.world, f"logs/{self.name}/")

    @property
    def checkpoint(self) -> str:
        return self.files["checkpoint"].decode()

    def get(self, *path: str) -> bytes | None:
        """Return a file: this is a backend of tlog-scales."""
        return self.files.get("/".join(path))

    def verified(self, public_key: bytes | None = None) -> tuple[int, bytes]:
        """Return size and root of the checkpoint, which both verifiers accept, with all tiles and entries."""
        vkey = verifier_key(self.origin, public_key or self.world.signing_key.public_key)
        found = verify_checkpoint(parse_note(self.checkpoint), parse_vkey(vkey), expected_origin=self.origin)
        assert found.ok, found.error
        TilesReader(self).get_checkpoint().verify(Vkey.from_string(vkey))
        assert found.size is not None
        assert found.root is not None
        audit_tiles(MemoryTileReader(self.files), found.size, found.root)
        return found.size, found.root

    def entries(self) -> list[bytes]:
        size, _ = self.verified()
        return [read_entry(MemoryTileReader(self.files), index, size) for index in range(size)]


def published(world: World, prefix: str) -> dict[str, bytes]:
    s3, bucket = world.client("s3"), world.table("LogsBucket")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {
        key.removeprefix(prefix): s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        for key in keys
        if key.startswith(prefix)
    }


def closed_poll(journey: Journey, choices: str = "abb", **settings: Any) -> tuple[str, list[str]]:
    """Return a closed poll, which the recount at its close has certified, and its voters' receipts."""
    poll_id = journey.create(**settings)
    journey.open(poll_id)
    journey.world.pump_all()
    answers = [journey.vote(poll_id, choice) for choice in choices]
    assert {status for status, _ in answers} <= {201}
    journey.close(poll_id)
    journey.world.pump_all()
    journey.world.pass_time(timedelta(minutes=1))
    assert journey.world.work_off("recount") == 1
    return poll_id, [answer["receipt"] for _, answer in answers]


def request_recount(journey: Journey, poll_id: str) -> None:
    request = f"POST /admin/api/results/{poll_id}/recount"
    assert journey.world.http("request_recount", request, organiser=ORGANISER)[0] == 202
    assert journey.world.work_off("recount") == 1


def published_poll(journey: Journey, choices: str = "abb", **settings: Any) -> tuple[str, list[str]]:
    poll_id, receipts = closed_poll(journey, choices, **settings)
    assert journey.world.work_off("publish_log") == 1
    return poll_id, receipts


@pytest.mark.covers("T42")
def test_each_receipt_is_in_the_log_and_nothing_else_is(journey: Journey) -> None:
    poll_id, receipts = published_poll(journey, "abbab")
    log = PublishedLog(journey.world, poll_id)
    size, root = log.verified()
    assert size == len(receipts)
    entries = [vote_entry(poll_id, hash_) for hash_ in sorted(map(receipt_hash, receipts))]
    assert log.entries() == entries
    for index, entry in enumerate(entries):
        proof = inclusion_proof_from_tiles(MemoryTileReader(log.files), index, size)
        assert verify_leaf_inclusion(entry, index, size, proof, root)
        assert not verify_leaf_inclusion(entry + b"\n", index, size, proof, root)


@pytest.mark.covers("T41")
def test_published_files_contain_no_choice_time_voter_or_receipt(journey: Journey) -> None:
    poll_id, receipts = published_poll(journey)
    files = published(journey.world, "logs/")
    assert {name.partition("/")[0] for name in files} == {poll_id, CERTIFICATES, "keys.json"}
    items = journey.world.client("dynamodb").scan(TableName=journey.world.table("VotesLogTable"))["Items"]
    secret = {item["sk"]["S"] for item in items} | {item["voter_token"]["S"] for item in items} | {*receipts}
    secret |= {item["event"]["M"]["recorded_at"]["S"] for item in items}
    assert len(secret) == 4 * len(receipts)
    whole = b"\0".join(files.values()).decode("latin-1")
    assert not [text for text in secret if text in whole]


def test_certificate_states_poll_result_recount_and_log(journey: Journey) -> None:
    poll_id, _ = published_poll(journey)
    status, body, _ = journey.world.http("get_results", f"GET /results/{poll_id}/certificate")
    assert status == 200, body
    certificate = PublicCertificate.model_validate(body)
    file = published(journey.world, f"logs/{poll_id}/")["certificate.json"]
    assert PublicCertificate.model_validate_json(file) == certificate
    assert (certificate.question, certificate.option_a, certificate.option_b) == (
        QUESTION["question"], "Tea", "Coffee",
    )  # fmt: skip
    assert (certificate.counts.a, certificate.counts.b, certificate.total, certificate.invalid) == (
        1,
        2,
        3,
        0,
    )
    assert certificate.guarantee.startswith("Each browser")
    assert certificate.recount.difference == 0
    assert (certificate.log.size, certificate.log.origin) == (3, origin("test", poll_id))
    assert certificate.log.root_hash in PublishedLog(journey.world, poll_id).checkpoint


@pytest.mark.covers("T42")
def test_log_of_certificates_grows_and_keeps_each_certificate(journey: Journey) -> None:
    log = PublishedLog(journey.world, CERTIFICATES)
    heads, polls = [], []
    for choices in ("a", "ab", "abb"):
        polls.append(published_poll(journey, choices)[0])
        heads.append(log.verified())
    assert [size for size, _ in heads] == [1, 2, 3]
    reader = TilesReader(log)
    reader.set_size(3)
    for (old, old_root), (new, new_root) in pairwise(heads):
        proof = reader.get_consistency_proof(old, new).node_hashes
        assert verify_consistency(old, new, old_root, new_root, proof)
    files = [published(journey.world, f"logs/{poll_id}/")["certificate.json"] for poll_id in polls]
    assert log.entries() == [
        certificate_entry(poll_id, file) for poll_id, file in zip(polls, files, strict=True)
    ]


def test_repeated_orders_and_recounts_publish_the_same_files_once(journey: Journey) -> None:
    poll_id, _ = published_poll(journey)
    before = published(journey.world, "")
    journey.world.pass_time(timedelta(minutes=20))
    journey.world.http("request_recount", f"POST /admin/api/results/{poll_id}/recount", organiser=ORGANISER)
    assert journey.world.work_off("recount") == 1
    assert journey.world.work_off("publish_log") == 1
    assert published(journey.world, "") == before
    assert not [name for name in before if name.startswith("build/")]


@pytest.mark.covers("T41")
def test_hidden_results_publish_no_log_and_no_certificate(journey: Journey) -> None:
    poll_id, _ = published_poll(journey, result_visibility="never")
    assert published(journey.world, "") == {}
    status, body, _ = journey.world.http("get_results", f"GET /results/{poll_id}/certificate")
    assert (status, body["type"].rpartition("/")[2]) == (403, "results-hidden")


def test_certificate_of_an_open_or_unpublished_poll_states_when_it_appears(journey: Journey) -> None:
    poll_id = journey.create(result_visibility="always")
    journey.open(poll_id)
    journey.world.pump_all()
    route = f"GET /results/{poll_id}/certificate"
    for closed in (False, True):
        if closed:
            journey.close(poll_id)
        journey.world.pump_all()
        status, body, _ = journey.world.http("get_results", route)
        assert (status, body["type"].rpartition("/")[2]) == (409, "invalid-state")
        assert "after the close" in body["detail"]


def test_archiving_keeps_the_log_and_deleting_removes_the_texts_only(journey: Journey) -> None:
    poll_id, _ = published_poll(journey)
    log = PublishedLog(journey.world, poll_id)
    before = log.files
    journey.archive(poll_id)
    journey.world.pump_all()
    assert log.files == before
    status, body, _ = journey.world.http(
        "delete_poll", f"DELETE /admin/api/polls/{poll_id}", organiser=ORGANISER
    )
    assert status in {200, 204}, body
    journey.world.pump_all()
    assert before.keys() - log.files.keys() == {"certificate.json"}
    log.verified()
    (entry,) = PublishedLog(journey.world, CERTIFICATES).entries()
    assert entry.decode().split("\n")[2] == sha256(before["certificate.json"]).hexdigest()
    table = journey.world.table("GameResultsTable")
    items = journey.world.client("dynamodb").scan(TableName=table)["Items"]
    assert str(QUESTION["question"]) not in json.dumps(items, default=str)
    assert journey.world.http("get_results", f"GET /results/{poll_id}/certificate")[0] == 404


@pytest.mark.covers("T42")
def test_rotated_key_signs_from_then_on_and_the_history_keeps_the_old_one(journey: Journey) -> None:
    old_poll, _ = published_poll(journey)
    old_key = journey.world.signing_key.public_key
    journey.world.signing_key.rotate()
    new_poll, _ = published_poll(journey)
    PublishedLog(journey.world, old_poll).verified(old_key)
    for name in (new_poll, CERTIFICATES):
        PublishedLog(journey.world, name).verified()
    keys = LogKeys.model_validate_json(published(journey.world, "logs/")["keys.json"]).keys
    name = origin("test", CERTIFICATES)
    assert [key.vkey for key in keys] == [
        verifier_key(name, old_key), verifier_key(name, journey.world.signing_key.public_key),
    ]  # fmt: skip
    assert keys[0].valid_until == keys[1].valid_from
    assert keys[1].valid_until is None


@pytest.mark.covers("T42")
def test_lost_receipt_prevents_publication_and_the_order_fails(journey: Journey) -> None:
    poll_id, _ = closed_poll(journey)
    dynamodb, table = journey.world.client("dynamodb"), journey.world.table("VotesLogTable")
    item = dynamodb.scan(TableName=table)["Items"][0]
    dynamodb.put_item(TableName=table, Item={name: item[name] for name in item if name != "receipt"})
    with pytest.raises(Exception, match="the log has 2 receipts, the certificate 3 votes"):
        journey.world.work_off("publish_log")
    assert "checkpoint" not in PublishedLog(journey.world, poll_id).files


def test_only_certified_recounts_order_a_publication(journey: Journey) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    journey.close(poll_id)
    journey.world.pump_all()
    request_recount(journey, poll_id)
    _, body, _ = journey.world.http(
        "get_admin_results", f"GET /admin/api/results/{poll_id}/certificate", organiser=ORGANISER
    )
    assert body["certificate"]["state"] == RecountState.PROVISIONAL
    assert journey.world.work_off("publish_log") == 0
    assert published(journey.world, "") == {}

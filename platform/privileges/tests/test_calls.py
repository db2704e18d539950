"""Recorded calls: their form, their file, and the partition keys in a request."""

import json
from pathlib import Path

import pytest
from privileges.calls import Call, Recorder, kind_of, read_calls, slug_of_name, template_form
from privileges.leading_keys import LeadingKeys

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/tot-test-voting-state"
HASH_KEYS = {"tot-test-voting-state": "poll_id", "tot-test-audit-log": "audit_log"}.get


@pytest.mark.parametrize(
    ("arn", "form"),
    [
        ("arn:aws:dynamodb:us-east-1:000000000000:table/tot-local-voting-state", TABLE),
        (
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:tot-local-origin-a1B2c3",
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tot-test-origin-AbCdEf",
        ),
        (
            "arn:aws:s3:::tot-local-images-000000000000-us-east-1/images/0f0f.webp",
            "arn:aws:s3:::tot-test-images-123456789012-eu-central-1/images/x",
        ),
        (
            "arn:aws:s3:::tot-local-logs-000000000000-us-east-1/logs/7zq4/tile/0/000.p/2",
            "arn:aws:s3:::tot-test-logs-123456789012-eu-central-1/logs/x",
        ),
        (
            "arn:aws:s3:::tot-local-logs-000000000000-us-east-1/logs/7zq4/certificate.json",
            "arn:aws:s3:::tot-test-logs-123456789012-eu-central-1/logs/x/certificate.json",
        ),
        (
            "arn:aws:kms:us-east-1:000000000000:key/0f0f-0f",
            "arn:aws:kms:eu-central-1:123456789012:key/LogKey",
        ),
        (
            "arn:aws:s3:::tot-local-site-000000000000-us-east-1/index.html",
            "arn:aws:s3:::tot-test-site-123456789012-eu-central-1/x",
        ),
        (
            "arn:aws:s3:::tot-local-site-000000000000-us-east-1",
            "arn:aws:s3:::tot-test-site-123456789012-eu-central-1",
        ),
        (
            "arn:aws:scheduler:us-east-1:000000000000:schedule/default/close-local-4mZ",
            "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/close-test-x",
        ),
        (
            "arn:aws:execute-api:us-east-1:000000000000:a1b2c3/ws/POST/@connections/L0SM",
            "arn:aws:execute-api:eu-central-1:123456789012:id-of-WebSocketApi/ws/POST/@connections/x",
        ),
        (
            "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Ab1",
            "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/id-of-UserPool",
        ),
        (
            "arn:aws:cloudfront::000000000000:distribution/E1",
            "arn:aws:cloudfront::123456789012:distribution/id-of-Distribution",
        ),
        ("*", "*"),
    ],
)
def test_resource_has_the_form_of_the_templates(arn: str, form: str) -> None:
    assert template_form(arn) == form


def test_function_name_becomes_the_slug_of_its_handler() -> None:
    assert slug_of_name("tot-local-vote-wrapper") == "vote_wrapper"


def test_kind_of_an_item_is_recorded_without_its_id() -> None:
    assert [kind_of(key) for key in ("#proof#4mZ#1", "4mZ", "4mZ#proof#")] == ["#proof#", "x", "x"]


def test_call_is_written_once_and_read_with_its_layers(tmp_path: Path) -> None:
    call = Call("vote_wrapper", "dynamodb:PutItem", TABLE, "#proof#")
    for layer in ("contract", "e2e"):
        recorder = Recorder(tmp_path / layer)
        recorder.note(call)
        recorder.note(call)
    written = [file.read_text().splitlines() for file in tmp_path.glob("*/*.jsonl")]
    assert [len(lines) for lines in written] == [1, 1]
    assert read_calls(tmp_path) == {call: {"contract", "e2e"}}


def test_leading_keys_of_a_transaction_belong_to_their_table_and_action() -> None:
    state, audit = "tot-test-voting-state", "tot-test-audit-log"
    update = {"TableName": state, "Key": {"poll_id": {"S": "#codes#4mZ"}}}
    check = {"TableName": state, "Key": {"poll_id": {"S": "4mZ"}}}
    put = {"TableName": audit, "Item": {"audit_log": {"S": "all"}, "name": {"S": "#codes#"}}}
    request = {"TransactItems": [{"Update": update}, {"ConditionCheck": check}, {"Put": put}]}
    keys = LeadingKeys(json.dumps(request).encode(), HASH_KEYS)
    assert keys.of("dynamodb:UpdateItem", TABLE) == ["#codes#4mZ"]
    assert keys.of("dynamodb:ConditionCheckItem", TABLE) == ["4mZ"]
    assert keys.of("dynamodb:PutItem", TABLE.replace("voting-state", "audit-log")) == ["all"]
    assert keys.of("dynamodb:PutItem", TABLE) == []


@pytest.mark.parametrize(
    "request_body",
    [
        {"TableName": "tot-test-voting-state", "Key": {"poll_id": {"S": "4mZ"}}},
        {"TableName": TABLE, "Item": {"poll_id": {"S": "4mZ"}, "salt": {"B": "AA=="}}},
        {"RequestItems": {"tot-test-voting-state": {"Keys": [{"poll_id": {"S": "4mZ"}}]}}},
        {"RequestItems": {"tot-test-voting-state": [{"PutRequest": {"Item": {"poll_id": {"S": "4mZ"}}}}]}},
    ],
    ids=["key", "item", "batch-read", "batch-write"],
)
def test_leading_keys_of_a_single_action_belong_to_its_table(request_body: object) -> None:
    assert LeadingKeys(json.dumps(request_body).encode(), HASH_KEYS).of("dynamodb:GetItem", TABLE) == ["4mZ"]


@pytest.mark.parametrize(
    "body", [b"", b"no JSON", b"[]", b'{"TableName": "other", "Key": {"pk": {"S": "x"}}}']
)
def test_request_without_a_known_key_has_no_leading_keys(body: bytes) -> None:
    assert LeadingKeys(body, HASH_KEYS).of("dynamodb:GetItem", TABLE) == []

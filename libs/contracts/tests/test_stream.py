"""The reader of stream records returns an event or raises one kind of error, for any input."""

import contextlib
from typing import Any

import pytest
from contracts.events import POLL_EVENTS, VOTE_EVENTS, PollOpened, VoteCast
from contracts.stream import NotAContractEvent, StreamRecord, event_attribute, read_record
from contracts.tally import TALLY_EVENTS
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

READERS: list[TypeAdapter[Any]] = [POLL_EVENTS, VOTE_EVENTS, TALLY_EVENTS]
VOTE: dict[str, dict[str, Any]] = {
    "type": {"S": "vote_cast"},
    "version": {"N": "1"},
    "poll_id": {"S": "7zq4m0x2v9c6k3t8hj5n1w0rge"},
    "choice": {"S": "a"},
    "recorded_at": {"S": "2026-05-04T18:42:11.358Z"},
}


def record_of(event: object, **change: object) -> dict[str, Any]:
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": "100000000003498069978",
            "Keys": {"pk": {"S": "x"}},
            "NewImage": {"event": event},
            **change,
        },
    }


def vote_with(**attributes: dict[str, Any] | None) -> dict[str, Any]:
    fields = {name: value for name, value in {**VOTE, **attributes}.items() if value is not None}
    return record_of({"M": fields})


def read_vote(raw: dict[str, Any]) -> VoteCast:
    return read_record(raw).event(VOTE_EVENTS)


def test_a_vote_is_read() -> None:
    assert read_vote(vote_with()).choice == "a"


def test_unknown_envelope_fields_are_ignored() -> None:
    raw = record_of({"M": VOTE}, SizeBytes=26, ApproximateCreationDateTime=1.0, StreamViewType="NEW_IMAGE")
    assert read_vote({**raw, "eventID": "1", "awsRegion": "eu-central-1", "userIdentity": {}}).choice == "a"


def test_other_attributes_of_the_item_are_ignored() -> None:
    raw = record_of({"M": VOTE}, NewImage={"event": {"M": VOTE}, "raw": {"B": "AA=="}, "list": {"L": []}})
    assert read_vote(raw).choice == "a"


@pytest.mark.parametrize(
    ("smaller", "greater"), [("9", "10"), ("99", "100000000003498069978"), ("1" * 21, "1" * 40)]
)
def test_sequence_numbers_compare_as_text_in_the_order_of_the_numbers(smaller: str, greater: str) -> None:
    first, second = (read_record(record_of({}, SequenceNumber=number)) for number in (smaller, greater))
    assert first.sequence_number < second.sequence_number
    assert len(first.sequence_number) == len(second.sequence_number) == 40


@pytest.mark.parametrize("number", ["", "-1", "1.0", "1e3", "٣", "1" * 41, 17, None, "12 "])
def test_a_sequence_number_is_one_to_forty_digits(number: object) -> None:
    with pytest.raises(NotAContractEvent, match="SequenceNumber"):
        read_record(record_of({}, SequenceNumber=number))


@pytest.mark.parametrize("raw", [{}, {"eventName": "INSERT"}, {"eventName": "RENAME", "dynamodb": {}}])
def test_invalid_envelope_is_rejected(raw: dict[str, Any]) -> None:
    with pytest.raises(NotAContractEvent, match=r"dynamodb|eventName"):
        read_record(raw)


@pytest.mark.parametrize("event", [None, {"S": "text"}, {"L": []}, {"M": None}, {"M": []}, "text"])
def test_event_that_is_no_map_is_rejected(event: object) -> None:
    raw = record_of(event)
    with pytest.raises(NotAContractEvent):
        read_vote(raw)


def test_a_removed_item_carries_no_event() -> None:
    raw = record_of({})
    del raw["dynamodb"]["NewImage"]
    with pytest.raises(NotAContractEvent, match="no map attribute 'event'"):
        read_vote({**raw, "eventName": "REMOVE"})


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("type", None, "its type"),
        ("version", None, "its version"),
        ("type", {"S": "vote_withdrawn"}, "vote_cast"),
        ("version", {"N": "2"}, "should be 1"),
        ("version", {"S": "1"}, "its version"),
        ("version", {"BOOL": True}, "its version"),
        ("choice", {"S": "c"}, "'a' or 'b'"),
        ("choice", {"NULL": True}, "choice"),
        ("choice", None, "Field required"),
        ("choice", {"SS": ["a"]}, "event.choice is not"),
        ("choice", {"M": {"S": {"S": "a"}}}, "event.choice is not"),
        ("choice", {"B": "YQ=="}, "event.choice is not"),
        ("poll_id", {"S": "7ZQ4M0X2V9C6K3T8HJ5N1W0RGE"}, "pattern"),
        ("poll_id", {"S": "7zq4m0x2v9c6k3t8hj5n1w0rge\n"}, "pattern"),
        ("recorded_at", {"N": "1777920131"}, "RFC 3339"),
        ("recorded_at", {"S": "1777920131"}, "RFC 3339"),
        ("recorded_at", {"S": "2026-05-04T18:42:11"}, "RFC 3339"),
        ("voter", {"S": "x"}, "Extra inputs"),
    ],
)
def test_a_field_that_breaks_the_contract_is_named(
    field: str, value: dict[str, Any] | None, reason: str
) -> None:
    with pytest.raises(NotAContractEvent, match=reason):
        read_vote(vote_with(**{field: value}))


@pytest.mark.parametrize("number", ["--5", "-", "", "1.5", "1e3", "٣", " 1", "9" * 39, "NaN", "Infinity"])
def test_number_that_is_no_whole_number_is_rejected(number: str) -> None:
    with pytest.raises(NotAContractEvent, match=r"event\.version is not"):
        read_vote(vote_with(version={"N": number}))


@pytest.mark.parametrize("field", ["a", "b", "invalid", "tally_version"])
@pytest.mark.parametrize("value", [{"S": "5"}, {"BOOL": True}, {"NULL": True}, {"N": "-1"}])
def test_count_that_is_no_natural_number_is_rejected(field: str, value: dict[str, Any]) -> None:
    tally: dict[str, Any] = {
        **{name: {"N": "1"} for name in ("version", "a", "b", "invalid", "tally_version")},
        "type": {"S": "tally_changed"},
        "poll_id": VOTE["poll_id"],
        "status": {"S": "open"},
        "result_visibility": {"S": "always"},
        "updated_at": VOTE["recorded_at"],
    }
    assert read_record(record_of({"M": tally})).event(TALLY_EVENTS).a == 1
    with pytest.raises(NotAContractEvent, match=rf"^{field}: "):
        read_record(record_of({"M": tally | {field: value}})).event(TALLY_EVENTS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
attribute_values = st.one_of(
    st.fixed_dictionaries({"S": st.text(alphabet=st.characters())}),
    st.fixed_dictionaries({"N": st.text("0123456789-+.eE٣", max_size=50) | st.integers().map(str)}),
    st.fixed_dictionaries({"BOOL": st.booleans()}),
    st.fixed_dictionaries({"NULL": json_values}),
    st.dictionaries(st.sampled_from(["S", "N", "BOOL", "NULL", "M", "L", "B", "SS"]), json_values),
    json_values,
)


def raises_only_not_a_contract_event(raw: Any, reader: TypeAdapter[Any]) -> None:
    with contextlib.suppress(NotAContractEvent):
        read_record(raw).event(reader)


@given(raw=json_values | st.dictionaries(st.sampled_from(["eventName", "dynamodb"]), json_values))
def test_arbitrary_record_raises_only_not_a_contract_event(raw: Any) -> None:
    raises_only_not_a_contract_event(raw, VOTE_EVENTS)


@given(event=json_values, reader=st.sampled_from(READERS))
def test_arbitrary_event_raises_only_not_a_contract_event(event: Any, reader: TypeAdapter[Any]) -> None:
    raises_only_not_a_contract_event(record_of(event), reader)


@given(
    changed=st.dictionaries(
        st.sampled_from(sorted(VOTE)) | st.text(), attribute_values, min_size=1, max_size=3
    ),
    reader=st.sampled_from(READERS),
)
def test_vote_with_arbitrary_fields_raises_only_not_a_contract_event(
    changed: dict[str, Any], reader: TypeAdapter[Any]
) -> None:
    raises_only_not_a_contract_event(record_of({"M": {**VOTE, **changed}}), reader)


@given(question=st.text(alphabet=st.characters(exclude_categories=["Cs"])), revision=st.integers(1, 10**30))
def test_arbitrary_text_and_revision_survive_a_round_trip(question: str, revision: int) -> None:
    event = PollOpened(
        poll_id=VOTE["poll_id"]["S"],
        question=question,
        option_a="A",
        option_b="B",
        status="open",
        policy="device",
        result_visibility="always",
        revision=revision,
        occurred_at=VOTE["recorded_at"]["S"],
    )
    attribute = event_attribute(event)
    assert "opens_at" not in attribute["M"]
    assert StreamRecord.model_validate(record_of(attribute)).event(POLL_EVENTS) == event

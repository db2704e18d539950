"""Request bodies of organisers and voters: invalid input is rejected with a reason."""

import json
from typing import Any

import pytest
from contracts.api import CastVote, LiveResults, RequestTicket
from contracts.codes import MintCodes
from contracts.enums import VoterPolicy
from contracts.ids import CROCKFORD, Code, PollId, Receipt, VoterKey, new_poll_id
from contracts.polls import MAX_EMBED_ORIGINS, CreatePoll, EditPoll, OpenPoll
from contracts.realtime import Ping
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge"


def create(question: str = "Tea or coffee?", a: str = "Tea", b: str = "Coffee", **more: Any) -> CreatePoll:
    body = {"question": question, "options": {"a": {"label": a}, "b": {"label": b}}, **more}
    return CreatePoll.model_validate_json(json.dumps(body))


def test_question_and_labels_are_stripped() -> None:
    poll = create("  Tea or coffee? ", " Tea", "Coffee\u00a0")
    assert (poll.question, poll.options.a.label, poll.options.b.label) == ("Tea or coffee?", "Tea", "Coffee")


def test_omitted_fields_have_defaults() -> None:
    poll = create()
    assert (poll.policy, poll.result_visibility, poll.closes_at) == ("device", "always", None)


@pytest.mark.parametrize(
    "text", ["Déjà vu?", "שלום", "日本語", "👩‍👩‍👧 or 🐶?", "1 < 2", "<b>", "?!", "x" * 80]
)
def test_text_of_any_script_is_accepted(text: str) -> None:
    assert create(question=text, a=text).question == text


@pytest.mark.covers("T13")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "at least 1"),
        ("   ", "at least 1"),
        ("\u200b", "visible"),
        ("two\nlines", "control characters"),
        ("tab\there", "control characters"),
        ("nul\0", "control characters"),
        ("line\u2028separator", "line breaks"),
        ("private\ue000", "control characters"),
        ("evil \u202egpj.exe", "direction"),
        ("isolate \u2066here", "direction"),
    ],
)
def test_text_that_cannot_be_shown_is_rejected(text: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        create(question=text)
    with pytest.raises(ValidationError, match=reason):
        create(b=text)


@pytest.mark.parametrize("sent", [{"question": "x" * 201}, {"a": "x" * 81}, {"b": "x" * 81}])
def test_overlong_text_is_rejected(sent: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="at most"):
        create(**sent)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Tea", "Tea"), ("Tea", " tea "), ("STRASSE", "straße"), ("Café", "Cafe\u0301"), ("Tea", "\uff34ea")],
)
def test_options_equal_but_for_case_or_form_are_rejected(a: str, b: str) -> None:
    with pytest.raises(ValidationError, match="must differ"):
        create(a=a, b=b)


@pytest.mark.parametrize(
    "more",
    [
        {"policy": "codes"},
        {"policy": "Device"},
        {"policy": None},
        {"result_visibility": "sometimes"},
        {"closes_at": "tomorrow"},
        {"closes_at": 1777920131},
        {"poll_id": POLL},
        {"status": "open"},
    ],
)
def test_create_poll_rejects_unknown_values_and_fields(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        create(**more)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"poll_id": POLL},
        {"choice": "a"},
        {"poll_id": POLL, "choice": "c"},
        {"poll_id": POLL, "choice": "A"},
        {"poll_id": POLL, "choice": None},
        {"poll_id": POLL, "choice": ["a"]},
        {"poll_id": POLL.upper(), "choice": "a"},
        {"poll_id": POLL[:-1], "choice": "a"},
        {"poll_id": POLL + "0", "choice": "a"},
        {"poll_id": POLL + "\n", "choice": "a"},
        {"poll_id": POLL.replace("z", "u"), "choice": "a"},
        {"poll_id": 7, "choice": "a"},
        {"poll_id": POLL, "choice": "a", "voter_key": "x"},
        {"poll_id": POLL, "choice": "a", "code": ""},
        {"poll_id": POLL, "choice": "a", "code": "x" * 65},
        {"poll_id": POLL, "choice": "a", "code": 7},
        {"poll_id": POLL, "choice": "a", "code": ["x"]},
        [],
        "text",
        None,
    ],
)
def test_invalid_vote_body_is_rejected(body: Any) -> None:
    with pytest.raises(ValidationError):
        CastVote.model_validate_json(json.dumps(body))


def test_vote_with_poll_and_choice_is_accepted() -> None:
    assert CastVote.model_validate_json(json.dumps({"poll_id": POLL, "choice": "b"})).choice == "b"


@pytest.mark.parametrize("policy", VoterPolicy)
def test_every_policy_is_accepted(policy: VoterPolicy) -> None:
    assert create(policy=policy.value).policy is policy


@pytest.mark.parametrize("sent", [{}, {"code": None}])
def test_a_vote_may_come_without_a_code(sent: dict[str, None]) -> None:
    assert CastVote.model_validate_json(json.dumps({"poll_id": POLL, "choice": "b", **sent})).code is None


@given(st.text(min_size=1, max_size=64))
def test_code_is_accepted_as_typed(code: str) -> None:
    vote = CastVote.model_validate_json(json.dumps({"poll_id": POLL, "choice": "b", "code": code}))
    assert vote.code == code


@pytest.mark.parametrize("count", [0, -1, 5001, 1.0, "10", True, None])
def test_invalid_number_of_codes_is_rejected(count: object) -> None:
    with pytest.raises(ValidationError, match="count"):
        MintCodes.model_validate_json(json.dumps({"count": count}))


@pytest.mark.parametrize("count", [1, 5000])
def test_number_of_codes_may_be_one_to_the_maximum(count: int) -> None:
    assert MintCodes.model_validate_json(json.dumps({"count": count})).count == count


@pytest.mark.parametrize("model", [LiveResults, RequestTicket])
def test_overlong_results_pass_is_rejected(model: type[LiveResults | RequestTicket]) -> None:
    with pytest.raises(ValidationError, match="at most 400"):
        model.model_validate({"results_pass": "x" * 401})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://example.org", "https://example.org"),
        ("https://Example.ORG/", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("https://intranet:8443", "https://intranet:8443"),
        (" https://xn--caf-dma.example ", "https://xn--caf-dma.example"),
    ],
)
def test_an_origin_has_one_spelling(written: str, read: str) -> None:
    assert create(embed_origins=[written, read]).embed_origins == (read,)


@pytest.mark.parametrize(
    "no_origin",
    [
        "http://example.org",
        "https://",
        "https://example.org/path",
        "https://*.example.org",
        "https://example.org; script-src *",
        "https://example.org https://other.example",
        "https://user@example.org",
        "https://example.org:0",
        "https://-example.org",
        "https://bücher.example",
        "https://" + "x" * 200,
        "*",
        "'self'",
        7,
        None,
    ],
)
def test_invalid_embed_origin_is_rejected(no_origin: object) -> None:
    with pytest.raises(ValidationError, match="embed_origins"):
        create(embed_origins=[no_origin])


def test_number_of_embed_origins_is_limited() -> None:
    origins = [f"https://page-{number}.example" for number in range(MAX_EMBED_ORIGINS)]
    assert len(create(embed_origins=origins).embed_origins) == MAX_EMBED_ORIGINS
    with pytest.raises(ValidationError, match="at most 10"):
        create(embed_origins=[*origins, "https://one-more.example"])


@pytest.mark.parametrize(
    "no_image",
    [
        "https://elsewhere.example/a.webp",
        "/images/a.webp",
        f"/images/{'A' * 64}.webp",
        f"/images/{'a' * 64}.png",
        f"/images/{'a' * 64}.webp?x",
        "",
        7,
    ],
)
def test_image_that_is_no_stored_image_path_is_rejected(no_image: object) -> None:
    with pytest.raises(ValidationError, match="image"):
        create(options={"a": {"label": "Tea", "image": no_image}, "b": {"label": "Coffee"}})


def test_an_option_may_have_an_image_and_the_other_none() -> None:
    image = f"/images/{'0a' * 32}.webp"
    options = create(options={"a": {"label": "Tea", "image": image}, "b": {"label": "Coffee"}}).options
    assert (options.a.image, options.b.image) == (image, None)


@pytest.mark.parametrize(
    "field",
    sorted(EditPoll.model_fields.keys() - {"opens_at", "closes_at", "presenter_language", "revision"}),
)
def test_only_times_and_the_presenters_language_can_be_set_to_null(field: str) -> None:
    with pytest.raises(ValidationError, match=f"(?s){field}.*leave it out"):
        EditPoll.model_validate_json(json.dumps({field: None}))
    for removed in ("closes_at", "presenter_language"):
        assert EditPoll.model_validate_json(json.dumps({removed: None})).model_fields_set == {removed}


@pytest.mark.parametrize(
    "body",
    [
        {"status": "open"},
        {"status": "closed"},
        {"rerun_of": POLL},
        {"poll_id": POLL},
        {"revision": 0},
        {"revision": "2"},
        {"revision": True},
        {"show_turnout": "yes"},
        {"presenter_language": "it"},
        {"options": {"a": {"label": "Tea"}}},
        {"options": {"a": {"label": "Tea"}, "b": {"label": "tea"}}},
    ],
)
def test_edit_rejects_unchangeable_fields_and_invalid_values(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EditPoll.model_validate_json(json.dumps(body))


def test_opening_needs_no_body_fields() -> None:
    assert OpenPoll.model_validate_json("{}").closes_at is None


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"action": "PING"},
        {"action": "ping", "version": -1},
        {"action": "ping", "poll_id": "x"},
        {"action": "vote"},
    ],
)
def test_invalid_socket_message_is_rejected(message: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Ping.model_validate(message)


def test_new_poll_ids_are_poll_ids_and_differ() -> None:
    made = {new_poll_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(TypeAdapter(PollId).validate_python(poll_id) == poll_id for poll_id in made)
    assert {poll_id[-1] for poll_id in made} == set(CROCKFORD)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (VoterKey, "A-_9" + "x" * 39, ["x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "\n"]),
        (
            Receipt,
            "4T7K-M0ZQ-9XWB-C2HD",
            ["4t7k-m0zq-9xwb-c2hd", "4T7KM0ZQ9XWBC2HD", "4T7K-M0ZQ-9XWB", "4T7I-M0ZQ-9XWB-C2HD"],
        ),
        (
            Code,
            "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE",
            [
                "3f7k2-9qxwm-4tz0b-hn6rc-dv1ge",
                "3F7K29QXWM4TZ0BHN6RCDV1GE",
                "3F7K2-9QXWM-4TZ0B-HN6RC",
                "OF7K2-9QXWM-4TZ0B-HN6RC-DV1GE",
            ],
        ),
    ],
)
def test_keys_and_receipts_have_one_spelling(kind: Any, good: str, bad: list[str]) -> None:
    reader: TypeAdapter[str] = TypeAdapter(kind)
    assert reader.validate_python(good) == good
    for text in bad:
        with pytest.raises(ValidationError):
            reader.validate_python(text)


@given(body=st.binary(max_size=200))
def test_arbitrary_bytes_fail_validation_only(body: bytes) -> None:
    with pytest.raises(ValidationError):
        CreatePoll.model_validate_json(body)

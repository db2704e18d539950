"""What the rooms of people and of the trail say, judged where it runs: in the browser."""

import pytest
from contracts.people import InvitePerson
from contracts.trail import Deed, OperatorDeed
from pydantic import ValidationError

from .conftest import Run

DEEDS = [*Deed, *OperatorDeed]


def test_every_deed_there_is_has_words(run: Run) -> None:
    told = {deed: run("trail", "deedOf", {"deed": deed, "about": None}) for deed in DEEDS}
    assert len(set(told.values())) == len(DEEDS)
    assert not [deed for deed, words in told.items() if words == deed.replace("_", " ")]


@pytest.mark.parametrize(
    ("deed", "about", "words"),
    [
        ("poll_changed", "opening, taken back", "took back to draft and changed opening"),
        ("poll_changed", "taken back", "took back to draft"),
        ("role_changed", "ben: viewer", "changed the role of ben to viewer"),
        ("person_removed", "ben", "removed ben"),
        ("codes_minted", "50 codes", "made 50 codes"),
        ("results_exported", "ledger, csv", "exported ledger, csv"),
        ("image_stored", "/images/0.webp", "uploaded a picture"),
        ("a_deed_of_tomorrow", "x", "a deed of tomorrow x"),
    ],
)
def test_what_an_entry_says(run: Run, deed: str, about: str, words: str) -> None:
    assert run("trail", "deedOf", {"deed": deed, "about": about}) == words


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("ada", "ada@example.com"),
        ("ada.l-2_x", "a+b@ex.am.ple"),
        ("a", "ada@example.com"),
        ("-ada", "a@b.c"),
        ("Ada", "a@b.c"),
        ("ada", "ada"),
        ("ada", "a@localhost"),
        ("ada", "a@b.c, d@e.f"),
        ("ada", "a\x00@b.c"),
        ("ada", "a\u202e@b.c"),
        ("ada", "x" * 65 + "@b.c"),
        ("x" * 33, "a@b.c"),
        ("ada", "ä@bücher.example"),
    ],
)
def test_an_invitation_is_judged_as_the_api_judges_it(run: Run, name: str, email: str) -> None:
    try:
        InvitePerson.model_validate({"name": name, "email": email, "role": "viewer"})
        refused = set()
    except ValidationError as error:
        refused = {str(each["loc"][0]) for each in error.errors()}
    assert set(run("people", "errorsIn", {"name": name, "email": email})) == refused


@pytest.mark.parametrize(
    ("hash_", "room"),
    [("", "polls"), ("#trail", "trail"), ("#people", "people"), ("#trai", "polls"), ("#x<b>", "polls")],
)
def test_whatever_the_address_says_there_is_a_room(run: Run, hash_: str, room: str) -> None:
    assert run("rooms", "roomIn", hash_) == room

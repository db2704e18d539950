"""Voting policies on the running stack: codes from creation to the count, and one vote per network."""

import csv
import io
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .live_stack import RECEIPT, Organiser, Running
from .test_journey import option, sign_in, title


@pytest.fixture(autouse=True)
def leave_no_poll_open(organiser: Organiser) -> Iterator[None]:
    """Close the active poll after each test: other tests expect a poll with policy `device`."""
    yield
    organiser.close_active()


def test_each_code_of_an_organiser_is_one_vote(
    running: Running, organiser: Organiser, desktop: Page, phone: Page, other_phone: Page
) -> None:
    organiser.close_active()
    sign_in(desktop, organiser)
    question = f"Whose code is {secrets.token_hex(4)}?"  # unique: the page first shows another poll
    desktop.get_by_label("Question", exact=True).fill(question)
    desktop.get_by_label("This", exact=True).fill("Yes")
    desktop.get_by_label("That", exact=True).fill("No")
    desktop.get_by_label("Limit voting to", exact=True).select_option("code")
    desktop.get_by_role("button", name="Create draft").click()
    expect(desktop.locator("#details-question")).to_have_text(question)
    desktop.get_by_label("How many", exact=True).fill("3")
    desktop.get_by_role("button", name="Generate codes").click()
    with desktop.expect_download() as download:
        desktop.get_by_role("button", name="Download CSV").click()
    table = csv.DictReader(io.StringIO(Path(download.value.path()).read_text(), newline=""))
    [mine, theirs, _] = list(table)
    desktop.get_by_role("button", name="Open now").click()
    expect(desktop.locator("#details-status")).to_have_text("Open")
    poll_id = mine["link"].partition("poll=")[2].partition("&")[0]

    phone.goto(mine["link"])
    expect(title(phone)).to_have_text("Tap to vote")
    expect(phone.get_by_label("Your code", exact=True)).to_have_value(mine["code"])
    assert mine["code"] not in phone.url
    option(phone, "b").tap()
    expect(title(phone)).to_have_text("Your vote is recorded")
    receipt = phone.locator("#receipt-code").inner_text()
    assert RECEIPT.fullmatch(receipt)
    phone.goto(mine["link"])
    option(phone, "b").tap()
    expect(title(phone)).to_have_text("Already recorded, once")
    expect(phone.locator("#receipt-code")).to_have_text(receipt)

    other_phone.goto(mine["link"])
    expect(title(other_phone)).to_have_text("Tap to vote")
    option(other_phone, "a").tap()
    expect(title(other_phone)).to_have_text("This code is not valid here, or has been used")
    other_phone.get_by_label("Your code", exact=True).fill(theirs["code"].lower().replace("-", " "))
    option(other_phone, "a").tap()
    expect(title(other_phone)).to_have_text("Your vote is recorded")

    expect(desktop.locator("#details-total")).to_have_text("2 votes")
    organiser.close(poll_id)
    counts = running.results(poll_id)
    assert (counts["counts"], counts["total"]) == ({"a": 1, "b": 1}, 2)
    assert running.votes_in_the_log(poll_id) == 2


def test_rejected_codes_get_identical_answers_and_a_code_counts_once(
    running: Running, organiser: Organiser
) -> None:
    poll_id = organiser.open_new(policy="code")
    [used, typed] = organiser.mint(poll_id, 2)
    [elsewhere] = organiser.mint(organiser.create("Another?", policy="code"), 1)
    owner, other = running.voter(), running.voter()
    first, again = owner.vote(poll_id, "a", code=used), owner.vote(poll_id, "a", code=used)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["receipt"] == again.json()["receipt"]
    assert owner.vote(poll_id, "b", code=used).status_code == 409
    assert other.vote(poll_id, "b", code=typed.lower().replace("-", "")).status_code == 201
    refused = [
        other.vote(poll_id, choice, code=code)
        for choice in "ab"
        for code in (used, elsewhere, "wrong", typed[:-1], used[:-1] + "*")
    ]
    assert {(answer.status_code, answer.text) for answer in refused} == {(403, refused[0].text)}
    assert refused[0].json()["type"] == "/problems/invalid-code"
    assert running.voter().vote(poll_id, "a").status_code == 422
    assert running.votes_in_the_log(poll_id) == 2


@pytest.mark.covers("R22")
def test_concurrent_votes_with_one_code_record_exactly_one(running: Running, organiser: Organiser) -> None:
    poll_id = organiser.open_new(policy="code")
    [code] = organiser.mint(poll_id, 1)
    racers = [running.voter() for _ in range(20)]
    with ThreadPoolExecutor(len(racers)) as pool:
        answers = list(pool.map(lambda racer: racer.vote(poll_id, "a", code=code), racers))
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == len(racers) - 1
    assert {(answer.status_code, answer.text) for answer in refused} == {(403, refused[0].text)}
    assert running.votes_in_the_log(poll_id) == 1


def test_network_has_one_vote(running: Running, organiser: Organiser) -> None:
    poll_id = organiser.open_new(policy="network")
    one, other = running.voter(), running.voter()
    assert [one.vote(poll_id, "a").status_code, one.vote(poll_id, "a").status_code] == [201, 200]
    refused = [other.vote(poll_id, choice) for choice in "ab"]
    assert {(answer.status_code, answer.text) for answer in refused} == {(409, refused[0].text)}
    assert running.votes_in_the_log(poll_id) == 1


def test_codes_are_created_only_by_organisers_and_only_for_polls_by_code(
    running: Running, organiser: Organiser
) -> None:
    poll_id = organiser.create("By device?")
    path = f"/admin/api/polls/{poll_id}/codes"
    assert running.page().post(path, json={"count": 1}).status_code == 401
    organiser.mint(organiser.create("By code?", policy="code"), 1)
    refused = organiser.api.post(path, json={"count": 1})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/invalid-state")
    unknown = organiser.api.post(f"/admin/api/polls/{'0' * 26}/codes", json={"count": 1})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-poll")

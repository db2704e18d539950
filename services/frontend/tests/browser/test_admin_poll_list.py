"""The list of polls: search, filter and sort; export of a vote log; preview of a poll."""

import csv
import io
import re
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
from contracts.problem import ProblemType
from playwright.sync_api import Page, Request, Route, expect

from .admin_routes import AdminApi
from .backend import two_options
from .routes import problem


@pytest.fixture
def dashboard(page: Page, admin: AdminApi) -> AdminApi:
    """An open poll and two closed ones."""
    for question in ("Bus or train?", "Café or bar?"):
        admin.given(question=question, status="closed")
    admin.given(3, 4)
    admin.open_dashboard(page)
    expect(page.locator("#list button")).to_have_count(3)
    return admin


def test_polls_are_filtered_by_text_and_status_and_sorted(page: Page, dashboard: AdminApi) -> None:
    shown = page.locator("#list .item-question")
    page.get_by_label("Search").fill("cafe BAR")
    expect(shown).to_have_text(["Café or bar?"])
    page.get_by_label("Search").fill("nothing like it")
    expect(page.locator("#list-empty")).to_contain_text("Load older ones")
    page.get_by_label("Search").fill("")
    page.get_by_label("Status", exact=True).select_option("Closed")
    expect(shown).to_have_text(["Café or bar?", "Bus or train?"])
    page.get_by_label("Order", exact=True).select_option("By question")
    expect(shown).to_have_text(["Bus or train?", "Café or bar?"])
    page.get_by_role("button", name="Café or bar?").click()
    expect(page.get_by_role("heading", name="Café or bar?")).to_be_visible()


def test_vote_log_pages_are_saved_as_one_file(page: Page, dashboard: AdminApi, tmp_path: Path) -> None:
    path = f"/admin/api/results/{dashboard.poll_id}/export"
    following = f'<{path}?what=vote-log&format=csv&cursor=1.x>; rel="next"'

    def first(route: Route, _request: Request) -> None:
        route.fulfill(body="starts_at,a,b\r\n1,2,3\r\n", headers={"Link": following})

    def second(route: Route, request: Request) -> None:
        assert request.url.endswith("cursor=1.x")
        assert request.headers["authorization"] == "Bearer token-0"
        route.fulfill(body="2,4,5\r\n")

    dashboard.plan(f"GET {path}", first, second)
    page.get_by_label("What").select_option("Anonymous vote log")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download", exact=True).click()
    assert re.search(r"^[\w-]+-vote-log-\d{4}-\d\d-\d\d\.csv$", saved.value.suggested_filename)
    saved.value.save_as(tmp_path / "vote_log.csv")
    assert (tmp_path / "vote_log.csv").read_bytes() == b"starts_at,a,b\r\n1,2,3\r\n2,4,5\r\n"

    dashboard.plan(f"GET {path}", problem(ProblemType.INVALID_STATE, detail="The log is not sealed yet"))
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("not sealed yet")
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_enabled()


def test_export_of_a_closed_poll_is_one_press_and_opens_in_a_spreadsheet(
    page: Page, admin: AdminApi, tmp_path: Path
) -> None:
    """`utf-8-sig` reads a byte order mark, as Excel and LibreOffice do."""
    admin.given(2, 1, status="closed", question="Zürich, Genève?", options=two_options("Zürich", "=Genève"))
    admin.open_dashboard(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export CSV").click()
    assert saved.value.suggested_filename.startswith("zurich-geneve-results-")
    expect(page.locator("#done")).to_contain_text("Saved as zurich-geneve-results-")
    saved.value.save_as(file := tmp_path / "results.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    first = ["Zürich, Genève?", "Zürich", "2", "67", "'=Genève", "1", "33"]
    assert list(row.values())[:7] == first
    assert row["total"] == "3"


def test_result_is_copied_as_a_sentence_and_the_qr_code_saved_as_a_picture(
    page: Page, admin: AdminApi, tmp_path: Path
) -> None:
    admin.given(2, 1, status="closed", question="Trip?", options=two_options("Sea", "Hills"))
    admin.open_dashboard(page)
    page.get_by_role("button", name="Copy result").click()
    expect(page.locator("#done")).to_contain_text("“Trip?”: Sea wins. Sea 67%, Hills 33% (3 votes).")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save QR code").click()
    saved.value.save_as(file := tmp_path / "qr-code.svg")
    shapes = parse(file).getroot()  # noqa: S314 (the page wrote it a moment ago)
    assert [shape.get("fill") for shape in shapes] == ["#fff", None], "dark modules on white"


def test_form_preview_shows_the_poll_as_voters_see_it(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    preview = page.locator("#preview")
    expect(preview.locator(".question")).to_have_text("Your question")
    page.get_by_label("Question").fill("<b>Tea</b> or coffee?")
    page.get_by_label("This", exact=True).fill("Tea")
    page.get_by_label("That", exact=True).fill("Coffee")
    page.get_by_text("More settings").click()
    page.get_by_label("While results are hidden").select_option("show how many have voted")
    expect(preview.locator(".question")).to_have_text("<b>Tea</b> or coffee?")
    expect(preview.locator(".label")).to_have_text(["Tea", "Coffee"])
    # The colour changes in a transition.
    expect(preview.locator(".option").first).to_have_css("background-color", "rgb(51, 80, 221)")
    page.get_by_role("button", name="Create draft").click()
    expect(page.locator("#details-status")).to_have_text("Draft")
    assert admin.wanted[0].show_turnout

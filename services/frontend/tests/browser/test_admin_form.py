"""The poll form: times, pictures and embedding sites; edits, repeats, and text that is never lost."""

import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final

import pytest
from contracts.problem import FieldError, ProblemType
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Request, expect

from .admin_routes import AdminApi
from .backend import Organiser, now, two_options
from .keyboard import press_enter, tab_to
from .routes import bare, never, no_network, problem
from .states import TIMEOUT_MS
from .test_admin_page import write_poll
from .waits import sign_in_again

DRAFT: Final[dict[str, Any]] = {"status": "draft"}
CLOSED: Final[dict[str, Any]] = {"status": "closed"}
FOCUS: Final = "() => document.activeElement.id || document.activeElement.localName"


@pytest.fixture
def context(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """A phone in Berlin, where clocks change for daylight saving time."""
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce",
        timezone_id="Europe/Berlin", permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


def picture(colour: str = "teal") -> FilePayload:
    target = BytesIO()
    Image.new("RGB", (320, 240), colour).save(target, "PNG")
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": target.getvalue()}


def bodies(page: Page, method: str, end: str) -> list[Any]:
    """Return a list that collects the bodies of matching requests."""
    found: list[Any] = []

    def listen(request: Request) -> None:
        if request.method == method and request.url.split("?")[0].endswith(end):
            found.append(request.post_data_json)

    page.on("request", listen)
    return found


def sign_in_with(page: Page, admin: AdminApi, **poll: Any) -> str:
    """Sign in with a poll shown in the dashboard."""
    made = admin.given(128, 85, **poll)
    admin.open_dashboard(page)
    expect(page.locator("#details-question")).to_have_text(made.question)
    return made.poll_id


def begin_edit(page: Page) -> None:
    page.locator("#edit").click()
    expect(page.get_by_role("heading", name="Edit poll")).to_be_visible()


class TestTimes:
    def test_poll_with_an_opening_time_is_created_and_scheduled_in_one_step(
        self, page: Page, admin: AdminApi
    ) -> None:
        admin.open_dashboard(page)
        opened = bodies(page, "POST", "/open")
        write_poll(page)
        expect(page.locator("#create")).to_have_text("Create draft")
        page.get_by_label("Opens at").fill("2027-06-01T18:30")
        page.get_by_label("Closes at").fill("2027-06-01T19:30")
        expect(page.locator("#h-opens_at")).to_have_text("2027-06-01 16:30 UTC; Europe/Berlin time")
        page.get_by_role("button", name="Create and schedule").click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        expect(page.locator("#details-question")).to_be_focused()
        expect(page.locator("#said")).to_have_text(
            "Scheduled: it opens 2027-06-01 18:30 (2027-06-01 16:30 UTC)."
        )
        assert opened == [{"opens_at": "2027-06-01T16:30:00.000Z", "revision": 1}]
        assert admin.wanted[0].closes_at == datetime(2027, 6, 1, 17, 30, tzinfo=UTC)

    def test_overlap_keeps_the_draft_and_names_the_other_poll_and_its_times(
        self, page: Page, admin: AdminApi
    ) -> None:
        start = datetime(2027, 6, 1, 16, tzinfo=UTC)
        sign_in_with(page, admin, question="Lunch?", opens_at=start, closes_at=start + timedelta(hours=1))
        write_poll(page)
        page.get_by_label("Opens at").fill("2027-06-01T18:30")
        page.get_by_label("Closes at").fill("2027-06-01T19:30")
        page.get_by_role("button", name="Create and schedule").click()
        refusal = page.locator("#refusal")
        expect(refusal).to_contain_text("The draft is kept, but it is not scheduled.")
        expect(refusal).to_contain_text("“Lunch?” is scheduled from 2027-06-01 18:00 (2027-06-01 16:00 UTC)")
        expect(refusal).to_contain_text("to 2027-06-01 19:00 (2027-06-01 17:00 UTC)")
        expect(page.locator("#details-status")).to_have_text("Draft")
        expect(page.locator("#details-question")).to_have_text("Tea or coffee?")
        expect(page.get_by_label("Question")).to_have_value("")
        begin_edit(page)
        page.get_by_label("Opens at").fill("2027-06-01T19:00")
        page.get_by_role("button", name="Save and schedule").click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        expect(refusal).to_be_hidden()

    def test_skipped_or_repeated_local_time_names_the_moment_that_is_used(
        self, page: Page, admin: AdminApi
    ) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        page.get_by_label("Opens at").fill("2027-03-28T02:30")
        hint = page.locator("#h-opens_at")
        expect(hint).to_have_text(
            "Clocks go forward that day and leave 02:30 out. 03:30 is meant: 2027-03-28 01:30 UTC."
        )
        expect(hint).to_have_attribute("data-warning", "true")
        page.get_by_label("Opens at").fill(
            "2026-10-25T02:30" if now().year == 2026 and now().month < 10 else "2027-10-31T02:30"
        )
        expect(hint).to_contain_text("02:30 comes twice. The first is meant:")
        page.get_by_label("Opens at").fill("2027-03-28T02:30")
        page.get_by_role("button", name="Create and schedule").click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        assert admin.wanted[0].opens_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)

    def test_incomplete_past_or_crossing_times_are_reported_at_their_fields(
        self, page: Page, admin: AdminApi
    ) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        page.get_by_label("Opens at").focus()
        page.keyboard.type("06012027")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-opens_at")).to_contain_text("A part is missing.")
        expect(page.get_by_label("Opens at")).to_be_focused()
        page.get_by_label("Opens at").fill("2020-01-01T10:00")
        page.get_by_role("button", name="Create and schedule").click()
        expect(page.locator("#e-opens_at")).to_contain_text("This time has passed.")
        expect(page.get_by_label("Opens at")).to_be_focused()
        page.get_by_label("Opens at").fill("2027-06-01T18:30")
        page.get_by_label("Closes at").fill("2027-06-01T18:00")
        page.get_by_role("button", name="Create and schedule").click()
        expect(page.locator("#e-closes_at")).to_contain_text("It opens 2027-06-01 18:30")
        expect(page.locator("#e-opens_at")).to_be_empty()
        assert admin.count("POST /admin/api/polls") == 0

    def test_api_error_about_a_time_is_shown_at_its_field(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        flaw = FieldError(field="closes_at", message="must be within 31 days of the opening")
        admin.plan("POST /admin/api/polls", problem(ProblemType.VALIDATION_FAILED, errors=(flaw,)))
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-closes_at")).to_have_text("must be within 31 days of the opening")
        expect(page.get_by_label("Closes at")).to_be_focused()


class TestPictures:
    def test_picture_is_uploaded_shown_and_sent_with_the_poll(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        page.locator("#f-image_a").set_input_files(picture())
        expect(page.locator("#p-image_a")).to_be_visible()
        expect(page.locator("#said")).to_have_text("The picture is there.")
        expect(page.locator('#preview [data-choice="a"] img')).to_have_attribute("src", admin.pictures[0])
        assert (
            page.locator("#p-image_a img").evaluate("image => image.decode().then(() => image.naturalWidth)")
            == 320
        )
        assert len(admin.pictures) == 1
        page.locator("#f-image_b").set_input_files(picture("orange"))
        expect(page.locator("#p-image_b")).to_be_visible()
        page.get_by_role("button", name="Remove the image of option B").click()
        expect(page.locator("#p-image_b")).to_be_hidden()
        expect(page.locator("#f-image_b")).to_be_focused()
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#details-status")).to_have_text("Draft")
        options = admin.wanted[0].options
        assert (options.a.image, options.b.image) == (admin.pictures[0], None)
        expect(page.locator("#p-image_a")).to_be_hidden()

    def test_unsupported_or_large_file_is_rejected_before_upload(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        text: FilePayload = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
        page.locator("#f-image_a").set_input_files(text)
        expect(page.locator("#e-image_a")).to_contain_text("not a JPEG, PNG, WebP or GIF")
        expect(page.locator("#f-image_a")).to_have_attribute("aria-invalid", "true")
        large: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": bytes(4_300_000)}
        page.locator("#f-image_a").set_input_files(large)
        expect(page.locator("#e-image_a")).to_contain_text("has 4.2 MB; at most 4 MB")
        assert admin.count("POST /admin/api/images") == 0

    def test_large_photo_is_shrunk_in_the_browser(self, page: Page, admin: AdminApi) -> None:
        """Noise of 1,800 by 1,200 pixels has 6 MB as a PNG file."""
        noise = Image.frombytes("RGB", (1_800, 1_200), random.Random(1).randbytes(1_800 * 1_200 * 3))
        noise.save(file := io.BytesIO(), "PNG", compress_level=0)
        admin.open_dashboard(page)
        photo: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": file.getvalue()}
        page.locator("#f-image_a").set_input_files(photo)
        expect(page.locator("#p-image_a")).to_be_visible()
        assert len(admin.pictures) == 1

    def test_rejected_picture_shows_the_reason_until_another_is_uploaded(
        self, page: Page, admin: AdminApi
    ) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        moving = FieldError(field="body", message="Moving pictures are not taken: save one frame of it")
        for answer, said in (
            (problem(ProblemType.NOT_AN_IMAGE, detail="This file is not a JPEG"), "not a JPEG. Save it as"),
            (problem(ProblemType.TOO_LARGE, detail="At most 40 megapixels"), "At most 40 megapixels. Choose"),
            (
                problem(ProblemType.VALIDATION_FAILED, errors=(moving,)),
                "save one frame of it. Choose another one",
            ),
            (problem(ProblemType.UNAVAILABLE), "Choose it again in a moment."),
            (no_network, "Could not reach the server"),
        ):
            admin.plan("POST /admin/api/images", answer)
            page.locator("#f-image_b").set_input_files(picture())  # the same file each time
            expect(page.locator("#e-image_b")).to_contain_text(said)
        page.locator("#f-image_b").set_input_files(picture())
        expect(page.locator("#p-image_b")).to_be_visible()
        expect(page.locator("#e-image_b")).to_be_empty()
        expect(page.get_by_label("Question")).to_have_value("Tea or coffee?")

    def test_poll_is_not_sent_while_its_picture_uploads(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        admin.plan("POST /admin/api/images", never)
        page.locator("#f-image_a").set_input_files(picture())
        expect(page.locator("#h-image_a")).to_have_text("Sending the picture…")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-image_a")).to_contain_text("still on its way")
        assert admin.count("POST /admin/api/polls") == 0
        page.locator("#f-image_a").set_input_files(picture("orange"))  # the newest choice wins
        expect(page.locator("#p-image_a")).to_be_visible()
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#details-status")).to_have_text("Draft")


class TestSharing:
    def test_poll_is_shared_by_link_qr_code_and_embed_code(
        self, page: Page, admin: AdminApi, site_url: str
    ) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        page.get_by_text("More settings").click()
        page.get_by_label("Sites that may embed it").fill("https://example.org/page\nhttps://b.example")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-embed_origins")).to_contain_text(
            "“https://example.org/page”: write the site alone"
        )
        page.get_by_label("Sites that may embed it").fill("https://example.org/\nhttps://b.example")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#share")).to_be_visible()
        assert admin.wanted[0].embed_origins == ("https://example.org", "https://b.example")
        poll_id = admin.polls[0].poll_id
        expect(page.get_by_label("Link", exact=True)).to_have_value(f"{site_url}/p/{poll_id}")
        expect(page.locator("#share-qr svg path")).to_have_attribute(
            "d", page.locator("#share-qr path").get_attribute("d") or "-"
        )
        page.get_by_role("button", name="Copy link").click()
        expect(page.locator("#said")).to_have_text("The link is copied.")
        assert page.evaluate("() => navigator.clipboard.readText()") == f"{site_url}/p/{poll_id}"
        page.get_by_role("button", name="Copy code").click()
        expect(page.locator("#said")).to_have_text("The code is copied.")
        code = page.evaluate("() => navigator.clipboard.readText()")
        assert f'src="{site_url}/embed/{poll_id}"' in code
        expect(page.locator("#share-sites")).to_contain_text("https://example.org, https://b.example")

    def test_poll_without_embedding_sites_offers_no_embed_code(self, page: Page, admin: AdminApi) -> None:
        sign_in_with(page, admin)
        expect(page.locator("#share-link")).to_be_visible()
        expect(page.locator("#share-embed")).to_be_hidden()


class TestEditing:
    def test_edit_sends_changed_fields_only_and_keeps_the_unfinished_new_poll(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        page.get_by_label("Question").fill("Half written?")
        patched = bodies(page, "PATCH", poll_id)
        begin_edit(page)
        expect(page.get_by_label("Question")).to_be_focused()
        expect(page.get_by_label("Question")).to_have_value("Where shall the team go this summer?")
        page.get_by_label("That", exact=True).fill("The lakes")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#said")).to_have_text("Saved.")
        expect(page.locator("#edit")).to_be_focused()
        options = {"a": {"label": "Mountains", "image": None}, "b": {"label": "The lakes", "image": None}}
        assert patched == [{"options": options, "revision": 1}]
        expect(page.get_by_role("heading", name="New poll")).to_be_visible()
        expect(page.get_by_label("Question")).to_have_value("Half written?")

    def test_cancelled_edit_sends_nothing(self, page: Page, admin: AdminApi) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        begin_edit(page)
        page.get_by_label("Question").fill("Something else?")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#edit")).to_be_focused()
        begin_edit(page)
        expect(page.get_by_label("Question")).to_have_value("Where shall the team go this summer?")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#said")).to_have_text("Nothing was changed.")
        assert admin.count(f"PATCH /admin/api/polls/{poll_id}") == 0

    def test_fields_promised_to_voters_are_disabled_once_the_poll_is_open(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll_id = sign_in_with(page, admin)
        patched = bodies(page, "PATCH", poll_id)
        begin_edit(page)
        expect(page.locator("#form-note")).to_contain_text("what voters were promised is fixed")
        for name in ("Question", "Image of option A optional", "Opens at", "Limit voting to"):
            expect(page.get_by_label(name)).to_be_disabled()
        expect(page.get_by_label("Closes at")).to_be_focused()
        page.get_by_label("Closes at").fill(end := (now() + timedelta(days=2)).strftime("%Y-%m-%dT12:00"))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#said")).to_have_text("Saved.")
        local = page.evaluate("text => new Date(text).toISOString()", end)
        assert patched == [{"closes_at": local, "revision": 2}]

    def test_field_that_becomes_fixed_during_an_edit_keeps_its_text_and_is_named(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll_id = sign_in_with(page, admin, opens_at=now() + timedelta(hours=1))
        begin_edit(page)
        page.get_by_label("Question").fill("Too late?")
        page.get_by_label("This", exact=True).focus()
        admin.backend.step(poll_id, "open", at=now() - timedelta(seconds=4))
        expect(page.get_by_label("This", exact=True)).to_be_disabled()
        expect(page.locator("#new-heading")).to_be_focused()
        expect(page.get_by_label("Question")).to_have_value("Too late?")
        flaw = FieldError(field="question", message="cannot change once the poll has opened")
        refusal = problem(ProblemType.INVALID_STATE, detail="What voters were promised stays", errors=(flaw,))
        admin.plan(f"PATCH /admin/api/polls/{poll_id}", refusal)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#e-question")).to_have_text("cannot change once the poll has opened")
        expect(page.get_by_label("Question")).to_be_focused()

    def test_edit_survives_an_expired_session(self, page: Page, admin: AdminApi) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        page.get_by_label("Question").fill("Half written?")
        begin_edit(page)
        page.get_by_label("Question").fill("Changed?")
        page.locator("#f-image_a").set_input_files(picture())
        expect(page.locator("#p-image_a")).to_be_visible()
        admin.plan(f"PATCH /admin/api/polls/{poll_id}", bare(401))
        page.get_by_role("button", name="Save", exact=True).click()
        sign_in_again(page)
        expect(page.get_by_role("heading", name="Edit poll")).to_be_visible()
        expect(page.get_by_label("Question")).to_have_value("Changed?")
        expect(page.locator("#p-image_a")).to_be_visible()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#details-question")).to_have_text("Changed?")
        expect(page.get_by_label("Question")).to_have_value("Half written?")
        assert admin.polls[0].options.a.image == admin.pictures[0]

    def test_edit_of_a_deleted_poll_continues_as_a_new_poll(self, page: Page, admin: AdminApi) -> None:
        sign_in_with(page, admin, **DRAFT)
        begin_edit(page)
        page.get_by_label("Question").fill("Where to, then?")
        admin.backend.step(admin.poll_id, "delete")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("alert").first).to_contain_text("This poll was deleted in the meantime.")
        expect(page.get_by_role("heading", name="New poll")).to_be_visible()
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#said")).to_have_text("Draft created.")
        assert [wanted.question for wanted in admin.wanted] == ["Where to, then?"]

    def test_text_typed_while_a_poll_is_sent_is_kept(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        admin.plan("POST /admin/api/polls", never)
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#create")).to_have_attribute("aria-disabled", "true")
        expect(page.locator("#create")).to_be_focused()
        page.get_by_label("Question").fill("Something else?")
        expect(page.get_by_label("Question")).to_have_value("Tea or coffee?")


def test_presenters_language_is_chosen_and_removed_while_the_poll_is_open(
    page: Page, admin: AdminApi
) -> None:
    sign_in_with(page, admin)
    for chosen, stored in (("العربية", "ar"), ("its own", None)):
        begin_edit(page)
        if not page.locator("#f-presenter_language").is_visible():
            page.locator("#more-settings > summary").click()
        page.locator("#f-presenter_language").select_option(chosen)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#said")).to_have_text("Saved.")
        expect(page.get_by_role("heading", name="New poll")).to_be_visible()
        assert admin.polls[0].presenter_language == stored


class TestConcurrentEdits:
    @pytest.fixture
    def clash(self, page: Page, admin: AdminApi) -> str:
        """The form changes the second option, while another organiser has changed the question."""
        poll_id = sign_in_with(page, admin, **DRAFT)
        begin_edit(page)
        page.get_by_label("That", exact=True).fill("The lakes")
        self.changed_by_kim(admin, "Where to?")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#clash")).to_be_focused()
        return poll_id

    @staticmethod
    def changed_by_kim(admin: AdminApi, question: str) -> None:
        admin.backend.step(admin.poll_id, "edit", {"question": question}, by=Organiser("Kim"))

    def test_conflict_names_actor_time_and_fields_and_keeps_typed_text(self, page: Page, clash: str) -> None:
        message = page.locator("#clash-detail")
        expect(message).to_contain_text("Kim changed this poll at ")
        expect(message).to_contain_text("UTC). Changed there: the question.")
        expect(page.get_by_label("That", exact=True)).to_have_value("The lakes")
        expect(page.locator("#details-question")).to_have_text("Where to?")

    def test_own_change_overwrites_with_the_revision_of_the_conflict(
        self, page: Page, admin: AdminApi, clash: str
    ) -> None:
        patched = bodies(page, "PATCH", clash)
        page.get_by_role("button", name="Overwrite").click()
        expect(page.locator("#said")).to_have_text("Saved.")
        assert [(body["revision"], body.keys()) for body in patched] == [(2, {"options", "revision"})]
        after = admin.polls[0]
        assert (after.question, after.options.b.label) == ("Where to?", "The lakes")

    def test_third_change_is_not_overwritten_unseen(self, page: Page, admin: AdminApi, clash: str) -> None:
        self.changed_by_kim(admin, "Where shall we go?")
        page.get_by_role("button", name="Overwrite").click()
        expect(page.locator("#details-question")).to_have_text("Where shall we go?")
        expect(page.locator("#clash")).to_be_visible()
        assert admin.polls[0].options.b.label == "The sea"

    def test_newer_version_is_loaded_on_request(self, page: Page, clash: str) -> None:
        page.get_by_role("button", name="Load the newer version").click()
        expect(page.get_by_label("Question")).to_have_value("Where to?")
        expect(page.get_by_label("That", exact=True)).to_have_value("The sea")
        expect(page.locator("#clash")).to_be_hidden()
        expect(page.locator("#new-heading")).to_be_focused()


class TestRepeat:
    def test_repeated_poll_copies_texts_pictures_and_settings(self, page: Page, admin: AdminApi) -> None:
        image = admin.backend.keep_picture(picture()["buffer"])
        options = two_options("Mountains", "The sea", (image, None))
        ended = now() - timedelta(minutes=1)
        poll = admin.given(
            options=options, show_turnout=True, presenter_language="he", closes_at=ended, **CLOSED
        )  # fmt: skip
        admin.open_dashboard(page)
        page.locator("#more-actions-open").click()
        page.get_by_role("button", name="Duplicate…").click()
        expect(page.get_by_role("heading", name="Duplicate")).to_be_visible()
        expect(page.locator("#form-note")).to_contain_text("Where shall the team go this summer?")
        expect(page.get_by_label("This", exact=True)).to_have_value("Mountains")
        expect(page.locator("#p-image_a")).to_be_visible()
        expect(page.get_by_label("Opens at")).to_have_value("")
        expect(page.get_by_label("Closes at")).to_have_value("")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#details-status")).to_have_text("Draft")
        [wanted] = admin.wanted
        assert (wanted.rerun_of, wanted.options.a.image, wanted.show_turnout) == (poll.poll_id, image, True)
        assert wanted.presenter_language == "he"
        assert wanted.opens_at is wanted.closes_at is None
        expect(page.get_by_role("heading", name="New poll")).to_be_visible()

    def test_copy_of_an_open_poll_is_no_further_run_of_it(self, page: Page, admin: AdminApi) -> None:
        sign_in_with(page, admin)
        page.locator("#more-actions-open").click()
        page.get_by_role("button", name="Duplicate…").click()
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#details-status")).to_have_text("Draft")
        assert [(wanted.question, wanted.rerun_of) for wanted in admin.wanted] == [
            (admin.poll.question, None)
        ]


def test_poll_is_scheduled_and_edited_by_keyboard_without_losing_focus(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    for field, text in (("#f-question", "Tea or coffee?"), ("#f-a", "Tea"), ("#f-b", "Coffee")):
        tab_to(page, field)
        page.keyboard.type(text)
    tab_to(page, "#f-opens_at")
    page.keyboard.type("060120270630PM")
    expect(page.locator("#h-opens_at")).to_contain_text("2027-06-01 16:30 UTC")
    tab_to(page, "#create")
    page.keyboard.press("Enter")
    expect(page.locator("#details-status")).to_have_text("Scheduled")
    expect(page.locator("#details-question")).to_be_focused()
    tab_to(page, "#edit")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" Or water?")
    page.keyboard.press("Enter")
    expect(page.locator("#details-question")).to_have_text("Tea or coffee? Or water?")
    press_enter(page.locator("#edit"))
    expect(page.get_by_label("Question")).to_be_focused()
    tab_to(page, "#cancel")
    page.keyboard.press("Enter")
    expect(page.locator("#edit")).to_be_focused()
    assert page.evaluate(FOCUS) == "edit"

"""The form that a poll is written in, without a page: times, sites, pictures, and what waits meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from .conftest import Run

BERLIN: Final = "Europe/Berlin"
NOON: Final = 1_780_315_200_000  # 2026-06-01T12:00:00Z
FORM: Final = {
    "question": "Tea or coffee?", "a": "Tea", "b": "Coffee", "image_a": "", "image_b": "", "opens_at": "",
    "closes_at": "", "policy": "device", "result_visibility": "always", "proof_of_work": "no",
    "show_turnout": "no", "embed_origins": "",
}  # fmt: skip
NEW: Final = {"kind": "new", "poll_id": None, "revision": None, "question": "", "clash": None}
POLL: Final = {
    "poll_id": "0123456789abcdefghjkmnpqrs", "question": "Lunch?", "revision": 4, "status": "draft",
    "options": {"a": {"label": "Soup", "image": "/images/x.webp"}, "b": {"label": "Salad", "image": None}},
    "opens_at": "2026-06-02T10:00:30.500Z", "closes_at": None, "policy": "code", "result_visibility": "never",
    "proof_of_work": True, "show_turnout": False, "embed_origins": ["https://a.example", "https://b.example"],
}  # fmt: skip

READ_ALL: Final = """async ([texts, zone]) => {
  const { readLocal } = await import("/logic/localtime.js");
  return texts.map((text) => readLocal(text, zone));
}"""


def walls(zone: ZoneInfo) -> Iterator[datetime]:
    """Yield each quarter of an hour around each change of clocks in two years, and times in between."""
    moment, end = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2028-01-01")
    while moment < end:
        yield moment
        day = timedelta(days=1)
        changing = (moment - day).replace(tzinfo=zone).utcoffset() != (moment + day).replace(
            tzinfo=zone
        ).utcoffset()
        moment += timedelta(minutes=15) if changing else timedelta(hours=7, minutes=13)


def meant(wall: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return what Python's zone database makes of a local time."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    instants = [round(one.timestamp() * 1000) for one in (first, second)]
    if first == second:
        return {"kind": "plain", "instant": instants[0], "other": None}
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return {"kind": "twice", "instant": instants[0], "other": instants[1]}
    return {"kind": "skipped", "instant": instants[0], "other": None}


class TestLocalTime:
    @pytest.mark.parametrize(
        "name", [BERLIN, "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "UTC"]
    )
    def test_each_local_time_means_what_the_zone_database_says(
        self, browser: Browser, site_url: str, name: str
    ) -> None:
        zone = ZoneInfo(name)
        times = list(walls(zone))
        texts = [time.isoformat(timespec="minutes") for time in times]
        page = browser.new_page(base_url=site_url)
        page.goto("/icon.svg")
        assert page.evaluate(READ_ALL, [texts, name]) == [meant(time, zone) for time in times]
        page.close()

    def test_a_time_that_clocks_leave_out_is_told_with_the_one_that_is_meant(self, run: Run) -> None:
        about = run("localtime", "aboutTime", "2027-03-28T02:30", BERLIN)
        text = "Clocks go forward that day and leave 02:30 out. 03:30 is meant: 2027-03-28 01:30 UTC."
        assert about == {"text": text, "odd": True}

    def test_a_time_that_comes_twice_is_told_with_both(self, run: Run) -> None:
        about = run("localtime", "aboutTime", "2026-10-25T02:30", BERLIN)
        assert about["odd"]
        assert "02:30 comes twice. The first is meant: 2026-10-25 00:30 UTC." in about["text"]
        assert "The second is 2026-10-25 01:30 UTC" in about["text"]

    def test_any_other_time_is_told_in_utc_and_with_its_zone(self, run: Run) -> None:
        about = run("localtime", "aboutTime", "2026-06-01T18:30", BERLIN)
        assert about == {"text": "2026-06-01 16:30 UTC; typed as the time in Europe/Berlin", "odd": False}

    @pytest.mark.parametrize("text", ["", "2026-06", "nonsense"])
    def test_no_whole_time_is_none(self, run: Run, text: str) -> None:
        assert run("localtime", "readLocal", text, BERLIN) is None

    def test_a_year_that_is_still_being_typed_is_no_trouble(self, run: Run) -> None:
        assert run("localtime", "aboutTime", "0002-06-01T18:30", BERLIN)["odd"] is False


class TestErrors:
    @pytest.mark.parametrize(
        ("times", "field", "said"),
        [
            ({"opens_at": "2026-06-01T13:59"}, "opens_at", "This time has passed"),
            ({"opens_at": "2027-06-03T12:00"}, "opens_at", "within 366 days"),
            ({"closes_at": "2026-06-01T14:00"}, "closes_at", "in the future"),
            (
                {"opens_at": "2026-06-02T18:30", "closes_at": "2026-06-02T18:30"},
                "closes_at",
                "It opens 2026-06-02 18:30 (2026-06-02 16:30 UTC)",
            ),
            ({"opens_at": "2026-06-02T18:30", "closes_at": "2026-07-04T18:30"}, "closes_at", "31 days"),
            # In the hour that comes twice each time is its first: 02:45 is later than 02:30.
            ({"opens_at": "2026-10-25T02:45", "closes_at": "2026-10-25T02:30"}, "closes_at", "It opens"),
        ],
    )
    def test_a_time_that_cannot_be_is_told_at_its_own_field(
        self, run: Run, times: dict[str, str], field: str, said: str
    ) -> None:
        errors = run("form", "errorsIn", FORM | times, NOON, BERLIN)
        assert list(errors) == [field]
        assert said in errors[field]

    def test_times_that_were_not_touched_are_not_judged_again(self, run: Run) -> None:
        open_since = FORM | {"opens_at": "2026-05-01T10:00", "closes_at": "2026-05-02T10:00"}
        after = open_since | {"embed_origins": "https://example.org"}
        assert run("form", "errorsIn", after, NOON, BERLIN, open_since) == {}

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("example.org", "with https:// in front: https://example.org"),
            ("http://example.org", "without https cannot show it: use https://example.org"),
            ("https://example.org/page", "without a path: https://example.org"),
            ("https://example.org/?a=1", "without a path"),
            ("https://example.org/#", "without a path"),
            ("https://me@example.org", "without a path"),
            ("https://*.example.org", "a * is not taken"),
            ("javascript:alert(1)", "such as https://example.org"),
            ("not a site", "such as https://example.org"),
        ],
    )
    def test_a_site_is_named_with_what_is_wrong_with_it(self, run: Run, line: str, said: str) -> None:
        flaw = run("origins", "flawInOrigins", f"https://fine.example\n\n {line} ")
        assert flaw.startswith(f"“{line}”: ")
        assert said in flaw

    def test_sites_are_sent_as_browsers_spell_them(self, run: Run) -> None:
        text = " https://Example.org/ \r\nhttps://example.org:8443\nhttps://bücher.example"
        assert run("origins", "flawInOrigins", text) == ""
        assert run("origins", "originsIn", text) == [
            "https://example.org", "https://example.org:8443", "https://xn--bcher-kva.example",
        ]  # fmt: skip

    def test_too_many_sites_are_counted(self, run: Run) -> None:
        many = "\n".join(f"https://s{n}.example" for n in range(12))
        assert run("origins", "flawInOrigins", many) == "At most 10 sites: take 2 out."

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            ({"type": "application/pdf", "size": 9}, "not a JPEG, PNG, WebP or GIF picture"),
            ({"type": "image/svg+xml", "size": 9}, "not a JPEG, PNG, WebP or GIF picture"),
            ({"type": "image/png", "size": 0}, "empty"),
            ({"type": "image/jpeg", "size": 4 * 1024 * 1024 + 1}, "has 4.1 MB; at most 4 MB"),
        ],
    )
    def test_a_file_that_cannot_be_a_picture_is_told_before_it_is_sent(
        self, run: Run, file: dict[str, Any], said: str
    ) -> None:
        assert said in run("pictures", "flawInFile", file)

    def test_a_picture_of_the_largest_size_is_sent(self, run: Run) -> None:
        assert run("pictures", "flawInFile", {"type": "image/jpeg", "size": 4 * 1024 * 1024}) == ""


class TestWhatIsSent:
    def test_a_new_poll_is_sent_whole_without_the_times_it_has_not(self, run: Run) -> None:
        body = run(
            "form", "pollOf", FORM | {"opens_at": "2027-03-28T02:30", "image_b": "/images/x.webp"}, BERLIN
        )
        assert body == {
            "question": "Tea or coffee?",
            "options": {
                "a": {"label": "Tea", "image": None}, "b": {"label": "Coffee", "image": "/images/x.webp"},
            },
            "opens_at": "2027-03-28T01:30:00.000Z", "policy": "device", "result_visibility": "always",
            "proof_of_work": False, "show_turnout": False, "embed_origins": [],
        }  # fmt: skip

    def test_of_a_change_only_what_changed_is_sent(self, run: Run) -> None:
        before = run("form", "formFrom", POLL, BERLIN)
        after = before | {"b": "Bread", "opens_at": "", "show_turnout": "yes"}
        assert run("form", "changesOf", after, before, BERLIN) == {
            "options": {
                "a": {"label": "Soup", "image": "/images/x.webp"}, "b": {"label": "Bread", "image": None},
            },
            "opens_at": None, "show_turnout": True,
        }  # fmt: skip

    def test_of_a_poll_that_is_left_as_it_is_nothing_is_sent(self, run: Run) -> None:
        before = run("form", "formFrom", POLL, BERLIN)
        assert run("form", "changesOf", before, before, BERLIN) == {}

    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("options.a.image", "image_a"), ("options.b.label", "b"), ("opens_at", "opens_at"),
            ("embed_origins.3", "embed_origins"), ("rerun_of", ""),
        ],
    )  # fmt: skip
    def test_errors_of_the_api_find_their_field(self, run: Run, path: str, field: str) -> None:
        assert run("form", "fieldOf", path) == field


class TestWriting:
    @pytest.fixture
    def typed(self) -> dict[str, Any]:
        empty = FORM | {"question": "", "a": "", "b": ""}
        return {
            "task": NEW | {"before": empty},
            "form": FORM,
            "aside": [],
            "errors": {},
            "polls": [],
            "alert": None,
        }

    def after(self, run: Run, state: Any, *actions: dict[str, Any]) -> Any:
        for action in actions:
            state = run("admin", "reduce", state, action)
        return state

    def test_what_was_typed_for_a_new_poll_waits_while_others_are_changed(
        self, run: Run, typed: dict[str, Any]
    ) -> None:
        edit = run("writing", "editOf", POLL, BERLIN)
        again = run("writing", "againOf", POLL, BERLIN)
        retyped = {"type": "typed", "field": "question", "value": "Dinner?"}
        state = self.after(run, typed, {"type": "begun"} | edit, retyped, {"type": "begun"} | again)
        assert (state["task"]["kind"], state["form"]["opens_at"]) == ("again", "")
        state = self.after(run, state, {"type": "finished"})
        assert (state["task"]["kind"], state["form"]["question"]) == ("edit", "Dinner?")
        state = self.after(run, state, {"type": "finished"})
        assert (state["task"]["kind"], state["form"], state["aside"]) == ("new", FORM, [])

    def test_a_change_that_is_begun_twice_goes_on_where_it_was(self, run: Run, typed: dict[str, Any]) -> None:
        edit = {"type": "begun"} | run("writing", "editOf", POLL, BERLIN)
        other = {"type": "begun"} | run("writing", "editOf", POLL | {"poll_id": "other"}, BERLIN)
        retyped = {"type": "typed", "field": "question", "value": "Dinner?"}
        state = self.after(run, typed, edit, retyped, other, edit)
        assert state["form"]["question"] == "Dinner?"
        assert [one["task"]["kind"] for one in state["aside"]] == ["new"]

    def test_all_that_waits_comes_back_from_the_tab(self, run: Run, typed: dict[str, Any]) -> None:
        state = self.after(run, typed, {"type": "begun"} | run("writing", "editOf", POLL, BERLIN))
        kept = run("writing", "fromKept", run("writing", "toKeep", state))
        assert kept == {name: state[name] for name in ("task", "form", "aside")}

    @pytest.mark.parametrize("text", [None, "", "{}", "no JSON", '{"question": "of a release before"}', "[]"])
    def test_what_is_not_ours_is_left_there(self, run: Run, text: str | None) -> None:
        assert run("writing", "fromKept", text) is None

    def test_who_was_quicker_is_told_with_when_and_what(self, run: Run) -> None:
        task = run("writing", "editOf", POLL, BERLIN)["task"]
        newer = POLL | {"question": "Supper?", "revision": 5, "closes_at": "2026-06-03T10:00:00Z"}
        clash = run("writing", "clashOf", task, newer, BERLIN)
        assert clash == {"revision": 5, "fields": ["question", "closes_at"]}
        entry = {"name": "Kim", "at": "2026-06-01T10:00:00.000Z"}
        words = run("writing", "clashWords", entry, None, clash["fields"], BERLIN)
        assert words.startswith("Kim changed this poll at 2026-06-01 12:00 (2026-06-01 10:00 UTC).")
        assert "Changed there: the question, the end." in words
        assert "what you typed is still here" in words

    @pytest.mark.parametrize(("phase", "free"), [("draft", 12), ("soon", 12), ("open", 3), ("closed", 2)])
    def test_what_voters_were_promised_is_fixed_once_it_has_opened(
        self, run: Run, phase: str, free: int
    ) -> None:
        fixed = set(run("form", "frozenIn", phase))
        assert len(FORM.keys() - fixed) == free


class TestWords:
    def test_a_refusal_names_the_other_poll_by_its_question_and_its_times_by_both_clocks(
        self, run: Run
    ) -> None:
        detail = (
            f"Poll {POLL['poll_id']} is scheduled from 2026-06-02T10:00:00.000Z to 2026-06-02T11:00:00.000Z: "
            "end before that, or begin after"
        )
        assert run("naming", "named", detail, [POLL], BERLIN) == (
            "“Lunch?” is scheduled from 2026-06-02 12:00 (2026-06-02 10:00 UTC) to 2026-06-02 13:00 "
            "(2026-06-02 11:00 UTC): end before that, or begin after"
        )
        assert run("naming", "named", detail, [], BERLIN).startswith(f"Poll {POLL['poll_id']} is scheduled")

    def test_a_question_cannot_leave_the_code_of_its_frame(self, run: Run) -> None:
        poll = {"poll_id": "p1", "question": '"><script>alert(1)</script> & more'}
        code = run("share", "frameOf", "https://vote.example", poll)
        assert code.count("<") == code.count(">") == 2
        assert 'src="https://vote.example/embed/p1"' in code
        assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in code

"""The pure logic of the pages, run where it runs: in the browser."""

from typing import Any

import pytest

from .conftest import Run


def folded(run: Run, module: str, state: Any, *actions: dict[str, Any]) -> Any:
    for action in actions:
        state = run(module, "reduce", state, action)
    return state


POLL: dict[str, Any] = {
    "poll_id": "p1",
    "question": "Q?",
    "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}},
    "status": "open",
    "opens_at": "2026-05-04T18:00:00.000Z",
    "closes_at": None,
    "policy": "device",
    "result_visibility": "always",
    "revision": 2,
}
CODE = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"
OPENED_AT = 1_777_917_600_000
MINE = {"choice": "a", "receipt": "R", "recorded_at": "2026-05-04T18:01:00.000Z"}


def frame(version: int, a: int = 1, b: int = 0, **more: Any) -> dict[str, Any]:
    counts = {"a": a, "b": b}
    facts = {"type": "results", "poll_id": "p1", "status": "open", "version": version, "counts": counts}
    return {"type": "frame", "frame": facts | {"total": a + b} | more}


@pytest.fixture
def shown(run: Run) -> Any:
    """A voter's page that shows the poll."""
    return folded(run, "voter", run("voter", "initialState", None), {"type": "poll", "poll": POLL})


class TestResults:
    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            (0, 0, (0, 0)),
            (1, 0, (100, 0)),
            (1, 1, (50, 50)),
            (1, 2, (33, 67)),
            (2, 1, (67, 33)),
            (999, 1, (99, 1)),
            (1, 999, (1, 99)),
            (199, 1, (99, 1)),
        ],
    )
    def test_percents_add_up_and_never_hide_a_vote(self, run: Run, a: int, b: int, expected: Any) -> None:
        assert run("results", "percents", {"a": a, "b": b}) == {"a": expected[0], "b": expected[1]}

    def test_the_leader_is_named_and_a_tie_is_a_tie(self, run: Run) -> None:
        leads = [run("results", "leader", {"a": a, "b": b}) for a, b in [(0, 0), (1, 1), (2, 1), (1, 2)]]
        assert leads == ["nobody", "tie", "a", "b"]


class TestClock:
    @pytest.mark.parametrize(
        ("changes", "at", "expected"),
        [
            ({"status": "draft", "opens_at": None}, 0, "draft"),
            ({}, -1, "soon"),
            ({}, 0, "open"),
            ({"closes_at": "2026-05-04T18:00:05Z"}, 4_999, "open"),
            ({"closes_at": "2026-05-04T18:00:05Z"}, 5_000, "closed"),
            ({"status": "closed"}, 0, "closed"),
        ],
    )
    def test_the_phase_follows_the_clock(self, run: Run, changes: Any, at: int, expected: str) -> None:
        assert run("clock", "phaseOf", POLL | changes, OPENED_AT + at) == expected

    def test_the_greatest_offset_wins_because_cached_answers_are_late(self, run: Run) -> None:
        late = run("clock", "betterOffset", None, "2026-05-04T18:00:00Z", OPENED_AT + 2_000)
        fresh = run("clock", "betterOffset", late, "2026-05-04T18:00:02Z", OPENED_AT + 2_100)
        assert (late, fresh) == (-2_000, -100)
        assert run("clock", "betterOffset", fresh, "2026-05-04T18:00:02Z", OPENED_AT + 4_000) == -100
        assert run("clock", "betterOffset", fresh, "no time", OPENED_AT) == -100

    @pytest.mark.parametrize(
        ("seconds", "text"), [(0, "0:00"), (7, "0:07"), (750, "12:30"), (3900, "1:05:00")]
    )
    def test_a_countdown_reads_like_a_clock(self, run: Run, seconds: int, text: str) -> None:
        assert run("clock", "asCountdown", seconds) == text


class TestRetry:
    @pytest.mark.parametrize(
        ("status", "problem", "meaning"),
        [
            (201, "", "recorded"),
            (200, "", "again"),
            (409, "already-voted", "other"),
            (409, "not-open-yet", "wait"),
            (401, "ballot-expired", "ballot"),
            (401, "", "ballot"),
            (403, "bad-ballot", "ballot"),
            (403, "bad-code", "bad_code"),
            (403, "foreign-origin", "refused"),
            (403, "", "refused"),
            (404, "unknown-poll", "unknown"),
            (410, "closed", "closed"),
            (413, "too-large", "refused"),
            (415, "not-json", "refused"),
            (422, "malformed", "refused"),
            (0, "", "retry"),
            (429, "", "retry"),
            (500, "internal", "retry"),
            (502, "", "retry"),
            (503, "not-confirmed", "retry"),
            (504, "", "retry"),
        ],
    )
    def test_every_answer_to_a_vote_has_a_meaning(
        self, run: Run, status: int, problem: str, meaning: str
    ) -> None:
        assert run("retry", "meaningOf", status, problem) == meaning

    def test_waiting_grows_is_spread_and_has_an_end(self, run: Run) -> None:
        least = [run("retry", "backoff", attempt, None, 0) for attempt in range(1, 9)]
        most = [run("retry", "backoff", attempt, None, 0.999999) for attempt in range(1, 9)]
        assert least == sorted(least)
        assert most[0] <= 600
        assert most[-1] <= 15_000
        assert all(low * 1.9 < high for low, high in zip(least, most, strict=True))

    def test_nobody_comes_back_sooner_than_asked_nor_all_at_once(self, run: Run) -> None:
        assert run("retry", "backoff", 1, 5, 0) == 5_000
        assert run("retry", "backoff", 1, 5, 0.5) == 5_500

    def test_after_a_long_wait_a_whole_hall_comes_back_over_a_minute(self, run: Run) -> None:
        assert run("retry", "backoff", 1, 300, 0) == 300_000
        assert run("retry", "backoff", 1, 300, 0.5) == 330_000
        assert run("retry", "backoff", 1, 300, 0.999999) == 360_000


class TestVoter:
    def test_a_late_snapshot_never_moves_a_bar_back(self, run: Run, shown: Any) -> None:
        state = folded(run, "voter", shown, frame(5, a=9), frame(4, a=8))
        assert state["results"]["counts"]["a"] == 9

    def test_a_late_frame_does_not_reopen_a_closed_poll(self, run: Run, shown: Any) -> None:
        closed = {"type": "poll_closed", "poll_id": "p1", "status": "closed", "version": 7}
        state = folded(run, "voter", shown, {"type": "frame", "frame": closed}, frame(6))
        assert state["poll"]["status"] == "closed"

    def test_the_close_and_its_final_counts_share_a_version_and_both_arrive(
        self, run: Run, shown: Any
    ) -> None:
        closed = {"type": "poll_closed", "poll_id": "p1", "status": "closed", "version": 7}
        final = frame(7, a=3, status="closed")
        state = folded(run, "voter", shown, {"type": "frame", "frame": closed}, final)
        assert (state["results"]["counts"]["a"], state["poll"]["status"]) == (3, "closed")

    def test_frames_of_other_polls_change_nothing(self, run: Run, shown: Any) -> None:
        assert folded(run, "voter", shown, frame(5, poll_id="p2")) == shown

    def test_a_frame_may_set_the_time_of_closing_and_never_takes_it_away(self, run: Run, shown: Any) -> None:
        closing = frame(5, closes_at="2026-05-04T18:09:00Z")
        state = folded(run, "voter", shown, closing, frame(6, closes_at=None))
        assert state["poll"]["closes_at"] == "2026-05-04T18:09:00Z"

    def test_the_next_poll_starts_afresh_and_the_one_before_does_not_come_back(
        self, run: Run, shown: Any
    ) -> None:
        second = POLL | {"poll_id": "p2"}
        state = folded(run, "voter", shown, frame(5), {"type": "poll", "poll": second})
        assert (state["poll"]["poll_id"], state["results"], state["status_version"]) == ("p2", None, 0)
        state = folded(run, "voter", state, {"type": "poll", "poll": POLL})  # out of a cache
        assert state["poll"]["poll_id"] == "p2"

    def test_a_closed_poll_stays_on_the_page_when_none_is_active(self, run: Run, shown: Any) -> None:
        state = folded(run, "voter", shown, {"type": "poll", "poll": None})
        assert state["poll"]["poll_id"] == "p1"

    def test_an_older_copy_of_the_poll_is_ignored(self, run: Run, shown: Any) -> None:
        older = POLL | {"revision": 1, "status": "draft"}
        assert folded(run, "voter", shown, {"type": "poll", "poll": older})["poll"]["status"] == "open"

    def test_an_answer_for_a_poll_that_has_left_is_told_and_kept_with_it(self, run: Run, shown: Any) -> None:
        answered = {"type": "answered", "poll_id": "p1", "answer": {"kind": "recorded"}, "mine": MINE}
        state = folded(
            run,
            "voter",
            shown,
            {"type": "choose", "poll_id": "p1", "choice": "a"},
            {"type": "poll", "poll": POLL | {"poll_id": "p2"}},
            answered,
        )
        assert state["elsewhere"] == {"kind": "recorded"}
        assert state["votes"]["p1"]["mine"] == MINE
        assert run("voter", "voteIn", state)["mine"] is None

    def test_there_is_no_second_tap_while_the_first_is_on_its_way(self, run: Run, shown: Any) -> None:
        assert run("voter", "canVote", shown, OPENED_AT) is True
        state = folded(run, "voter", shown, {"type": "choose", "poll_id": "p1", "choice": "a"})
        assert run("voter", "canVote", state, OPENED_AT) is False

    def test_being_told_of_the_close_ends_voting_whatever_the_clock_says(self, run: Run, shown: Any) -> None:
        state = folded(
            run,
            "voter",
            shown,
            {"type": "answered", "poll_id": "p1", "answer": {"kind": "closed"}, "mine": None},
        )
        assert run("voter", "canVote", state, OPENED_AT) is False

    def test_counts_once_seen_are_not_hidden_by_a_public_frame(self, run: Run, shown: Any) -> None:
        hidden = {"type": "results_hidden", "poll_id": "p1", "status": "open", "version": 9}
        state = folded(run, "voter", shown, frame(5, a=2), {"type": "frame", "frame": hidden})
        assert state["results"]["counts"]["a"] == 2

    def test_an_action_nobody_knows_is_an_error(self, run: Run, shown: Any) -> None:
        with pytest.raises(Exception, match="unknown action vote"):
            run("voter", "reduce", shown, {"type": "vote"})


class TestAdmin:
    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("question", "question"),
            ("options.a.label", "a"),
            ("options.b", "b"),
            ("options", "b"),
            ("closes_at", "closes_at"),
            ("body", ""),
            ("policy", "policy"),
        ],
    )
    def test_errors_of_the_api_find_their_field(self, run: Run, path: str, field: str) -> None:
        assert run("form", "fieldOf", path) == field

    def test_the_form_says_what_is_missing_before_it_is_sent(self, run: Run) -> None:
        texts = {"question": " ", "a": "Tea", "b": "tea ", "embed_origins": ""}
        times = {"opens_at": "", "closes_at": "2020-01-01T00:00"}
        errors = run("form", "errorsIn", texts | times, OPENED_AT)
        assert set(errors) == {"question", "b", "closes_at"}

    def test_a_refusal_without_fields_is_told_above(self, run: Run) -> None:
        state: dict[str, Any] = {"errors": {}, "alert": None, "session": "in"}
        problem = {"title": "Another poll is open: close it first", "detail": "“Tea?” is open"}
        refused = {"type": "refused", "status": 409, "problem": problem, "about": "poll"}
        assert folded(run, "admin", state, refused)["alert"] == problem

    def test_an_expired_session_keeps_everything_else(self, run: Run) -> None:
        state = {"form": {"question": "typed"}, "session": "in", "alert": None}
        refused = {"type": "refused", "status": 401, "problem": {}, "about": "form"}
        assert folded(run, "admin", state, refused) == state | {"session": "expired"}


class TestSession:
    def test_an_access_token_is_fresh_until_shortly_before_its_end(self, run: Run) -> None:
        session = run("session", "sessionOf", {"access_token": "t", "expires_in": 3600}, 1_000)
        assert session == {
            "access_token": "t",
            "expires_at": 3_601_000,
            "name": "Signed in",
            "username": "",
            "role": "none",
        }
        assert run("session", "isFresh", session, 3_570_000) is True
        assert run("session", "isFresh", session, 3_571_000) is False
        assert run("session", "isFresh", None, 0) is False


class TestCode:
    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("3F7K2-9QXWM", "3f7k29qxwm"),
            (" 3f7k2 9qxwm\u200b", "3f7k29qxwm"),
            ("OoIiLl", "001111"),
            ("\uff10\uff21\u2013b", "0ab"),
            ("", ""),
        ],
    )
    def test_what_was_typed_is_read_as_the_api_reads_it(self, run: Run, text: str, plain: str) -> None:
        assert run("code", "plain", text) == plain

    @pytest.mark.parametrize(
        ("text", "flaw"),
        [
            ("", "no_code"),
            (" - ", "no_code"),
            ("3F7K2", "short_code"),
            ("x" * 26, "short_code"),
            (CODE, None),
        ],
    )
    def test_what_cannot_be_a_code_is_said_before_it_is_sent(
        self, run: Run, text: str, flaw: str | None
    ) -> None:
        assert run("code", "flawIn", text) == flaw

    def test_a_link_carries_the_code_where_no_server_sees_it(self, run: Run) -> None:
        link = run("code", "linkFor", "https://vote.example", "p1", CODE)
        assert link == f"https://vote.example/#poll=p1&code={CODE}"
        assert run(
            "code", "readLink", {"search": "", "hash": link.removeprefix("https://vote.example/")}
        ) == {
            "poll": "p1",
            "code": CODE,
            "choice": None,
        }

    @pytest.mark.parametrize(
        ("search", "fragment", "poll", "code"),
        [
            ("", "", None, ""),
            ("?poll=p1", "", "p1", ""),
            ("?poll=p1", "#poll=p2&code=x", "p2", "x"),
            ("", "#code=x", None, "x"),
            ("?code=x", "", None, ""),
            ("", "#%", None, ""),
        ],
    )
    def test_an_address_says_which_poll_and_a_fragment_alone_which_code(
        self, run: Run, search: str, fragment: str, poll: str | None, code: str
    ) -> None:
        read = run("code", "readLink", {"search": search, "hash": fragment})
        assert (read["poll"], read["code"]) == (poll, code)


class TestPace:
    SEEN = ({"at": 0, "a": 0, "b": 0}, {"at": 4_000, "a": 10, "b": 10}, {"at": 12_000, "a": 30, "b": 30})

    @pytest.mark.parametrize(("now", "pace"), [(12_000, 6.0), (14_000, 4.0), (22_001, 0)])
    def test_it_is_of_the_last_ten_seconds(self, run: Run, now: int, pace: float) -> None:
        assert run("pace", "votesPerSecond", self.SEEN, now) == pytest.approx(pace)

    def test_nothing_is_said_before_anything_is_known(self, run: Run) -> None:
        assert run("pace", "votesPerSecond", [], 0) is None
        assert run("pace", "paceText", None) == "\u2013"

    @pytest.mark.parametrize(("pace", "text"), [(0, "0"), (0.42, "0.4"), (9.96, "10.0"), (12.4, "12")])
    def test_a_tenth_matters_when_few_vote(self, run: Run, pace: float, text: str) -> None:
        assert run("pace", "paceText", pace) == text

    def test_frames_go_on_where_the_series_ends_and_late_ones_add_nothing(self, run: Run) -> None:
        points = [{"at": "2026-05-04T18:00:10.000Z", "a": 1, "b": 0}]
        seen = [{"at": OPENED_AT + 5_000, "a": 1, "b": 0}, {"at": OPENED_AT + 12_000, "a": 2, "b": 1}]
        start = OPENED_AT / 1000
        columns = run("pace", "course", points, seen, "2026-05-04T18:00:00.000Z")
        assert columns == [[start, start + 10, start + 12], [0, 1, 2], [0, 0, 1]]

    def test_what_is_remembered_has_an_end_and_keeps_the_newest(self, run: Run) -> None:
        seen = [{"at": n, "a": n, "b": 0} for n in range(600)]
        frame = {"counts": {"a": 700, "b": 0}, "updated_at": "2026-05-04T18:00:00.000Z"}
        kept = run("pace", "withFrame", seen, frame)
        assert len(kept) < 600
        assert kept[-1]["a"] == 700

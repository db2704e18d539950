"""Actions of organisers and voters, for tests that span several services."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.api import Results
from testkit.events import Event
from testkit.world import World

ORGANISER = "organiser-1"
QUESTION = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}


class Journey:
    """Actions of organisers and voters, through the deployed functions."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.sockets = world.sockets
        self._monkeypatch = monkeypatch

    def create(self, **more: Any) -> str:
        status, poll, _ = self.world.http(
            "create_poll", "POST /admin/api/polls", QUESTION | more, organiser=ORGANISER
        )
        assert status == 201, poll
        return str(poll["poll_id"])

    def open(self, poll_id: str, *, ago: float = 10) -> None:
        """Open a poll some seconds in the past, so that it already takes votes."""
        self._step("open_poll", f"POST /admin/api/polls/{poll_id}/open", ago=ago)

    def close(self, poll_id: str, *, ago: float = 5) -> None:
        """Close a poll some seconds in the past, and fire its schedule."""
        self._step("close_poll", f"POST /admin/api/polls/{poll_id}/close", ago=ago)
        self.world.fire_schedules()

    def archive(self, poll_id: str) -> Event:
        status, body, _ = self.world.http(
            "archive_poll", f"POST /admin/api/polls/{poll_id}/archive", organiser=ORGANISER
        )
        assert status == 200, body
        return body

    def voter_token(self) -> str:
        status, body, answer = self.world.http("issue_voter_token", "POST /voter-token", {})
        assert status == 200, body
        return str(answer["cookies"][0].partition(";")[0])

    def vote(self, poll_id: str, choice: str, voter_token: str | None = None) -> tuple[int, Event]:
        """Send a vote; the workflow runs to its end before the answer."""
        body = {"poll_id": poll_id, "choice": choice}
        cookie = {"cookie": voter_token or self.voter_token()}
        status, answer, _ = self.world.http("vote_wrapper", "POST /vote", body, headers=cookie)
        return status, answer

    def results(self, poll_id: str) -> Results:
        status, body, _ = self.world.http("get_results", f"GET /results/{poll_id}")
        assert status == 200, body
        return Results.model_validate(body)

    def connect(self, connection_id: str, scope: str = "public", **subscriber: str) -> None:
        self.world.connect(connection_id, scope, **subscriber)

    def _step(self, slug: str, request: str, *, ago: float) -> None:
        module = self.world.handler(slug)
        self._monkeypatch.setattr(module, "now", lambda: datetime.now(UTC) - timedelta(seconds=ago))
        status, body, _ = self.world.http(slug, request, organiser=ORGANISER)
        assert status == 200, body

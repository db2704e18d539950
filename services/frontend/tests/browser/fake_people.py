"""The API of people and of the trail, as the organiser's page sees it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from contracts.ids import PollId
from contracts.model import Contract
from contracts.people import ChangeRole, InvitePerson, People, Person, PersonStatus
from contracts.problem import ProblemType, field_errors
from contracts.roles import Role
from contracts.trail import Deed, TrailEntryV2, TrailV2
from playwright.sync_api import Request, Route
from pydantic import ValidationError

from .fake_api import body_of, now, problem

SINCE = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def person(name: str, role: Role | None = Role.VIEWER, status: PersonStatus = PersonStatus.ACTIVE) -> Person:
    return Person(name=name, email=f"{name}@example.com", role=role, status=status, since=SINCE)


def entry(
    deed: Deed, about: str | None = None, poll_id: PollId | None = None, name: str = "ada", minute: int = 0
) -> TrailEntryV2:
    return TrailEntryV2(
        at=NOON + timedelta(minutes=minute), subject=f"sub-of-{name}", name=name, deed=deed,
        poll_id=poll_id, revision=1 if poll_id else None, about=about,
    )  # fmt: skip


def _answer(route: Route, body: Contract, status: int = 200) -> None:
    route.fulfill(status=status, content_type="application/json", body=body.model_dump_json())


class FakePeople:
    """Who may sign in; `ada` is whoever does."""

    def __init__(self) -> None:
        self.all = {"ada": person("ada", Role.OWNER)}

    def add(self, *people: Person) -> None:
        self.all |= {each.name: each for each in people}

    def answer(self, route: Route, request: Request) -> None:
        """Do what one request asks."""
        _, _, name = urlsplit(request.url).path.partition("/people/")
        try:
            self._carry_out(route, request, unquote(name) or None)
        except ValidationError as error:
            problem(ProblemType.MALFORMED, errors=field_errors(error))(route, request)

    def _carry_out(self, route: Route, request: Request, name: str | None) -> None:
        if name is None and request.method == "GET":
            _answer(route, People(people=tuple(sorted(self.all.values(), key=lambda each: each.name))))
        elif name is None:
            wanted = InvitePerson.model_validate(body_of(request))
            invited: dict[str, Any] = {"status": PersonStatus.INVITED, "since": now()}
            self.all[wanted.name] = Person(**wanted.model_dump(exclude={"invitation_id"}), **invited)
            _answer(route, self.all[wanted.name], 201)
        elif name not in self.all:
            problem(ProblemType.UNKNOWN_PERSON)(route, request)
        elif request.method == "PUT":
            role = ChangeRole.model_validate(body_of(request)).role
            self.all[name] = self.all[name].model_copy(update={"role": role})
            _answer(route, self.all[name])
        else:
            _answer(route, self.all.pop(name))


class FakeTrail:
    """Entries, newest first, in pages."""

    def __init__(self) -> None:
        self.entries: list[TrailEntryV2] = []
        self.page_size = 50

    def answer(self, route: Route, request: Request) -> None:
        """Return one page."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        found = [each for each in self.entries if query.get("poll_id") in {None, each.poll_id}]
        start = int(query.get("cursor", "0"))
        end = start + self.page_size
        more = str(end) if end < len(found) else None
        _answer(route, TrailV2(entries=tuple(found[start:end]), next_cursor=more))

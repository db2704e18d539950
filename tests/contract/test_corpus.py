"""Shared test vectors of pages and services: both sides read `tests/corpus`.

To cover one more reported input, add a line to its file.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from contracts import realtime
from contracts.audit_log import AuditAction, OperatorAction
from contracts.members import InviteMember
from contracts.model import Contract
from contracts.roles import PERMISSIONS, Permission
from poll_service.domain import link_preview_texts
from pydantic import ValidationError
from vote_service.domain import code

CORPUS: Final = Path(__file__).parents[1] / "corpus"
SITE: Final = Path(__file__).parents[2] / "services/frontend/site"
LOGIC: Final = SITE / "logic"


def vectors(name: str) -> Any:
    return json.loads((CORPUS / f"{name}.json").read_text())


def test_audit_actions_match_the_contract() -> None:
    assert vectors("audit-actions") == [*AuditAction, *OperatorAction]


def test_permissions_of_roles_match_the_contract() -> None:
    assert {role: frozenset(granted) for role, granted in vectors("permissions").items()} == PERMISSIONS


def test_the_dashboard_shows_elements_by_permissions_that_exist() -> None:
    text = "".join(path.read_text() for path in (SITE / "admin").glob("*.js"))
    needed = set(re.findall(r'(?:data-needs="|needs(?: =|:) ")([^"]*)"', text))
    shown = set(re.findall(r'\[data-needs="([^"]*)"\]', (SITE / "admin/admin.css").read_text()))
    assert needed == shown <= set(Permission)


@pytest.mark.covers("T39")
@pytest.mark.parametrize("vector", vectors("languages"), ids=repr)
def test_link_preview_language_matches_the_cache_key_of_the_edge(
    vector: dict[str, str],
) -> None:
    assert link_preview_texts.messages_for(vector["lang"], vector["accept"]).language == vector["answered"]


@pytest.mark.parametrize("vector", vectors("invitations"), ids=repr)
def test_invitation_errors_name_the_same_fields_as_the_page(vector: dict[str, Any]) -> None:
    refused: set[str] = set()
    try:
        InviteMember.model_validate({"name": vector["name"], "email": vector["email"], "role": "viewer"})
    except ValidationError as error:
        refused = {str(each["loc"][0]) for each in error.errors()}
    assert sorted(refused) == vector["refused"]


def local_times() -> Iterator[datetime]:
    local = datetime.fromisoformat("2026-01-01")
    while local.year < 2028:
        yield local
        local += timedelta(minutes=15)


def meaning(local: datetime, zone: ZoneInfo) -> list[Any]:
    """Return the kind of a local time (plain, twice or skipped) and its offsets in minutes."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    offsets = [(time.utcoffset() or timedelta()) // timedelta(minutes=1) for time in (first, second)]
    if offsets[0] == offsets[1]:
        return ["plain", offsets[0]]
    exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    return ["twice", *offsets] if exists else ["skipped", offsets[0]]


@pytest.mark.parametrize("name", vectors("local-times"))
def test_local_times_match_the_zone_database(name: str) -> None:
    ranges: list[list[Any]] = []
    for local in local_times():
        now = meaning(local, ZoneInfo(name))
        if not ranges or ranges[-1][1:] != now:
            ranges.append([local.isoformat(timespec="minutes"), *now])
    assert vectors("local-times")[name] == ranges


@pytest.mark.parametrize("vector", vectors("codes"), ids=lambda vector: vector["why"])
def test_codes_are_read_the_same_by_vote_service_and_page(vector: dict[str, str]) -> None:
    assert code.plain(vector["typed"]) == vector["plain"]


def test_code_vectors_contain_every_look_alike() -> None:
    typed = "".join(vector["typed"] for vector in vectors("codes")).lower()
    assert {chr(point) for point in code._LOOK_ALIKES} <= set(typed)


def test_page_knows_every_message_type() -> None:
    """A message of any other type is an error, or from a later release, and never makes a page live."""
    known = re.findall(r"const TYPES = \[(.*?)\];", (LOGIC / "live-messages.js").read_text())[0]
    sent = {
        model.model_fields["type"].default
        for model in vars(realtime).values()
        if isinstance(model, type) and issubclass(model, Contract) and "type" in model.model_fields
    }
    assert {*re.findall(r'"(\w+)"', known), "error"} == sent


def test_pages_never_compare_new_text_with_the_displayed_text() -> None:
    """A translator changes the page's text; a page that compares with it would rewrite it forever."""
    compared = re.compile(
        r"(textContent|innerText|\.title|ariaLabel)\)? *[!=]==|[!=]== *\S*\.(textContent|innerText)"
    )
    modules = [path for path in SITE.rglob("*.js") if path.parent.name != "vendor"]
    found = [str(path) for path in modules if compared.search(path.read_text())]
    assert found == []
    writers = [
        str(path.relative_to(SITE))
        for path in modules
        if re.search(r"function write\(element", path.read_text())
    ]
    assert writers == ["dom.js"]

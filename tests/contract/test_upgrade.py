"""An upgrade: services and messages of this commit run beside those of the previous release.

`releases.previous` names that release. A clone without its history skips these tests.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from contracts.catalogue import FROZEN
from contracts.events import POLL_EVENTS, PollOpened
from devkit.checkout import ROOT
from pydantic import ValidationError, create_model
from releases.compatibility import faults
from releases.git import extract
from releases.previous import ADVICE, previous_release, templates_of
from testkit import moto_state
from testkit.events import ACCOUNT, REGION
from testkit.world import World

from .effects import add_owner
from .test_lost_answers import live

type Message = tuple[str, dict[str, Any]]
"""The name of a contract, and a message of it."""

ACCEPTED: Final[dict[str, str]] = {}
"""The faults of templates that are accepted, each with the reason and the order of deployment."""

EVENTS: Final = {*POLL_EVENTS.json_schema()["discriminator"]["mapping"], "vote_cast", "tally_changed"}
RECIPE: Final = (
    "a release reads a new version, the next one writes it: libs/contracts/README.md. Before the first "
    "release, version 1 may change in place: then FIRST in releases/previous.py names that commit"
)
OLD_READER: Final = """
import json, sys
from contracts.catalogue import FROZEN
from pydantic import ValidationError
reasons = []
for name, message in json.load(sys.stdin):
    reasons.append("")
    try:
        FROZEN[name].model_validate_json(json.dumps(message), strict=True)
    except ValidationError as error:
        reasons[-1] = f"{name}: {error}"
    except KeyError:
        pass  # an event of a new type: the filters of the old consumers do not let it pass
json.dump(reasons, sys.stdout)
"""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts and templates of the previous release."""
    revision = previous_release()
    if revision is None:
        pytest.skip(ADVICE)
    folder = tmp_path_factory.mktemp("previous")
    return extract(revision, folder, "libs/contracts", "platform", "services")


def rejections(old: Path, messages: list[Message]) -> list[str]:
    """Return for each message why the previous release's contracts do not read it; empty if they do."""
    done = subprocess.run(
        [sys.executable, "-c", OLD_READER],
        env={"PYTHONPATH": str(old / "libs/contracts/src")},
        input=json.dumps(messages),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def published(world: World) -> Iterator[Message]:
    """Yield the events that the services have written to their streams, as DynamoDB's plain values."""
    for table in {stream.table for stream in world._streams}:
        for item in moto_state.stream_items(ACCOUNT, REGION, table):
            event = item.record["dynamodb"].get("NewImage", {}).get("event")
            if event:
                fields = ((name, *value.items()) for name, value in event["M"].items())
                message = {name: int(value) if kind == "N" else value for name, (kind, value) in fields}
                yield str(message["type"]), message


@pytest.fixture
def written(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return the messages between services in the life of one poll, written by this commit."""
    calls: list[Message] = []
    call = world._call

    def recorded(function: str, payload: str | bytes) -> Any:
        answer = call(function, payload)
        if "read-vote-log" in function:
            calls.extend([("read_vote_log", json.loads(payload)), ("vote_log_page", answer)])
        return answer

    monkeypatch.setattr(world, "_call", recorded)
    add_owner(world)
    live(world, losing=False)
    return [*published(world), *calls]


@pytest.mark.covers("R42")
def test_stacks_run_beside_those_of_the_previous_release_in_any_order(old: Path) -> None:
    found = set(faults(templates_of(old), templates_of(ROOT)))
    assert sorted(found - ACCEPTED.keys()) == []
    assert sorted(ACCEPTED.keys() - found) == [], "these faults are gone"


@pytest.mark.covers("R42")
def test_previous_release_reads_every_message_that_this_one_writes(old: Path, written: list[Message]) -> None:
    assert {name for name, _ in written} == EVENTS | {"read_vote_log", "vote_log_page"}
    assert [reason for reason in rejections(old, written) if reason] == [], RECIPE


def test_this_release_reads_every_message_of_the_previous_one(old: Path) -> None:
    rejected = {}
    for path in sorted((old / "libs/contracts/examples").iterdir()):
        try:
            FROZEN[path.name.partition(".")[0]].model_validate_json(path.read_text())
        except (KeyError, ValidationError) as error:
            rejected[path.name] = repr(error)
    assert rejected == {}


def test_new_version_may_be_read_one_release_before_it_is_written(old: Path) -> None:
    """The steps of the recipe for a new optional field, with `poll_opened`."""
    present = PollOpened.model_fields["version"].default
    versions: Any = Literal[present, present + 1]
    category = (str | None, None)
    reads: Any = create_model("Reads", __base__=PollOpened, version=(versions, present), category=category)
    writes: Any = create_model(
        "Writes", __base__=PollOpened, version=(versions, present + 1), category=category
    )
    fields = json.loads((ROOT / "libs/contracts/examples/poll_opened.v1.json").read_text())
    del fields["version"]

    def message(model: Any, **more: str) -> Message:
        event = model.model_validate(fields | more)
        return "poll_opened", event.model_dump(mode="json", exclude_none=True)

    unwritten, version, field = rejections(
        old, [message(reads), message(writes), message(reads, category="drinks")]
    )
    assert unwritten == ""
    assert "version" in version
    assert "category" in field

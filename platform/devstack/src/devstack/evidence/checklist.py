"""`docs/checklist.toml`: what a voting system must stand up to, each item with its evidence."""

import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from devstack.failure import Failure
from devstack.instance import ROOT

PAGE: Final = ROOT / "docs" / "checklist.toml"


class Item(BaseModel):
    """One item. `left` says what no test shows, and why: beside tests the rest of it, else all of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    group: str
    what: Annotated[str, Field(min_length=10)]
    tests: tuple[str, ...] = ()
    left: str = ""


_ITEMS: Final = TypeAdapter(tuple[Item, ...])


def read_checklist(page: Path = PAGE) -> tuple[Item, ...]:
    """Return the items in their order.

    Raises:
        Failure: the page is not readable as a checklist.
    """
    try:
        return _ITEMS.validate_python(tomllib.loads(page.read_text()).get("item"))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{page.name} is no checklist.", str(error)) from error

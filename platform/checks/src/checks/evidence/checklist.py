"""Reads `docs/checklist.toml`: the requirements of a voting system, each with its tests."""

import tomllib
from pathlib import Path
from typing import Annotated, Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

PAGE: Final = ROOT / "docs" / "checklist.toml"


class Item(BaseModel):
    """One item. `left` is the reason for the part without tests, or for having no tests at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    group: str
    what: Annotated[str, Field(min_length=10)]
    tests: tuple[str, ...] = ()
    left: str = ""


_ITEMS: Final = TypeAdapter(tuple[Item, ...])


def read_checklist(page: Path = PAGE) -> tuple[Item, ...]:
    """Return the items in file order.

    Raises:
        Failure: the file is not a valid checklist.
    """
    try:
        return _ITEMS.validate_python(tomllib.loads(page.read_text()).get("item"))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{page.name} is not a valid checklist.", str(error)) from error

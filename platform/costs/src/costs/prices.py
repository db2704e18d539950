"""The price table, and dollars from counted use."""

import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Self

from devkit.failure import Failure
from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from costs.usage import Usage

TABLE: Final = Path(__file__).with_name("prices.toml")
MAX_AGE: Final = timedelta(days=365)
_FROZEN: Final = ConfigDict(frozen=True, extra="forbid")


class OldPricesWarning(UserWarning):
    """The price table is older than a year."""


class Entry(BaseModel):
    """A named figure, with its source and the date on which it was read."""

    model_config = _FROZEN

    name: str
    source: str
    date: date


class Price(Entry):
    """The price of `per` units."""

    dollars: PositiveFloat
    per: PositiveInt

    def of(self, quantity: float) -> float:
        """Return the price of a quantity, in dollars."""
        return quantity * self.dollars / self.per


class Plan(Entry):
    """A flat-rate plan of CloudFront: its price a month, and its allowances."""

    dollars: NonNegativeFloat
    requests: PositiveInt
    gigabytes: PositiveInt

    def holds(self, usage: Usage) -> bool:
        """Whether a month's use of CloudFront is within the allowances."""
        return usage.cdn_requests <= self.requests and usage.cdn_bytes <= self.gigabytes * 10**9


@dataclass(frozen=True, slots=True)
class Bill:
    """The dollars of counted use, by the table's names of the units."""

    lines: Mapping[str, float]

    @property
    def dollars(self) -> float:
        """The sum of all lines."""
        return sum(self.lines.values())


class PriceTable(BaseModel):
    """A price for each quantity of `Usage`, CloudFront's plans by rising price, and the sources."""

    model_config = _FROZEN

    region: str
    sources: dict[str, str]
    prices: dict[str, Price]
    plans: tuple[Plan, ...]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if difference := self.prices.keys() ^ {each.name for each in fields(Usage)}:
            raise ValueError(f"prices and counted quantities differ: {', '.join(sorted(difference))}")
        for one in self.entries:
            if one.source not in self.sources:
                raise ValueError(f"{one.name}: unknown source {one.source}")
        return self

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All prices and plans."""
        return *self.prices.values(), *self.plans

    @property
    def oldest(self) -> date:
        """The date of the oldest price."""
        return min(one.date for one in self.entries)

    def warn_if_old(self, today: date) -> None:
        """Warn if a price is older than a year."""
        if today - self.oldest > MAX_AGE:
            old = sorted(one.name for one in self.entries if today - one.date > MAX_AGE)
            text = f"Prices older than a year: {', '.join(old)}. Read their sources again: {TABLE.name}."
            warnings.warn(text, OldPricesWarning, stacklevel=3)

    def bill(self, usage: Usage) -> Bill:
        """Return the bill of counted use."""
        return Bill(
            {self.prices[name].name: self.prices[name].of(value) for name, value in usage.items().items()}
        )

    def dollars(self, usage: Usage) -> float:
        """Return the sum of the bill."""
        return self.bill(usage).dollars

    def plan_for(self, month: Usage) -> Plan | None:
        """Return the cheapest flat-rate plan that holds a month's use of CloudFront, or None."""
        return next((plan for plan in self.plans if plan.holds(month)), None)


@cache
def load_prices(path: Path = TABLE) -> PriceTable:
    """Return the price table, with a warning if it is older than a year.

    Raises:
        Failure: the file is no valid price table.
    """
    try:
        table = PriceTable.model_validate(tomllib.loads(path.read_text()))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{path} is no valid price table.", str(error)) from error
    table.warn_if_old(datetime.now(UTC).date())
    return table

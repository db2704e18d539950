"""The price table, and dollars from it."""

import tomllib
import warnings
from datetime import timedelta
from pathlib import Path

import pytest
from costs.prices import TABLE, OldPricesWarning, PriceTable, load_prices
from costs.usage import Usage
from devkit.failure import Failure


def test_bill_names_each_unit_and_adds_up() -> None:
    bill = load_prices().bill(Usage(http_requests=2_000_000, write_units=1_000_000))
    assert bill.lines == {"HTTP API requests": 2.0, "DynamoDB write units": 0.625}
    assert bill.dollars == pytest.approx(2.625)


def test_used_units_of_every_kind_cost_money() -> None:
    table = load_prices()
    assert [name for name in table.prices if table.dollars(Usage(**{name: 1})) <= 0] == []


def test_usages_add_and_scale() -> None:
    assert Usage(lambda_requests=1) * 3 + Usage(lambda_requests=1, read_units=2) == Usage(
        lambda_requests=4, read_units=2
    )


def test_table_warns_only_once_a_price_is_older_than_a_year() -> None:
    table = load_prices()
    with pytest.warns(OldPricesWarning, match="older than a year"):
        table.warn_if_old(table.oldest + timedelta(days=366))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table.warn_if_old(table.oldest + timedelta(days=365))


def test_plan_for_a_month_is_the_cheapest_that_holds_it() -> None:
    table = load_prices()
    assert [plan.name for plan in table.plans] == ["Free", "Pro", "Business", "Premium"]
    months = {1_000_000: "Free", 1_000_001: "Pro", 125_000_000: "Business", 500_000_000: "Premium"}
    for requests, name in months.items():
        plan = table.plan_for(Usage(cdn_requests=requests))
        assert plan is not None
        assert plan.name == name
    assert table.plan_for(Usage(cdn_requests=500_000_001)) is None
    much = table.plan_for(Usage(cdn_requests=1, cdn_bytes=101e9))
    assert much is not None
    assert much.name == "Pro"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[prices.read_units]", "[prices.reads]", "differ: read_units, reads"),
        ('source = "waf"', 'source = "nowhere"', "unknown source nowhere"),
        ("dollars = 0.625", "dollars = -1", "greater than 0"),
        ("date = 2026-03-08", "", "date"),
        ('region = "us-east-1"', "region =", "Invalid value"),
    ],
)
def test_wrong_table_is_a_failure_with_its_reason(tmp_path: Path, old: str, new: str, problem: str) -> None:
    wrong = tmp_path / "prices.toml"
    wrong.write_text(TABLE.read_text().replace(old, new, 1))
    with pytest.raises(Failure) as failure:
        load_prices(wrong)
    assert problem in failure.value.advice


def test_every_source_is_used() -> None:
    table = PriceTable.model_validate(tomllib.loads(TABLE.read_text()))
    assert table.sources.keys() == {one.source for one in table.entries}

"""The local rate limit of new voters per address is the template's until a load test raises it."""

from pathlib import Path

import pytest
from devkit.failure import Failure
from laptop import rate_limit
from laptop.deployment import parameters
from laptop.instance import Instance


@pytest.mark.covers("T38")
def test_the_default_limit_is_the_templates(tmp_path: Path) -> None:
    assert parameters(Instance(tmp_path))["NewVotersPerNetwork"] == "500"


def test_a_stored_limit_applies_to_later_starts(tmp_path: Path) -> None:
    rate_limit.remember(Instance(tmp_path), 20_000)
    assert parameters(Instance(tmp_path))["NewVotersPerNetwork"] == "20000"


@pytest.mark.covers("T38")
def test_a_load_test_above_the_limit_is_rejected_with_the_command_that_raises_it(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    rate_limit.require(instance, 500)
    with pytest.raises(Failure, match="501 voters exceed the rate limit") as refused:
        rate_limit.require(instance, 501)
    assert "./dev up --new-voters-per-network 10000" in refused.value.advice
    rate_limit.remember(instance, 10_000)
    rate_limit.require(instance, 501)

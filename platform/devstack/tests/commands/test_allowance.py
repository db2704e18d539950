"""The laptop limits new voters per address as AWS does, until a crowd's limit is asked for by name."""

from pathlib import Path

import pytest
from devstack import allowance
from devstack.deployment.local import parameters
from devstack.failure import Failure
from devstack.instance import Instance


def test_the_laptop_has_the_limit_of_the_template(tmp_path: Path) -> None:
    assert parameters(Instance(tmp_path))["NewVotersPerNetwork"] == "500"


def test_a_limit_that_was_asked_for_holds_at_every_later_start(tmp_path: Path) -> None:
    allowance.remember(Instance(tmp_path), 20_000)
    assert parameters(Instance(tmp_path))["NewVotersPerNetwork"] == "20000"


def test_a_crowd_beyond_the_limit_is_refused_with_the_command_that_raises_it(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    allowance.require(instance, 500)
    with pytest.raises(Failure, match="501 voters are too many") as refused:
        allowance.require(instance, 501)
    assert "./dev up --new-voters-per-network 10000" in refused.value.advice
    allowance.remember(instance, 10_000)
    allowance.require(instance, 501)

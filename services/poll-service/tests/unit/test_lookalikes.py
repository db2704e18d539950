"""Lookalikes: pairs of options in `tests/corpus/option-pairs.json`."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from chassis.request import Malformed
from contracts.polls import NewOptions
from poll_service.use_cases.check_lookalikes import check_distinct, skeleton
from pydantic import ValidationError

PAIRS: Final = json.loads((Path(__file__).parents[4] / "tests/corpus/option-pairs.json").read_text())


def refuses(options: dict[str, Any]) -> bool:
    try:
        check_distinct(NewOptions.model_validate(options))
    except (Malformed, ValidationError):
        return True
    return False


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["why"])
def test_exactly_lookalike_options_are_rejected(pair: dict[str, Any]) -> None:
    for one, other in ((pair["a"], pair["b"]), (pair["b"], pair["a"])):
        options = {"a": {"label": one}, "b": {"label": other}}
        assert refuses(options) is pair["alike"]


def test_skeleton_is_idempotent() -> None:
    for pair in PAIRS:
        assert skeleton(skeleton(pair["a"])) == skeleton(pair["a"])

"""Billed units of single calls: the examples of AWS's documentation."""

from collections.abc import Mapping
from typing import Any

import pytest
from costs.units import (
    express_gb_seconds,
    item_size,
    lambda_gb_seconds,
    message_units,
    read_units,
    request_units,
    write_units,
)


def test_writes_are_billed_in_whole_kilobytes_and_twice_in_a_transaction() -> None:
    assert [write_units(size) for size in (0, 1, 1024, 1025, 3072)] == [1, 1, 1, 2, 3]
    assert write_units(3072, transaction=True) == 6


def test_reads_are_billed_in_steps_of_four_kilobytes_and_half_if_eventually_consistent() -> None:
    assert [read_units(size) for size in (0, 4096, 4097, 8192)] == [1, 1, 2, 2]
    assert read_units(8192, consistent=False) == 1


def test_requests_and_messages_are_billed_in_their_steps() -> None:
    assert [request_units(size) for size in (0, 512 * 1024, 512 * 1024 + 1)] == [1, 1, 2]
    assert [message_units(size) for size in (1, 32 * 1024, 33 * 1024)] == [1, 1, 2]


def test_durations_are_billed_in_their_steps() -> None:
    assert express_gb_seconds(0.03) == pytest.approx(0.1 * 0.0625)
    assert express_gb_seconds(0.1) == pytest.approx(0.1 * 0.0625)
    assert express_gb_seconds(0.101, megabytes=65) == pytest.approx(0.2 * 0.125)
    assert lambda_gb_seconds(0.0031, 512) == pytest.approx(0.002)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "über"}, 5),
        ({"B": b"abc"}, 3),
        ({"N": "123"}, 3),
        ({"N": "-120"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"M": {"k": {"S": "v"}}}, 3 + 1 + 1 + 1),
        ({"L": [{"S": "v"}, {"N": "1"}]}, 3 + 2 + 3),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_item_size_counts_names_and_values(value: Mapping[str, Any], size: int) -> None:
    assert item_size({"name": value}) == 4 + size


def test_absent_item_has_no_size() -> None:
    assert item_size(None) == 0

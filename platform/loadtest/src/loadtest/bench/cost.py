"""Benchmark: dollars of a million votes, ours beside the literal design, from counts and the price table.

`tests/costs` counts both designs; this module judges and draws the result.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pygal
from devkit.svg import svg_without_scripts
from pygal.style import Style

from loadtest.bench.exactness import cost as units_by_batch
from loadtest.bench.exactness import json_lines_of

MAX_WRITE_UNITS: Final = 1.02
BATCH: Final = 1000
MAX_DOLLARS: Final = 3.70
MAX_SHARE: Final = 0.60
BUSY: Final = 1_000
"""Votes a second, and open pages, of the limits."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The report of `tests/costs`, and the units by batch size of `tests/exactness`."""

    report: dict[str, Any]
    batches: list[dict[str, Any]]

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The dollars of a million votes, by rate and number of open pages."""
        cells: list[dict[str, Any]] = self.report["cells"]
        return cells

    @property
    def faults(self) -> list[str]:
        """The limits that are not kept."""
        units = next(one["write_units"] for one in self.batches if one["batch"] == BATCH)
        busy = next(one for one in self.cells if one["rate"] == one["audience"] == BUSY)
        checks = (
            (units <= MAX_WRITE_UNITS, f"{units:.3f} write units a vote, at most {MAX_WRITE_UNITS}"),
            (
                busy["ours"]["voting"] <= MAX_DOLLARS,
                f"${busy['ours']['voting']:.2f} per million votes, at most ${MAX_DOLLARS:.2f}",
            ),
            (
                busy["share"] <= MAX_SHARE,
                f"{busy['share']:.1%} of the literal design, at most {MAX_SHARE:.0%}",
            ),
        )
        return [text for holds, text in checks if not holds]


def measure() -> Cost:
    """Count both designs in processes of their own."""
    with json_lines_of("tests.costs") as lines:
        report = next(lines)
    return Cost(report, units_by_batch())


def draw(found: Cost, path: Path) -> None:
    """Write a plot of the table as SVG."""
    chart: Any = pygal.Bar(
        style=Style(colors=("#0b6e4f", "#c1440e"), background="white", plot_background="white"),
        width=900,
        height=420,
        js=(),
        logarithmic=True,
        title="Dollars of a million votes with their broadcasts, logarithmic",
        x_title="votes a second, open pages",
        value_formatter=lambda dollars: f"${dollars:,.2f}",
        legend_at_bottom=True,
        disable_xml_declaration=True,
    )
    chart.x_labels = [f"{cell['rate']:,}/s, {cell['audience']:,}" for cell in found.cells]
    for name, label in (("ours", "this project"), ("literal", "the literal design")):
        chart.add(label, [round(sum(cell[name].values()), 2) for cell in found.cells])
    path.write_text(svg_without_scripts(chart.render_tree()), encoding="utf-8")

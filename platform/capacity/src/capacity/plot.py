"""The plot of a plan: recorded votes while the rate of votes rises, by design and limits."""

from collections.abc import Iterator
from dataclasses import replace
from math import log10
from typing import Any, Final

import pygal
from devkit.svg import svg_without_scripts
from pygal.style import Style

from capacity.design import OURS
from capacity.plan import HEADROOM, RAMP_SECONDS, SEED, Plan
from capacity.simulation import Outcome, Scenario, simulate

LEAST: Final = 10
"""Votes a second; the plot leaves out smaller rates, where chance rules."""

_COLOURS: Final = ("#0b6e4f", "#c1440e", "#1d4e89", "#888888", "#888888")


def plot(plan: Plan) -> str:
    """Return the plot as SVG: a dashed line shows where a limit is reached."""
    scenario = replace(plan.scenario, ramp=True, seconds=RAMP_SECONDS)
    planned = simulate(scenario, OURS, plan.capacity, SEED)
    lines = {"this project, planned limits": planned} | {
        f"{broken.design.name}, default limits": broken.ramp for broken in plan.breaks
    }
    top = plan.scenario.votes_per_second * HEADROOM
    chart: Any = pygal.XY(
        style=Style(colors=_COLOURS, background="white", plot_background="white"),
        width=900,
        height=500,
        js=(),
        title=f"Votes recorded a second, {plan.scenario.viewers:,} viewers, {plan.region}",
        x_title="votes sent a second",
        y_title="votes recorded a second",
        x_labels=list(_decades(top)),
        x_value_formatter=_number,
        y_labels=[{"label": _number(each), "value": each} for each in _decades(top)],
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        show_dots=False,
        disable_xml_declaration=True,
    )
    for name, outcome in lines.items():
        chart.add(name, list(_points(scenario, outcome)))
    for broken in plan.breaks:
        if broken.limit:
            at = log10(max(LEAST, broken.votes_per_second))
            chart.add(
                f"{broken.design.name}: {broken.limit}",
                [(at, 1), (at, log10(top))],
                stroke_style={"dasharray": "6, 6"},
            )
    return svg_without_scripts(chart.render_tree())


def _points(scenario: Scenario, outcome: Outcome) -> Iterator[tuple[float, float]]:
    for second in range(int(scenario.seconds)):
        rate, recorded = scenario.rate(second + 0.5), outcome.recorded_by_second[second]
        if rate > LEAST:
            yield log10(rate), log10(max(LEAST, recorded))


def _decades(top: float) -> Iterator[int]:
    yield from range(1, int(log10(top)) + 1)


def _number(exponent: float) -> str:
    return f"{10**exponent:,.0f}"

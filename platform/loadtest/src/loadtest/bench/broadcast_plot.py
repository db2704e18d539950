"""The plot of `./dev bench broadcast`: messages per vote by the rate of votes, with and without a window."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from math import log10
from typing import Any, Final

import pygal
from devkit.svg import svg_without_scripts
from pygal.style import Style

_COLOURS: Final = ("#0b6e4f", "#c1440e", "#1d4e89")


def plot(messages: Iterable[Mapping[str, Any]]) -> str:
    """Return the plot as SVG; a dashed line shows one message per vote and page, without a window."""
    audiences = [
        (audience, list(each)) for audience, each in groupby(messages, key=lambda one: int(one["audience"]))
    ]
    rates = sorted({int(one["rate"]) for _, each in audiences for one in each})
    largest = max(audience for audience, _ in audiences)
    chart: Any = pygal.XY(
        style=Style(colors=_COLOURS * 2, background="white", plot_background="white"),
        width=900,
        height=500,
        js=(),
        title="Messages per vote, one poll",
        x_title="votes a second",
        y_title="messages per vote",
        x_labels=[log10(rate) for rate in rates],
        x_value_formatter=_number,
        y_labels=[{"label": _number(each), "value": each} for each in range(-2, int(log10(largest)) + 1)],
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_legend=-1,
        show_dots=False,
        disable_xml_declaration=True,
    )
    for audience, each in audiences:
        points = [(log10(one["rate"]), log10(one["messages_per_vote"])) for one in each]
        chart.add(f"{audience:,} open pages", points)
    for audience, _ in audiences:
        points = [(log10(rate), log10(audience)) for rate in rates]
        chart.add(f"{audience:,}, no window", points, stroke_style={"dasharray": "6, 6"})
    return svg_without_scripts(chart.render_tree())


def _number(exponent: float) -> str:
    value = 10**exponent
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"

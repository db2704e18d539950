"""A chart for the documentation."""

import xml.etree.ElementTree as ET

from devkit.svg import svg_without_scripts


def test_chart_keeps_its_shapes_and_loses_its_scripts() -> None:
    given = (
        '<svg xmlns="http://www.w3.org/2000/svg"><defs><script>x()</script></defs><g><path d="M0"/></g></svg>'
    )
    left = svg_without_scripts(ET.fromstring(given))  # noqa: S314 (our own text)
    assert left == '<svg xmlns="http://www.w3.org/2000/svg"><defs /><g><path d="M0" /></g></svg>\n'

"""SVG of a chart for the documentation."""

import xml.etree.ElementTree as ET


def svg_without_scripts(tree: ET.Element) -> str:
    """Return the chart without its scripts, which a page's content security policy refuses."""
    for parent in list(tree.iter()):
        for script in parent.findall("{*}script"):
            parent.remove(script)
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    return ET.tostring(tree, encoding="unicode") + "\n"

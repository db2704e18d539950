"""Copies of the palette, which a style sheet cannot reach, have its colours."""

import json
import re
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

SITE: Final = Path(__file__).parents[2] / "site"
LIGHT, DARK = (
    dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", rules))
    for rules in re.findall(r":root \{(.*?)\}", (SITE / "style.css").read_text(), re.DOTALL)
)


def test_browser_and_manifest_have_the_colours_of_the_paper() -> None:
    named = re.findall(r'name="theme-color" content="(.*?)" media', (SITE / "index.html").read_text())
    assert named == [LIGHT["paper"], DARK["paper"]]
    manifest = json.loads((SITE / "manifest.webmanifest").read_text())
    assert manifest["background_color"] == manifest["theme_color"] == LIGHT["paper"]


def test_icon_has_the_colours_of_both_options() -> None:
    shapes = re.findall(r'fill="(.*?)"', (SITE / "icon.svg").read_text())
    assert shapes[:2] == [LIGHT["a"], LIGHT["b"]]


@pytest.mark.parametrize("name", ["card.png", "icon-192.png", "icon-512.png"])
def test_pictures_consist_of_paper_and_both_options(name: str) -> None:
    with Image.open(SITE / name) as picture:
        colours = picture.convert("RGB").getcolors(picture.width * picture.height)
    most = sorted(colours or [], reverse=True)[:5]
    frequent = [colour for _, colour in most if isinstance(colour, tuple)]
    for wanted in (LIGHT["paper"], LIGHT["a"], LIGHT["b"]):
        channels = bytes.fromhex(wanted[1:])
        # A picture of few colours may round each channel.
        assert any(max(map(abs, map(int.__sub__, colour, channels))) <= 1 for colour in frequent), wanted

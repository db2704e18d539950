"""The brand: colours need contrast, a logo must be a small image."""

import colorsys
import re

import pytest
from frontend.domain.brand import (
    DARK,
    LIGHT,
    LINK,
    MAX_LOGO_BYTES,
    MIN_TEXT_CONTRAST,
    InvalidBrandError,
    Palette,
    branded,
    contrast,
    logo_name,
    style_sheet,
)
from frontend.domain.site import brand_objects
from hypothesis import given
from hypothesis import strategies as st

from . import test_palette

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("palette", "site"), [(LIGHT, test_palette.LIGHT), (DARK, test_palette.DARK)])
def test_palettes_are_those_of_the_style_sheet(palette: Palette, site: dict[str, str]) -> None:
    assert palette == Palette(site["paper"], site["card"], site["ink"])


def test_colours_of_the_site_pass_their_own_check() -> None:
    style_sheet({"a": "#3350dd", "b": "#f59a2e"}, None)


@pytest.mark.parametrize(
    ("colours", "message"),
    [
        (
            {"a": "#ffee99"},
            r"BrandColourA: #ffee99 has a contrast of 1\.\d to the light .* darker one, such as #",
        ),
        (
            {"b": "#101040"},
            r"BrandColourB: #101040 has a contrast of 1\.\d to the dark .* lighter one, such as #",
        ),
        ({"a": "#c03040", "b": "#308040"}, r"BrandColourA and BrandColourB: .* Make one darker"),
    ],
)
def test_colour_without_contrast_is_refused_with_reason_and_way_out(
    colours: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidBrandError, match=message) as refused:
        style_sheet(colours, None)
    if suggested := re.search(r"such as (#\w+)", str(refused.value)):
        style_sheet({next(iter(colours)): suggested[1]}, None)


@given(hue=st.floats(0, 1), lightness=st.floats(0, 1), saturation=st.floats(0, 1))
def test_text_is_legible_on_every_accepted_colour(hue: float, lightness: float, saturation: float) -> None:
    channels = colorsys.hls_to_rgb(hue, lightness, saturation)
    colour = "#" + bytes(round(255 * channel) for channel in channels).hex()
    try:
        style = style_sheet({"a": colour}, None)
    except InvalidBrandError:
        return
    for text in re.findall(r"--a-text: (#\w+)", style):
        assert contrast(text, colour) >= MIN_TEXT_CONTRAST
    for fill, palette in zip(re.findall(r"--a-fill: (#\w+)", style), (LIGHT, DARK), strict=True):
        assert contrast(palette.ink, fill) >= MIN_TEXT_CONTRAST


@pytest.mark.parametrize(
    ("content", "name"),
    [(PNG, "brand/logo.png"), (b"\xff\xd8\xff\xe0", "brand/logo.jpg"), (b"RIFF1234WEBP", "brand/logo.webp")],
)
def test_logo_is_named_by_its_first_bytes(content: bytes, name: str) -> None:
    assert logo_name(content) == name
    assert [one.key for one in brand_objects("", content)] == [name, "brand/style.css"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG or WebP image. Export"),
        (b"<!doctype html>", "no PNG"),
        (b"", "no PNG"),
        (PNG + bytes(MAX_LOGO_BYTES), "larger than 100 KB"),
    ],
)
def test_file_that_is_no_small_image_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InvalidBrandError, match=message):
        logo_name(content)


def test_page_links_the_style_sheet_after_its_own() -> None:
    page = branded('<head><link rel="stylesheet" href="/style.css"></head>')
    assert page.index("/style.css") < page.index(LINK)


def test_brand_with_a_logo_alone_keeps_the_colours_of_the_site() -> None:
    style = style_sheet({}, "brand/logo.png")
    assert 'url("/brand/logo.png")' in style
    assert "--a" not in style
    assert "--b" not in style


def test_brand_without_a_logo_is_its_style_sheet_alone() -> None:
    style = style_sheet({"b": "#f59a2e"}, None)
    [published] = brand_objects(style, None)
    assert (published.key, published.body.decode()) == ("brand/style.css", style)
    assert "wordmark" not in style
    assert "--a" not in style

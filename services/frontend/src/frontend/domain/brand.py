"""The brand of an installation: two colours and a logo, checked before the site is published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_LOGO_BYTES: Final = 100_000
LOGO: Final = "brand/logo"
STYLE_SHEET: Final = "brand/style.css"
LINK: Final = f'<link rel="stylesheet" href="/{STYLE_SHEET}">'
BLACK, WHITE = "#000000", "#ffffff"
"""Texts on a colour: one of both always has a contrast of 4.58."""

MIN_TEXT_CONTRAST: Final = 4.5
"""WCAG 2.1, 1.4.3: ink on the fill."""
MIN_PAPER_CONTRAST: Final = 2.0
"""A bar beside the background. Its shape, label and outline do not depend on the colour (1.4.11)."""
MIN_OPTION_CONTRAST: Final = 1.5
"""One colour beside the other, in lightness: it must work for every kind of colour vision."""

IMAGE_KINDS: Final[dict[str, Callable[[bytes], bool]]] = {
    ".png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    ".jpg": lambda content: content.startswith(b"\xff\xd8\xff"),
    ".webp": lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP",
}
"""Kinds of images by their first bytes. No SVG: a document with scripts has no place on the site's origin."""


class InvalidBrandError(ValueError):
    """The brand cannot be used; the message names the parameter, the reason and a way out."""


@dataclass(frozen=True)
class Palette:
    """The backgrounds and the ink of a palette, as in `site/style.css`."""

    paper: str
    card: str
    ink: str


LIGHT: Final = Palette(paper="#faf7f2", card="#ffffff", ink="#17141f")
DARK: Final = Palette(paper="#101019", card="#1a1a26", ink="#f5f2ed")


def logo_name(content: bytes) -> str:
    """Return the key of a logo. Raises `InvalidBrandError` for another kind of file, and for a large one."""
    if len(content) > MAX_LOGO_BYTES:
        raise InvalidBrandError(
            f"BrandLogo: the file is larger than {MAX_LOGO_BYTES // 1000} KB, and every visitor loads it. "
            "Save it smaller, such as 600 pixels wide"
        )
    for suffix, matches in IMAGE_KINDS.items():
        if matches(content):
            return LOGO + suffix
    raise InvalidBrandError(
        "BrandLogo: the address returns no PNG, JPEG or WebP image. Export the logo as PNG"
    )


def style_sheet(colours: dict[str, str], logo: str | None) -> str:
    """Return the style sheet of the brand; `colours` by `a` and `b`, a missing one keeps the site's own.

    Raises `InvalidBrandError` for a colour without contrast.
    """
    for name, colour in colours.items():
        _check_paper(name, colour)
    if len(colours) == 2:  # noqa: PLR2004 (both options)
        _check_apart(colours["a"], colours["b"])
    rules = ""
    if colours:
        light, dark = "".join(_rules(colours, LIGHT)), "".join(_rules(colours, DARK))
        rules = f":root {{ {light}}}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
    return rules + (_logo_rules(logo) if logo else "")


def branded(page: str) -> str:
    """Return a page with the link to the style sheet, after its own."""
    return page.replace("</head>", f"  {LINK}\n  </head>", 1)


def _rules(colours: dict[str, str], palette: Palette) -> Iterator[str]:
    for name, colour in colours.items():
        text = max((BLACK, WHITE), key=lambda one: contrast(one, colour))
        yield f"--{name}: {colour}; --{name}-text: {text}; "
        yield f"--{name}-tint: {_mixed(colour, palette.card, 0.12)}; "
        yield f"--{name}-fill: {_fill(colour, palette)}; "


def _fill(colour: str, palette: Palette) -> str:
    """Return the strongest fill on which ink is legible."""
    fills = (_mixed(colour, palette.card, share / 100) for share in range(45, 0, -5))
    return next(fill for fill in fills if contrast(palette.ink, fill) >= MIN_TEXT_CONTRAST)


def _logo_rules(logo: str) -> str:
    return (
        f'.wordmark {{ width: 8em; height: 2em; background: url("/{logo}") left / contain no-repeat; }}\n'
        '[dir="rtl"] .wordmark { background-position: right; }\n'
        ".wordmark > * { visibility: hidden; }\n"
    )


def _check_paper(name: str, colour: str) -> None:
    for palette, background, change in ((LIGHT, "light", "darker"), (DARK, "dark", "lighter")):
        found = contrast(colour, palette.paper)
        if found < MIN_PAPER_CONTRAST:
            towards = BLACK if change == "darker" else WHITE
            shades = (_mixed(colour, towards, share / 100) for share in range(95, -1, -5))
            usable = next(one for one in shades if contrast(one, palette.paper) >= MIN_PAPER_CONTRAST)
            raise InvalidBrandError(
                f"BrandColour{name.upper()}: {colour} has a contrast of {found:.1f} to the {background} "
                f"background, and needs {MIN_PAPER_CONTRAST:.1f}. Choose a {change} one, such as {usable}"
            )


def _check_apart(a: str, b: str) -> None:
    found = contrast(a, b)
    if found < MIN_OPTION_CONTRAST:
        raise InvalidBrandError(
            f"BrandColourA and BrandColourB: {a} and {b} have a contrast of {found:.1f}, and need "
            f"{MIN_OPTION_CONTRAST}: not everybody tells them apart by their hue. Make one darker"
        )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, as WCAG defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (sRGB)
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + bytes(round(one * share + two * (1 - share)) for one, two in pairs).hex()

"""Finds and replaces the script and style tags of a page."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Final

from site_build.failure import SiteBuildError

VOID: Final = {"stylesheet", "modulepreload"}


@dataclass(frozen=True, slots=True)
class Named:
    """One tag that references a script or a style."""

    kind: str
    address: str
    attributes: dict[str, str | None]


class _Finder(HTMLParser):
    """Records the positions of such tags in the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.found: list[tuple[int, int, Named]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "style" or (tag == "script" and not attributes.get("src")):
            raise SiteBuildError(f"line {self.getpos()[0]}: the content security policy forbids inline code")
        named = _named(tag, attributes)
        if named is not None:
            line, column = self.getpos()
            begin = self._lines[line - 1] + column
            self.found.append((begin, begin + len(self.get_starttag_text() or ""), named))

    handle_startendtag = handle_starttag


def _named(tag: str, attributes: dict[str, str | None]) -> Named | None:
    if tag == "script":
        return Named("script", attributes.get("src") or "", attributes)
    kind = attributes.get("rel") or ""
    return Named(kind, attributes.get("href") or "", attributes) if tag == "link" and kind in VOID else None


def rewrite(text: str, replacement: Callable[[list[Named]], str]) -> str:
    """Return the page with each script tag, or run of style tags, replaced by the result of `replacement`.

    A run is the tags that follow each other and differ in their addresses alone.

    Raises:
        SiteBuildError: the page has inline code.
    """
    runs: list[tuple[int, int, list[Named]]] = []
    for begin, after, named in _Finder(text).found:
        if runs and not text[runs[-1][1] : begin].strip() and _alike(named, runs[-1][2][-1]):
            runs[-1] = (runs[-1][0], after, [*runs[-1][2], named])
        else:
            runs.append((begin, after, [named]))
    parts: list[str] = []
    end = 0
    for begin, after, run in runs:
        parts += [text[end:begin], replacement(run)]
        end = after
    return "".join([*parts, text[end:]])


def _alike(one: Named, other: Named) -> bool:
    if {one.kind, other.kind} != {"stylesheet"}:
        return False
    return one.attributes | {"href": None} == other.attributes | {"href": None}


def tag(name: str, attributes: dict[str, str | None]) -> str:
    """Return a start tag."""
    said = (key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{' '.join([name, *said])}>"

"""Builds the published site: every file under its own name, and pages that reference bundles.

All code and data is integrity-checked: tags have an `integrity` attribute, static and dynamic imports are
part of the bundled script, and fetched data is verified by the digests in `published.js`.
"""

import base64
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from site_build.bundle import bundle
from site_build.failure import SiteBuildError
from site_build.page import Named, rewrite, tag

ASSETS: Final = "assets"
"""Folder of files with content hashes in their names; the publisher lets browsers cache them permanently."""

PUBLISHED: Final = "published.js"
"""The module with the addresses and digests of the data of its folder, without folders with their own."""

_SPACE: Final = r"(?:\s|/\*(?!!)[^*]*\*+(?:[^/*][^*]*\*+)*/)"  # a comment is space
_KEPT: Final = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|/\*![^*]*\*+(?:[^/*][^*]*\*+)*/"""
SPACE: Final = re.compile(rf"({_KEPT})|{_SPACE}*([{{}};,]){_SPACE}*|{_SPACE}+")
"""A string or a licence (`/*!`), which are kept; a mark with the space around it; other space."""

INDENTATION: Final = re.compile(r"\n\s+")

ENTRY: Final = "page.js"
"""A page's own module. An unreferenced one belongs to a page of another service, which uses its address."""


def build(site: Path, out: Path) -> None:
    """Build the folder `out` from the pages in `site`.

    Raises:
        SiteBuildError: a page references a missing file, or violates the content security policy.
    """
    site, out = site.resolve(), out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(site, out)
    (out / ASSETS).mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        sources = Path(scratch).resolve() / "site"
        shutil.copytree(site, sources)
        data = set(site.rglob("*.json"))
        for module in sorted(sources.rglob(PUBLISHED), key=lambda path: len(path.parts), reverse=True):
            here = {one for one in data if one.is_relative_to(site / module.parent.relative_to(sources))}
            module.write_text(_published(site, sorted(here), out / ASSETS))
            data -= here
        named: set[Path] = set()
        for page in sorted(sources.rglob("*.html")):
            try:
                text = rewrite(page.read_text(), partial(_instead, sources, out / ASSETS, named))
            except SiteBuildError as failure:
                raise SiteBuildError(f"{page.relative_to(sources)}: {failure}") from failure
            (out / page.relative_to(sources)).write_text(INDENTATION.sub("\n", text))
        for module in sorted(set(sources.rglob(ENTRY)) - named):
            bundle(sources, module, Path(scratch)).replace(out / module.relative_to(sources))


def _published(site: Path, data: Iterable[Path], assets: Path) -> str:
    """Publish data under content-hashed names; return the source of `published.js`."""
    found = {
        f"/{one.relative_to(site).as_posix()}": _vouched("address", _named(one, one.read_bytes(), assets))
        for one in data
    }
    return f"export const PUBLISHED = {json.dumps(found, indent=2)};\n"


def _named(source: Path, content: bytes, assets: Path) -> Path:
    kept = assets / f"{source.stem}-{hashlib.sha256(content).hexdigest()[:12]}{source.suffix}"
    kept.write_bytes(content)
    return kept


def _instead(site: Path, assets: Path, found: set[Path], run: list[Named]) -> str:
    sources = [_source(site, named) for named in run]
    if run[-1].kind == "stylesheet":
        return tag("link", run[-1].attributes | _vouched("href", _style(sources, assets)))
    found.add(sources[-1])
    return tag("script", run[-1].attributes | _vouched("src", bundle(site, sources[-1], assets)))


def _source(site: Path, named: Named) -> Path:
    if named.kind == "modulepreload":
        raise SiteBuildError(f"{named.address}: a page loads one script, so modulepreload is not allowed")
    source = site / named.address.removeprefix("/")
    if not named.address.startswith("/") or not source.is_file():
        raise SiteBuildError(f"{named.address or 'a script'}: not a file of this site with an absolute path")
    return source


def _style(sources: list[Path], assets: Path) -> Path:
    """Publish style sheets as one file, without comments and indentation; the rules are not changed."""
    text = "".join(SPACE.sub(_squeezed, source.read_text()) for source in sources)
    return _named(sources[-1], text.encode(), assets)


def _squeezed(found: re.Match[str]) -> str:
    string, mark = found.groups()
    return string or mark or " "


def _vouched(attribute: str, file: Path) -> dict[str, str | None]:
    digest = base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
    return {attribute: f"/{ASSETS}/{file.name}", "integrity": f"sha256-{digest}"}

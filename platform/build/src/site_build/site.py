"""Builds the published site: every file under its own name, and pages that reference bundles.

All code and data is integrity-checked: tags have an `integrity` attribute, static and dynamic imports are
part of the bundled script, and fetched data is verified by the digests in `published.js`.
"""

import base64
import hashlib
import json
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
            (out / page.relative_to(sources)).write_text(text)
        for module in sorted(set(sources.rglob(ENTRY)) - named):
            bundle(sources, module, Path(scratch)).replace(out / module.relative_to(sources))


def _published(site: Path, data: Iterable[Path], assets: Path) -> str:
    """Publish data under content-hashed names; return the source of `published.js`."""
    found = {f"/{one.relative_to(site).as_posix()}": _vouched("address", _kept(one, assets)) for one in data}
    return f"export const PUBLISHED = {json.dumps(found, indent=2)};\n"


def _kept(source: Path, assets: Path) -> Path:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    kept = assets / f"{source.stem}-{digest[:12]}{source.suffix}"
    shutil.copyfile(source, kept)
    return kept


def _instead(site: Path, assets: Path, found: set[Path], named: Named) -> str:
    if named.kind == "modulepreload":
        raise SiteBuildError(f"{named.address}: a page loads one script, so modulepreload is not allowed")
    source = site / named.address.removeprefix("/")
    if not named.address.startswith("/") or not source.is_file():
        raise SiteBuildError(f"{named.address or 'a script'}: not a file of this site with an absolute path")
    if named.kind == "stylesheet":
        return tag("link", named.attributes | _vouched("href", _kept(source, assets)))
    found.add(source)
    return tag("script", named.attributes | _vouched("src", bundle(site, source, assets)))


def _vouched(attribute: str, file: Path) -> dict[str, str | None]:
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    return {attribute: f"/{ASSETS}/{file.name}", "integrity": f"sha384-{digest}"}

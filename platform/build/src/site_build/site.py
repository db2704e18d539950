"""From plain pages to what is published: every file under its own name, and pages that name bundles.

Nothing runs or is said that a page does not vouch for: what it names, by a tag's `integrity`; what its script
imports, at once or later, is in that script; data that it fetches, by the digests in `published.js`.
"""

import base64
import hashlib
import json
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from site_build.bundle import bundle
from site_build.failure import SiteBuildError
from site_build.page import Named, rewrite, tag

ASSETS: Final = "assets"
"""Here a file's name says what is in it, so it never changes: the publisher lets browsers keep it."""

PUBLISHED: Final = "published.js"
"""The module, of a site that has data, in which a script finds where they are and what they must be."""

ENTRY: Final = "page.js"
"""A page's own module. One that no page here names is that of another service's page, by its address."""


def build(site: Path, out: Path) -> None:
    """Make the folder `out` of the plain pages in `site`.

    Raises:
        SiteBuildError: a page names something that is not there, or does what our policy forbids.
    """
    site, out = site.resolve(), out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(site, out)
    (out / ASSETS).mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        sources = Path(scratch).resolve() / "site"
        shutil.copytree(site, sources)
        if (sources / PUBLISHED).exists():
            (sources / PUBLISHED).write_text(_published(site, out / ASSETS))
        named: set[Path] = set()
        for page in sorted(sources.rglob("*.html")):
            try:
                text = rewrite(page.read_text(), partial(_instead, sources, out / ASSETS, named))
            except SiteBuildError as failure:
                raise SiteBuildError(f"{page.relative_to(sources)}: {failure}") from failure
            (out / page.relative_to(sources)).write_text(text)
        for module in sorted(set(sources.rglob(ENTRY)) - named):
            bundle(sources, module, Path(scratch)).replace(out / module.relative_to(sources))


def _published(site: Path, assets: Path) -> str:
    """Publish the site's data by their content; return the module that says so."""
    data = sorted(site.rglob("*.json"))
    found = {f"/{one.relative_to(site).as_posix()}": _vouched("address", _kept(one, assets)) for one in data}
    return f"export const PUBLISHED = {json.dumps(found, indent=2)};\n"


def _kept(source: Path, assets: Path) -> Path:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    kept = assets / f"{source.stem}-{digest[:12]}{source.suffix}"
    shutil.copyfile(source, kept)
    return kept


def _instead(site: Path, assets: Path, found: set[Path], named: Named) -> str:
    if named.kind == "modulepreload":
        raise SiteBuildError(f"{named.address}: a page asks for one script, and there is nothing to preload")
    source = site / named.address.removeprefix("/")
    if not named.address.startswith("/") or not source.is_file():
        raise SiteBuildError(f"{named.address or 'a script'}: no file of this site by its full address")
    if named.kind == "stylesheet":
        return tag("link", named.attributes | _vouched("href", _kept(source, assets)))
    found.add(source)
    return tag("script", named.attributes | _vouched("src", bundle(site, source, assets)))


def _vouched(attribute: str, file: Path) -> dict[str, str | None]:
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    return {attribute: f"/{ASSETS}/{file.name}", "integrity": f"sha384-{digest}"}

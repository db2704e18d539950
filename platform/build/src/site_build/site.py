"""From plain pages to what is published: every file under its own name, and pages that name bundles."""

import base64
import hashlib
import shutil
from functools import partial
from pathlib import Path
from typing import Final

from site_build.bundle import bundle
from site_build.failure import SiteBuildError
from site_build.page import Named, rewrite, tag

ASSETS: Final = "assets"
"""Here a file's name says what is in it, so it never changes: the publisher lets browsers keep it."""


def build(site: Path, out: Path) -> None:
    """Make the folder `out` of the plain pages in `site`.

    Raises:
        SiteBuildError: a page names something that is not there, or does what our policy forbids.
    """
    site, out = site.resolve(), out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(site, out)
    (out / ASSETS).mkdir()
    for page in sorted(site.rglob("*.html")):
        try:
            text = rewrite(page.read_text(), partial(_instead, site, out / ASSETS))
        except SiteBuildError as failure:
            raise SiteBuildError(f"{page.relative_to(site)}: {failure}") from failure
        (out / page.relative_to(site)).write_text(text)


def _instead(site: Path, assets: Path, named: Named) -> str:
    if named.kind == "modulepreload":
        raise SiteBuildError(f"{named.address}: preloading is the build's business")
    source = site / named.address.removeprefix("/")
    if not named.address.startswith("/") or not source.is_file():
        raise SiteBuildError(f"{named.address or 'a script'}: no file of this site by its full address")
    if named.kind == "stylesheet":
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        style = assets / f"{source.stem}-{digest[:12]}{source.suffix}"
        shutil.copyfile(source, style)
        return tag("link", named.attributes | _vouched("href", style))
    made = bundle(site, source, assets)
    preload: dict[str, str | None] = {"rel": "modulepreload"}
    ahead = (tag("link", preload | _vouched("href", part)) for part in made.imported)
    return "".join([*ahead, tag("script", named.attributes | _vouched("src", made.script))])


def _vouched(attribute: str, file: Path) -> dict[str, str | None]:
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    return {attribute: f"/{ASSETS}/{file.name}", "integrity": f"sha384-{digest}"}

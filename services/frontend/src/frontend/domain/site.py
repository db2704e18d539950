"""Map the site's files to bucket objects: keys, content types and cache headers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frontend.domain.brand import STYLE_SHEET, branded, logo_name

CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
CHECKED_EVERY_TIME: Final = "no-cache"
"""Pages and configuration: browsers revalidate them at each load."""

KEPT_AT_THE_EDGE: Final = "public, max-age=0, s-maxage=300, must-revalidate"
"""Files under fixed names: browsers revalidate them by ETag; the edge caches them for 5 minutes."""

KEPT_FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""Assets: their names contain a hash of their content, so they never change."""

ASSETS: Final = "assets/"
PAGE: Final = ".html"
INDEX: Final = "index.html"
STYLE: Final = "style.css"
"""The style sheet of pages that are not in this folder: embeds, link previews, error pages."""


class UnknownFileTypeError(ValueError):
    """A file has a suffix without a content type; browsers would block a wrong guess (`nosniff`)."""


@dataclass(frozen=True)
class SiteObject:
    """One object of the bucket."""

    key: str
    body: bytes
    content_type: str
    cache_control: str


def brand_objects(style: str, logo: bytes | None) -> Iterator[SiteObject]:
    """Yield the logo of the brand, and last its style sheet."""
    if logo is not None:
        name = logo_name(logo)
        kind = CONTENT_TYPES[Path(name).suffix]
        yield SiteObject(name, logo, kind, KEPT_AT_THE_EDGE)
    yield SiteObject(STYLE_SHEET, style.encode(), CONTENT_TYPES[".css"], KEPT_AT_THE_EDGE)


def site_objects(site: Path, config: Mapping[str, str], brand: bytes = b"") -> Iterator[SiteObject]:
    """Yield all objects of the site in the folder `site`, including `config.json`.

    Pages come last, so that everything a new page requests is already published. A page `admin/index.html` is
    also stored under `admin/` and `admin`, because a private bucket has no index documents.
    `brand` is the style sheet of the brand: pages link it, and `style.css` contains it.

    Raises:
        UnknownFileTypeError: CONTENT_TYPES has no entry for a file's suffix.
    """
    body = json.dumps(dict(config), indent=2, sort_keys=True).encode()
    yield SiteObject("config.json", body, CONTENT_TYPES[".json"], CHECKED_EVERY_TIME)
    for path in sorted((file for file in site.rglob("*") if file.is_file()), key=_pages_last):
        key = path.relative_to(site).as_posix()
        if path.suffix not in CONTENT_TYPES:
            raise UnknownFileTypeError(f"{key}: say in CONTENT_TYPES how {path.suffix!r} is served")
        keys = [key]
        if path.name == INDEX and key != INDEX:
            keys += [key.removesuffix(INDEX), key.removesuffix(f"/{INDEX}")]
        content, content_type = path.read_bytes(), CONTENT_TYPES[path.suffix]
        if brand and path.suffix == PAGE:
            content = branded(content.decode()).encode()
        elif key == STYLE:
            content += brand
        yield from (SiteObject(one, content, content_type, _cache_control(key)) for one in keys)


def _pages_last(path: Path) -> tuple[bool, str]:
    return path.suffix == PAGE, path.as_posix()


def _cache_control(key: str) -> str:
    if key.endswith(PAGE):
        return CHECKED_EVERY_TIME
    return KEPT_FOR_GOOD if key.startswith(ASSETS) else KEPT_AT_THE_EDGE

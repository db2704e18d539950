"""From files to objects: which keys a site has, and how each is served."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
CHECKED_EVERY_TIME: Final = "no-cache"
"""Pages and configuration: asked for anew at each load."""

KEPT_AT_THE_EDGE: Final = "public, max-age=0, s-maxage=300, must-revalidate"
"""Files under their own names: a browser asks every time (by ETag); the edge may answer."""

KEPT_FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""Assets: their names say what is in them, so another content is another file."""

ASSETS: Final = "assets/"
PAGE: Final = ".html"
INDEX: Final = "index.html"


class UnknownFileTypeError(ValueError):
    """A file of the site has a suffix without a content type; a guess would be blocked (nosniff)."""


@dataclass(frozen=True)
class SiteObject:
    """One object of the bucket."""

    key: str
    body: bytes
    content_type: str
    cache_control: str


def site_objects(site: Path, config: Mapping[str, str]) -> Iterator[SiteObject]:
    """Yield every object of the site in the folder `site`, `config.json` included.

    Pages come last: whoever gets a new one finds all that it names. A page `admin/index.html` is also stored
    as `admin/` and `admin`, for the bucket is private and has no index documents.

    Raises:
        UnknownFileTypeError: a file's suffix has no content type here.
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
        yield from (SiteObject(one, content, content_type, _cache_control(key)) for one in keys)


def _pages_last(path: Path) -> tuple[bool, str]:
    return path.suffix == PAGE, path.as_posix()


def _cache_control(key: str) -> str:
    if key.endswith(PAGE):
        return CHECKED_EVERY_TIME
    return KEPT_FOR_GOOD if key.startswith(ASSETS) else KEPT_AT_THE_EDGE

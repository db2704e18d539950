"""Vendored modules are the files of their releases, which the README names."""

import hashlib
from pathlib import Path
from typing import Final

import pytest

VENDOR: Final = Path(__file__).parents[2] / "site" / "vendor"
PREACT_11_2_0: Final = {
    "preact.js": "bdcbd9abdf2c77c5c45326eab42191e949222d479d0d5f69467387a77040cb55",
    "preact-hooks.js": "e862ab2973aa6455eaa0f77c5d832d2157d6be59a17c8ba546550a575b58c6b4",
}
HTM_3_1_1: Final = {"htm.js": "ab33dd3f38059b9be4d5f5350128eefb2356639c4e0bbe9d9e8b3ba75847e9e4"}


def as_released(name: str) -> bytes:
    """Return a module as released: a page without a bundle has no package names, so its import differs."""
    return (VENDOR / name).read_bytes().replace(b'from"./preact.js"', b'from"preact"')


@pytest.mark.parametrize("release", [PREACT_11_2_0, HTM_3_1_1])
def test_vendored_modules_match_the_release_in_the_readme(release: dict[str, str]) -> None:
    assert {name: hashlib.sha256(as_released(name)).hexdigest() for name in release} == release


@pytest.mark.parametrize("library", ["preact", "htm", "uqr"])
def test_vendored_library_has_its_licence(library: str) -> None:
    assert "licen" in (VENDOR / f"{library}.LICENSE.txt").read_text().casefold()

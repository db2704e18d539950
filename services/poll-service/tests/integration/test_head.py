"""HEAD of links and images, as link checkers and unfurlers send it: the answer of GET without its body."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import pytest
from contracts.ids import new_poll_id
from poll_service.adapters.images import ImageStore
from poll_service.domain.image import StoredImage
from poll_service.domain.poll import Poll

from .conftest import IMAGES, RESOURCES

type Ask = Callable[..., SimpleNamespace]

ROUTES: Final = {
    body["Properties"]["RouteKey"] for body in RESOURCES.values() if body["Type"].endswith("::Route")
}
SHA256: Final = "0" * 64


@pytest.fixture
def links(bucket: object, given_draft: Callable[..., Poll]) -> dict[str, dict[str, str]]:
    ImageStore.at(IMAGES).save(StoredImage(SHA256, b"RIFF", 1, 1))
    return {
        "preview_poll": {"poll_id": given_draft().poll_id},
        "embed_poll": {"poll_id": new_poll_id()},
        "get_image": {"name": f"{SHA256}.webp"},
    }


@pytest.mark.parametrize("slug", ["preview_poll", "embed_poll", "get_image"])
def test_head_returns_the_headers_of_get_without_a_body(
    ask: Ask, links: dict[str, dict[str, str]], slug: str
) -> None:
    got: Any = ask(slug, **links[slug])
    probed: Any = ask(slug, method="HEAD", **links[slug])
    assert (probed.status, probed.headers) == (got.status, got.headers)
    assert got.body
    assert not probed.body


@pytest.mark.parametrize("path", ["/p/{poll_id}", "/embed/{poll_id}", "/images/{name}"])
def test_gateway_routes_head_for_all_links(path: str) -> None:
    assert {f"GET {path}", f"HEAD {path}"} <= ROUTES

"""A poll that shuffles its options: one order for a device, in the document too, and named by its vote."""

import pytest
from playwright.sync_api import Page, expect

from .routes import Api
from .voter_page import option, title

ORDER = "() => [...document.querySelectorAll('#options [data-choice]')].map(({ dataset }) => dataset.choice)"


def order_of(page: Page) -> list[str]:
    expect(option(page, "a").locator(".label")).not_to_be_empty()
    order: list[str] = page.evaluate(ORDER)
    return order


@pytest.fixture(params=[0, 1, 2, 3, 4, 5])
def device(request: pytest.FixtureRequest, page: Page) -> Page:
    """A device with a known number for its orders, unless it has stored one."""
    page.add_init_script(f"Math.random = () => {request.param} / 8;")
    return page


def test_order_is_the_same_at_each_load_and_named_by_the_vote(device: Page, api: Api) -> None:
    api.given(128, 85, shuffle_options=True)
    device.goto("/")
    order = order_of(device)
    assert sorted(order) == ["a", "b"]
    device.reload()
    assert order_of(device) == order
    option(device, "b").click()
    expect(title(device)).to_have_text("Your vote is recorded")
    assert [vote.shown_first for vote in api.sent] == [order[0]]
    left, right = (option(device, choice).bounding_box() for choice in order)
    assert left is not None
    assert right is not None
    assert (left["y"], left["x"]) < (right["y"], right["x"]), "the eye sees the order of the document"


def test_devices_have_both_orders(page: Page, api: Api) -> None:
    api.given(128, 85, shuffle_options=True)
    page.goto("/")
    orders: set[str] = set()
    for number in range(16):
        page.evaluate(f"() => localStorage.setItem('tot.order', '{number}')")
        page.reload()
        orders.add("".join(order_of(page)))
    assert orders == {"ab", "ba"}


def test_poll_with_one_order_stores_no_number_and_names_no_order(page: Page, api: Api) -> None:
    api.given(128, 85)
    page.goto("/")
    assert order_of(page) == ["a", "b"]
    option(page, "a").click()
    expect(title(page)).to_have_text("Your vote is recorded")
    assert [vote.shown_first for vote in api.sent] == [None]
    assert page.evaluate("() => localStorage.getItem('tot.order')") is None

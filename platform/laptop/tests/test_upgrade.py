"""The order of an upgrade on the laptop."""

from laptop.upgrade import LAST, draw_order
from stacks.catalogue import load_stacks


def test_order_is_repeated_by_its_seed_and_ends_with_the_front_end() -> None:
    orders = [draw_order(seed) for seed in range(20)]
    assert orders == [draw_order(seed) for seed in range(20)]
    assert {order[-1] for order in orders} == {LAST}
    assert all(sorted(order) == sorted(stack.name for stack in load_stacks()) for order in orders)


def test_orders_deploy_a_consumer_before_its_producer_and_after_it() -> None:
    before = {
        order.index("vote-service") < order.index("poll-service") for order in map(draw_order, range(20))
    }
    assert before == {True, False}

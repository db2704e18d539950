"""Runs first: the first voters of a stack that has just become ready."""

from .live_stack import Running


def test_32_concurrent_voters_right_after_startup_get_no_error(running: Running) -> None:
    crowd = running.crowd(32, 1000, 0.0)
    assert crowd.exit_code == 0, crowd
    assert crowd.outcome["answers"] == {"201": 32}
    assert crowd.outcome["sent_again"] == 0

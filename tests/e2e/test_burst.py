"""Runs first: what the very first visitors meet once `up` has said that it is ready."""

from .live_stack import Running


def test_32_voters_at_once_right_after_ready_meet_no_error(running: Running) -> None:
    crowd = running.crowd(32, 1000, 0.0)
    assert crowd.exit_code == 0, crowd
    assert crowd.outcome["answers"] == {"201": 32}
    assert crowd.outcome["sent_again"] == 0

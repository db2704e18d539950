"""The recorder of `./dev bench handlers` runs an event again with the responses of its AWS calls."""

from testkit.world import World

from tests.contract.effects import FROM_OUR_PAGE, items

from .handlers import Recorder, recorder


def votes(world: World) -> list[str]:
    return [name for name, _ in items() if "votes-log" in name]


def cast(found: Recorder) -> None:
    from tests.contract.test_repeated_requests import Poll  # noqa: PLC0415

    poll = Poll(found.world).open()
    token = found.world.request("POST", "/voter-token", FROM_OUR_PAGE, {}).cookies[0].partition(";")[0]
    body = {"poll_id": poll.poll_id, "choice": "a"}
    assert found.world.request("POST", "/vote", FROM_OUR_PAGE | {"cookie": token}, body).status == 201


def test_recorded_vote_runs_again_without_a_second_vote() -> None:
    with recorder() as found:
        cast(found)
        before = votes(found.world)
        assert len(before) == 1
        assert found.cpu_of("vote_wrapper") > 0
        assert votes(found.world) == before

"""Policies on the running stack: codes from the organiser to the count, and one vote per network."""

from .running import Organiser, Running


def test_refused_codes_are_one_answer_and_a_code_counts_once(running: Running, organiser: Organiser) -> None:
    poll_id = organiser.open_new(policy="code")
    [used, typed] = organiser.mint(poll_id, 2)
    [elsewhere] = organiser.mint(organiser.create("Another?", policy="code"), 1)
    owner, other = running.voter(), running.voter()
    first, again = owner.vote(poll_id, "a", code=used), owner.vote(poll_id, "a", code=used)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["receipt"] == again.json()["receipt"]
    assert owner.vote(poll_id, "b", code=used).status_code == 409
    assert other.vote(poll_id, "b", code=typed.lower().replace("-", "")).status_code == 201
    refused = [
        other.vote(poll_id, choice, code=code)
        for choice in "ab"
        for code in (used, elsewhere, "wrong", typed[:-1], used[:-1] + "*")
    ]
    assert {(answer.status_code, answer.text) for answer in refused} == {(403, refused[0].text)}
    assert refused[0].json()["type"] == "/problems/bad-code"
    assert running.voter().vote(poll_id, "a").status_code == 422
    assert running.votes_in_the_log(poll_id) == 2


def test_a_network_has_one_vote(running: Running, organiser: Organiser) -> None:
    poll_id = organiser.open_new(policy="network")
    one, other = running.voter(), running.voter()
    assert [one.vote(poll_id, "a").status_code, one.vote(poll_id, "a").status_code] == [201, 200]
    refused = [other.vote(poll_id, choice) for choice in "ab"]
    assert {(answer.status_code, answer.text) for answer in refused} == {(409, refused[0].text)}
    assert running.votes_in_the_log(poll_id) == 1


def test_codes_are_minted_for_organisers_of_a_poll_by_code_alone(
    running: Running, organiser: Organiser
) -> None:
    poll_id = organiser.create("By device?")
    path = f"/admin/api/polls/{poll_id}/codes"
    assert running.page().post(path, json={"count": 1}).status_code == 401
    organiser.mint(organiser.create("By code?", policy="code"), 1)
    refused = organiser.api.post(path, json={"count": 1})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-state")
    unknown = organiser.api.post(f"/admin/api/polls/{'0' * 26}/codes", json={"count": 1})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-poll")

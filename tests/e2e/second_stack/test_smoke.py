"""The smoke test passes on the running stack, and leaves no poll, account or member behind."""

import json

from laptop.aws import client, outputs
from laptop.instance import ENVIRONMENT

from ..live_stack import Organiser, Running, dev, wait_until


def test_smoke_test_passes_on_the_running_stack(running: Running) -> None:
    """Steps that only AWS can show name the reason."""
    organiser = Organiser(running)
    organiser.close_active()
    done = dev(running.instance.state, "smoke", "--env", "local", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert {step["state"] for step in result["steps"]} == {"passed"}
    reasons = [one["reason"] for step in result["steps"] for one in step["not_applicable"]]
    assert len(reasons) > 5
    assert all(reasons)
    pool = outputs(running.instance, f"tot-{ENVIRONMENT}-platform")["UserPoolId"]
    cognito = client(running.instance, "cognito-idp")

    def has_only_members() -> bool | None:
        users = cognito.list_users(UserPoolId=pool)["Users"]
        return None if any(user["Username"].startswith("smoke-") for user in users) else True

    wait_until(has_only_members, "the list of users, which lags, to omit the smoke test's")
    polls = organiser.api.get("/admin/api/polls").json()["polls"]
    assert "Smoke test" not in json.dumps(polls)
    organiser.open_new()  # other tests of this stack use its active poll

"""The smoke test passes on the running stack, and leaves no poll, account or member behind."""

import json

from laptop.aws import client, outputs
from laptop.instance import ENVIRONMENT

from .live_stack import Organiser, Running, dev


def test_smoke_test_passes_on_the_running_stack(second_stack: Running) -> None:
    """Steps that only AWS can show name the reason."""
    running, organiser = second_stack, Organiser(second_stack)
    organiser.close_active()
    done = dev(running.instance.state, "smoke", "--env", "local", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert {step["state"] for step in result["steps"]} == {"passed"}
    reasons = [one["reason"] for step in result["steps"] for one in step["not_applicable"]]
    assert len(reasons) > 5
    assert all(reasons)
    pool = outputs(running.instance, f"tot-{ENVIRONMENT}-platform")["UserPoolId"]
    users = client(running.instance, "cognito-idp").list_users(UserPoolId=pool)["Users"]
    assert [user["Username"] for user in users if user["Username"].startswith("smoke-")] == []
    polls = organiser.api.get("/admin/api/polls").json()["polls"]
    assert "Smoke test" not in json.dumps(polls)
    organiser.open_new()  # other tests of this stack use its active poll

"""Each patch works, and unpatched ministack still needs it: when such a test fails, remove the patch."""

import inspect
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from laptop.emulator.patches import (
    edge_functions,
    express_memory,
    express_start,
    gentle_growth,
    log_memory,
    parsed_distributions,
    parsed_policies,
    schedule_tick,
    secure_loopback,
)
from laptop.emulator.process import function_processes
from ministack import app
from ministack.core import cloudfront_js, iam_evaluator, node_pool
from ministack.services import cloudfront, scheduler, stepfunctions
from websockets.sync.client import connect

ECHO = """
    import json, os
    def handler(event, context):
        seen = {"cookies": event.get("cookies"), "cookie_header": event.get("headers", {}).get("cookie")}
        return {"statusCode": 200, "headers": {"x-answered-by": "function"}, "body": json.dumps(seen)}
"""
WHO_AM_I = """
    import os, time
    def handler(event, context):
        time.sleep(event.get("sleep", 0))
        return {"pid": os.getpid(), "environment": dict(os.environ)}
"""
WHERE_AM_I = """
    import pathlib
    def handler(event, context):
        return str(pathlib.Path(__file__).resolve().parent)
"""
WHAT_IS_LOADED = """
    import os, pathlib, sys
    LOADED = sorted({"boto3", "pydantic"} & set(sys.modules))
    def handler(event, context):
        print("a line of the log")
        return {"loaded": LOADED, "folder": os.getcwd(), "path": sys.path[0], "argv": sys.argv}
"""
CALLS = 2 * gentle_growth.PROCESSES_PER_FUNCTION
NOTHING_TO_DO = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})


@pytest.fixture(scope="module")
def ask(repaired: Any, plain: Any) -> Callable[[Any, str], httpx.Response]:
    """Send a request with cookies to an echoing HTTP API of an emulator."""
    addresses = {
        id(one): one.http_api(one.function("echo", ECHO), "ANY /{proxy+}") for one in (repaired, plain)
    }

    def request(emulator: Any, method: str) -> httpx.Response:
        headers = {"Cookie": "one=1; two=2"}
        return httpx.request(method, f"{addresses[id(emulator)]}/page", headers=headers, timeout=240)

    return request


def test_an_options_route_runs_its_function(ask: Any, repaired: Any) -> None:
    assert ask(repaired, "OPTIONS").headers["x-answered-by"] == "function"


def test_ministack_still_answers_options_itself(ask: Any, plain: Any) -> None:
    assert "x-answered-by" not in ask(plain, "OPTIONS").headers


def test_an_options_request_without_a_route_reaches_no_function(repaired: Any) -> None:
    address = repaired.http_api(repaired.function("get-only", ECHO), "GET /page")
    answer = httpx.options(f"{address}/page")
    assert answer.status_code in {403, 404}, answer.text  # not found, or no AWS call either
    assert "x-answered-by" not in answer.headers


def test_an_http_event_has_its_cookies_in_the_cookies_list(ask: Any, repaired: Any) -> None:
    assert ask(repaired, "GET").json() == {"cookies": ["one=1", "two=2"], "cookie_header": None}


def test_ministack_still_leaves_cookies_in_the_header(ask: Any, plain: Any) -> None:
    assert ask(plain, "GET").json()["cookies"] is None


def test_unpatched_ministack_adds_no_cors_header(ask: Any, plain: Any) -> None:
    assert "access-control-allow-origin" not in ask(plain, "GET").headers


def test_only_the_newest_finished_express_executions_stay() -> None:
    executions = {n: {"sync": True, "status": "SUCCEEDED"} for n in range(10)}
    executions[0]["status"] = "RUNNING"
    executions[1]["sync"] = False
    express_memory.drop_finished(executions, kept=2)
    assert sorted(executions) == [0, 1, 8, 9]


def test_ministack_still_keeps_finished_express_executions(plain: Any) -> None:
    states = plain.aws("stepfunctions")
    role = plain.role("express")
    machine = states.create_state_machine(
        name="express", definition=NOTHING_TO_DO, roleArn=role, type="EXPRESS"
    )
    execution = states.start_sync_execution(stateMachineArn=machine["stateMachineArn"])
    assert states.describe_execution(executionArn=execution["executionArn"])["status"] == "SUCCEEDED"


def test_an_execution_starts_at_once_and_other_sleeps_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    clock = express_start.Clock()
    clock.sleep(express_start.START_DELAY_SECONDS)
    clock.sleep(1)
    assert slept == [1]
    assert clock.time() > 0


def test_ministack_still_sleeps_before_each_execution() -> None:
    sleep = f"time.sleep({express_start.START_DELAY_SECONDS})"
    assert sleep in inspect.getsource(stepfunctions._run_execution)


def test_only_the_newest_log_streams_of_each_group_stay() -> None:
    streams: dict[str, dict[str, str]] = {name: {} for name in "abcd"}
    groups: list[dict[str, dict[str, dict[str, str]]]] = [{"streams": streams}, {"streams": {"e": {}}}]
    log_memory.drop_oldest(groups, kept=2)
    assert [list(group["streams"]) for group in groups] == [["c", "d"], ["e"]]


def test_ministack_still_opens_a_log_stream_for_each_invocation(plain: Any) -> None:
    plain.function("talkative", ECHO)
    for _ in range(3):
        plain.invoke("talkative")
    streams = plain.aws("logs").describe_log_streams(logGroupName="/aws/lambda/talkative")["logStreams"]
    assert len(streams) == 3


def _code_folders(emulator: Any) -> set[str]:
    return {emulator.invoke(emulator.function(name, WHERE_AM_I)) for name in ("here", "there")}


def test_functions_of_the_same_code_run_from_one_unpacked_copy(repaired: Any) -> None:
    assert len(_code_folders(repaired)) == 1


def test_ministack_still_unpacks_code_for_each_process(plain: Any) -> None:
    assert len(_code_folders(plain)) == 2


def policy(action: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


def test_a_policy_is_parsed_once_and_again_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam_evaluator, "parse_policy_document", iam_evaluator.parse_policy_document)
    parsed_policies.apply()
    (read,) = iam_evaluator.parse_policy_document(policy("dynamodb:GetItem"))
    assert read.actions == ["dynamodb:GetItem"]
    assert iam_evaluator.parse_policy_document(policy("dynamodb:GetItem")) == [read]
    assert iam_evaluator.parse_policy_document(policy("dynamodb:GetItem"))[0] is read
    (written,) = iam_evaluator.parse_policy_document(policy("dynamodb:PutItem"))
    assert written.actions == ["dynamodb:PutItem"]
    assert iam_evaluator.parse_policy_document(json.loads(policy("dynamodb:PutItem"))) == [written]


def test_ministack_still_parses_a_policy_at_each_request() -> None:
    one, other = (iam_evaluator.parse_policy_document(policy("dynamodb:GetItem"))[0] for _ in range(2))
    assert one is not other


def distribution(root: str) -> dict[str, str]:
    config = f"<DistributionConfig><DefaultRootObject>{root}</DefaultRootObject></DistributionConfig>"
    return {"Id": "E1", "config_xml": config}


def test_a_distribution_is_parsed_once_and_again_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = cloudfront.parse_distribution_dataplane_config
    monkeypatch.setattr(cloudfront, "parse_distribution_dataplane_config", parse)
    parsed_distributions.apply()
    first = cloudfront.parse_distribution_dataplane_config(distribution("index.html"))
    assert first == parse(distribution("index.html"))
    assert cloudfront.parse_distribution_dataplane_config(distribution("index.html")) is first
    changed = cloudfront.parse_distribution_dataplane_config(distribution("other.html"))
    assert changed["default_root_object"] == "other.html"


def test_ministack_still_parses_a_distribution_at_each_request() -> None:
    one, other = (
        cloudfront.parse_distribution_dataplane_config(distribution("index.html")) for _ in range(2)
    )
    assert one == other
    assert one is not other


def test_schedules_are_checked_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "_SCHEDULE_TICK_INTERVAL", scheduler._SCHEDULE_TICK_INTERVAL)
    schedule_tick.apply()
    assert scheduler._SCHEDULE_TICK_INTERVAL == 1


def test_ministack_still_checks_schedules_less_often() -> None:
    assert scheduler._SCHEDULE_TICK_INTERVAL > 1


def test_a_request_to_the_emulator_counts_as_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "pin_request_origin", app.pin_request_origin)
    monkeypatch.setattr(iam_evaluator, "_request_origin", iam_evaluator._request_origin)
    secure_loopback.apply()
    assert iam_evaluator._request_origin.get()[1]
    app.pin_request_origin("127.0.0.2", False)
    assert iam_evaluator._request_origin.get() == ("127.0.0.2", True)


def test_ministack_still_evaluates_http_as_unencrypted() -> None:
    app.pin_request_origin("127.0.0.1", False)
    assert iam_evaluator._request_origin.get() == ("127.0.0.1", False)


def _logs_of_a_connection(emulator: Any) -> list[str]:
    address = emulator.websocket_api(emulator.function("connect", ECHO))
    with connect(address, proxy=None):
        pass
    groups = emulator.aws("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/connect")["logGroups"]
    return [group["logGroupName"] for group in groups]


def test_the_functions_of_a_websocket_log_like_any_other(repaired: Any) -> None:
    assert _logs_of_a_connection(repaired) == ["/aws/lambda/connect"]


def test_ministack_still_runs_websocket_functions_without_logs(plain: Any) -> None:
    assert _logs_of_a_connection(plain) == []


def _processes_of_a_burst(emulator: Any) -> set[int]:
    emulator.function("burst", WHO_AM_I)
    with ThreadPoolExecutor(CALLS) as pool:
        answers = list(pool.map(lambda _: emulator.invoke("burst", {"sleep": 0.3}), range(CALLS)))
    return {answer["pid"] for answer in answers}


def test_a_burst_is_served_by_a_limited_number_of_processes(repaired: Any) -> None:
    assert len(_processes_of_a_burst(repaired)) <= gentle_growth.PROCESSES_PER_FUNCTION


def test_ministack_still_starts_a_process_for_each_call_of_a_burst(plain: Any) -> None:
    assert len(_processes_of_a_burst(plain)) > gentle_growth.PROCESSES_PER_FUNCTION


def test_a_killed_function_process_is_replaced_and_no_other_ends(repaired: Any) -> None:
    for name in ("killed", "spared"):
        repaired.function(name, WHO_AM_I)
    before = {name: repaired.invoke(name)["pid"] for name in ("killed", "spared")}
    processes = {process.pid: process for process in function_processes(repaired.instance)}
    assert set(before.values()) <= set(processes)
    processes[before["killed"]].kill()
    processes[before["killed"]].wait()
    after = {name: repaired.invoke(name)["pid"] for name in ("killed", "spared")}
    assert after["killed"] != before["killed"]
    assert after["spared"] == before["spared"]


def test_a_function_process_starts_with_the_shared_packages_loaded(repaired: Any) -> None:
    found = repaired.invoke(repaired.function("loaded", WHAT_IS_LOADED))
    assert found["loaded"] == ["boto3", "pydantic"]
    assert Path(found["path"]).resolve() == Path(found["folder"])
    assert Path(found["argv"][0]).parent == Path(found["path"]).parent


def test_ministack_still_starts_a_python_for_each_process(plain: Any) -> None:
    assert plain.invoke(plain.function("loaded", WHAT_IS_LOADED))["loaded"] == []


@pytest.mark.covers("T31")
def test_a_function_holds_its_own_roles_credentials_and_none_of_the_host(repaired: Any) -> None:
    repaired.function("credentials", WHO_AM_I)
    environment = repaired.invoke("credentials")["environment"]
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environment["AWS_SESSION_TOKEN"]
    assert not [
        name
        for name, value in environment.items()
        if value in {"test", "AKIAOFTHEHOST", "secret-of-the-host"}
    ]


@pytest.mark.covers("T18", "R36")
def test_a_function_may_do_only_the_actions_of_its_role(repaired: Any) -> None:
    repaired.function("denied", """
        import boto3
        def handler(event, context):
            try:
                boto3.client("dynamodb").list_tables()
            except Exception as error:
                return str(error)
            return "allowed"
    """)  # fmt: skip
    assert "AccessDenied" in repaired.invoke("denied")


AT_THE_EDGE = b"function handler(event) { return { statusCode: 404, uri: event.request.uri }; }"


def test_a_function_of_the_distribution_runs_without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(node_pool, "_NODE_BINARY", node_pool._NODE_BINARY)
    cloudfront_js.reset()
    edge_functions.apply()
    answer = cloudfront_js.evaluate(AT_THE_EDGE, {"request": {"uri": "/x"}})
    cloudfront_js.reset()
    assert answer == {"statusCode": 404, "uri": "/x"}


def test_ministack_still_needs_node_for_functions_of_a_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    cloudfront_js.reset()
    with pytest.raises(cloudfront_js.CloudFrontFunctionError):
        cloudfront_js.evaluate(AT_THE_EDGE, {"request": {"uri": "/x"}})

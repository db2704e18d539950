"""Wakes every function on a vote's way before anybody is told that the stack is ready; leaves no vote behind.

A function's first call starts a process and imports its libraries, half a second of a core each. Requests
wake what HTTP reaches; the workflow is started for a poll that does not exist; an empty batch wakes the
readers of the streams.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from devstack.aws import client, resources
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT, Instance

NO_SUCH_POLL: Final = "0" * 26
TIMEOUT_SECONDS: Final = 60


def warm_up(instance: Instance) -> None:
    """Return once each function of the vote's path has answered.

    Raises:
        Failure: one of them answered with a fault of its own (5xx) or not at all.
    """
    work = [_page, _vote, _workflow, _socket]
    with ThreadPoolExecutor(len(work) + 1) as pool:
        running = [pool.submit(one, instance) for one in work]
        running += [pool.submit(_empty_batch, instance, function) for function in stream_readers(instance)]
        for one in running:
            one.result()


def stream_readers(instance: Instance) -> set[str]:
    """Return the names of the functions that read a stream."""
    pages = client(instance, "lambda").get_paginator("list_event_source_mappings").paginate()
    arns = [mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]]
    return {arn.split(":function:")[1] for arn in arns}


def _browser(instance: Instance) -> httpx.Client:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": instance.site}
    return httpx.Client(base_url=instance.site, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)


def _page(instance: Instance) -> None:
    with _browser(instance) as browser:
        for path in ("/", "/polls/active", f"/polls/{NO_SUCH_POLL}", f"/results/{NO_SUCH_POLL}"):
            _answered(browser.get(path))


def _vote(instance: Instance) -> None:
    with _browser(instance) as browser:
        ballot = _answered(browser.post("/ballot", json={}))
        # The cookie is Secure; httpx would not send it back over http, a browser does on localhost.
        cookie = ballot.headers.get("set-cookie", "").split(";")[0]
        vote = {"poll_id": NO_SUCH_POLL, "choice": "a"}
        _answered(browser.post("/vote", json=vote, headers={"Cookie": cookie}))


def _workflow(instance: Instance) -> None:
    # The function before it refuses an unknown poll by itself, so it is started directly, as root.
    vote = {"poll_id": NO_SUCH_POLL, "choice": "a", "bucket": 0, "voter_key": "A" * 43, "ballot": "A" * 43}
    question = json.dumps(vote | {"receipt": "0000-0000-0000-0000", "policy": "device", "entitled": True})
    for resource in resources(
        instance, f"tot-{ENVIRONMENT}-vote-service", "AWS::StepFunctions::StateMachine"
    ):
        client(instance, "stepfunctions").start_sync_execution(
            stateMachineArn=resource["PhysicalResourceId"], input=question
        )


def _socket(instance: Instance) -> None:
    with _browser(instance) as browser:
        ticket = _answered(browser.post("/live/ticket", json={})).json().get("ticket", "")
    try:
        address, origin = f"{instance.websocket}?ticket={ticket}", Origin(instance.site)
        with connect(address, origin=origin, open_timeout=TIMEOUT_SECONDS, proxy=None) as socket:
            socket.send('{"action": "ping"}')
            socket.recv(timeout=TIMEOUT_SECONDS)
    except (OSError, TimeoutError, WebSocketException) as error:
        raise Failure("The WebSocket does not open.", f"{error}; see ./dev logs") from error


def _empty_batch(instance: Instance, function: str) -> None:
    # Only to wake it: one that refuses a batch that no stream would send has begun nevertheless.
    client(instance, "lambda").invoke(FunctionName=function, Payload=b'{"Records": []}')


def _answered(answer: httpx.Response) -> httpx.Response:
    if answer.is_server_error:
        path, short = answer.request.url.path, f"tot-{ENVIRONMENT}"
        raise Failure(f"{path} answered {answer.status_code}.", f"{answer.text}\nSee ./dev logs ({short}-…)")
    return answer

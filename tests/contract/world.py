"""All stacks' data as their templates make it, and their real handlers on it; AWS is emulated in memory.

Three seams, where the emulation ends: streams are pumped by hand (with each mapping's own filter), Lambda
tasks of the workflow call the real handler, and sockets are posted to a small server of our own.
"""

import base64
import importlib
import inspect
import json
import secrets
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any, Final
from urllib.parse import parse_qsl

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from template_lint.reference import target
from template_lint.rules.functions import FUNCTION, slug_of
from template_lint.rules.mappings import stream_mappings
from template_lint.rules.workflows import MACHINE
from template_lint.stack import Stack

from .data_stack import data_stack

SITE: Final = "https://vote.example"
PARAMETERS: Final = {"Environment": "test", "SiteOrigin": SITE}
CONTEXT: Final = SimpleNamespace(
    function_name="test",
    function_version="live",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:test:live",
    aws_request_id="00000000-0000-0000-0000-000000000000",
    get_remaining_time_in_millis=lambda: 10_000,
)
type Event = dict[str, Any]


class World:
    """Everything deployed. `sockets` is the address of what stands for the WebSocket API's endpoint."""

    def __init__(self, stacks: list[Stack], sockets: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._stacks = {stack.name: stack for stack in stacks}
        self._sockets = sockets
        self._environments: dict[str, dict[str, str]] = {}
        self._resources: dict[str, str] = {}
        self._modules: dict[str, ModuleType] = {}
        self._read: dict[str, int] = {}
        self._turn = threading.RLock()
        parameters.clear_caches()  # type: ignore[no-untyped-call]
        for stack in stacks:
            self._deploy(stack)
        stored = boto3.client("secretsmanager").get_secret_value(
            SecretId=self.environment("vote_wrapper")["ORIGIN_SECRET_ARN"]
        )
        self.origin_secret: str = json.loads(stored["SecretString"])["current"]

    def environment(self, slug: str) -> dict[str, str]:
        """Return the variables that the template gives a function."""
        return self._environments[slug]

    def table(self, logical_id: str) -> str:
        """Return a table's name."""
        return self._resources[logical_id]

    def handler(self, slug: str) -> ModuleType:
        """Return a handler's module, imported with the environment that its template gives it."""
        if slug not in self._modules:
            stack = next(
                stack for stack in self._stacks.values() if _logical_id(slug) in stack.resources(FUNCTION)
            )
            path = f"{stack.package}.handlers.{slug}"
            with pytest.MonkeyPatch.context() as variables:
                for name, value in self.environment(slug).items():
                    variables.setenv(name, value)
                variables.setenv("AWS_LAMBDA_FUNCTION_NAME", f"tot-test-{slug.replace('_', '-')}")
                sys.modules.pop(path, None)
                self._modules[slug] = importlib.import_module(path)
        return self._modules[slug]

    def invoke(self, slug: str, event: Event) -> Any:
        """Call a handler as Lambda would."""
        return self.handler(slug).handler(event, CONTEXT)

    def http(
        self, slug: str, request: str, body: Event | None = None, *, headers: Mapping[str, str] | None = None,
        organiser: str | None = None,
    ) -> tuple[int, Event, Event]:  # fmt: skip
        """Send `METHOD /path` to an HTTP function, past the edge; return status, body, whole answer."""
        method, _, address = request.partition(" ")
        path, _, query = address.partition("?")
        sent = {
            "x-origin-verify": self.origin_secret, "sec-fetch-site": "same-origin", "origin": SITE,
            "content-type": "application/json", **(headers or {}),
        }  # fmt: skip
        context: Event = {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"},
            "requestId": "request", "stage": "$default", "accountId": "123456789012", "apiId": "api",
        }  # fmt: skip
        if organiser:
            claims = {"sub": organiser, "username": organiser, "cognito:groups": "[owner]"}
            context["authorizer"] = {"jwt": {"claims": claims, "scopes": ["polls/admin"]}}
        cookie = sent.pop("cookie", None)
        event = {
            "version": "2.0", "routeKey": request, "rawPath": path, "headers": sent,
            "rawQueryString": query, "queryStringParameters": dict(parse_qsl(query)),
            "cookies": [cookie] if cookie else [], "requestContext": context, "isBase64Encoded": False,
            "body": None if body is None else json.dumps(body),
        }  # fmt: skip
        answer = self.invoke(slug, event)
        text = answer.get("body") or ""
        return answer["statusCode"], json.loads(text) if text.startswith("{") else {}, answer

    def pump(self, slug: str) -> int:
        """Deliver what is new in a function's stream, through its mapping's filter; return how much."""
        mapping, stream = self._mapping_of(slug)
        records = [record for record in self._new_records(slug, stream) if _passes(mapping, record)]
        if records:
            event: Event = {"Records": records}
            if "TumblingWindowInSeconds" in mapping:
                event |= {"shardId": "shardId-000000000001", "state": {}, "isFinalInvokeForWindow": False,
                          "isWindowTerminatedEarly": False, "window": {}}  # fmt: skip
            answer = self.invoke(slug, event)
            assert answer["batchItemFailures"] == [], answer
        return len(records)

    def pump_all(self) -> None:
        """Deliver everything to everybody until all is quiet."""
        readers = [
            slug_of(target(mapping["FunctionName"]) or "")
            for stack in self._stacks.values()
            for mapping in stream_mappings(stack).values()
        ]
        while sum(map(self.pump, readers)):
            pass

    def deliver_again(self) -> None:
        """Forget how far each stream was read."""
        self._read.clear()

    def _deploy(self, stack: Stack) -> None:
        template, variables = data_stack(stack, self._create_secrets(stack))
        name = f"tot-test-{stack.name}"
        cloudformation = boto3.client("cloudformation")
        declared: list[Any] = [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in PARAMETERS.items()
            if key in stack.plain["Parameters"]
        ]
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=declared)
        for resource in cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]:
            self._resources[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
        outputs = {
            output["OutputKey"]: output["OutputValue"]
            for output in cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
        }
        for key, (function, variable) in variables.items():
            self._environments.setdefault(slug_of(function), {})[variable] = outputs[key]
        for function in stack.resources(FUNCTION):
            environment = self._environments.setdefault(slug_of(function), {})
            if "CONNECTIONS_ENDPOINT" in environment:
                environment["CONNECTIONS_ENDPOINT"] = self._sockets
            if "VOTE_WORKFLOW_ARN" in environment:
                environment["VOTE_WORKFLOW_ARN"] = self._create_workflow(stack)

    def _create_secrets(self, stack: Stack) -> dict[str, str]:
        client = boto3.client("secretsmanager")
        arns = {}
        for name, properties in stack.properties("AWS::SecretsManager::Secret").items():
            generated = properties["GenerateSecretString"]
            value = json.loads(generated["SecretStringTemplate"])
            value[generated["GenerateStringKey"]] = secrets.token_hex(generated["PasswordLength"] // 2)
            arns[name] = client.create_secret(Name=name, SecretString=json.dumps(value))["ARN"]
        return arns

    def _mapping_of(self, slug: str) -> tuple[Event, str]:
        for stack in self._stacks.values():
            for mapping in stream_mappings(stack).values():
                if target(mapping["FunctionName"]) == _logical_id(slug):
                    name = mapping["EventSourceArn"]["Fn::ImportValue"]["Fn::Sub"].replace(
                        "${Environment}", "test"
                    )
                    exports = boto3.client("cloudformation").list_exports()["Exports"]
                    return mapping, next(export["Value"] for export in exports if export["Name"] == name)
        raise LookupError(f"{slug} reads no stream")

    def _new_records(self, slug: str, stream: str) -> Iterator[Event]:
        client = boto3.client("dynamodbstreams")
        (shard,) = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
        iterator = client.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = client.get_records(ShardIterator=iterator)["Records"]
        start, self._read[slug] = self._read.get(slug, 0), len(records)
        for record in records[start:]:
            yield _as_lambda_gets_it(record, stream)

    def _create_workflow(self, stack: Stack) -> str:
        (name, machine), *_ = stack.properties(MACHINE).items()
        # The emulation makes a client per task, and takes longer than the workflow may on a busy machine.
        definition = json.dumps(stack.workflows[name] | {"TimeoutSeconds": 200})
        for variable, value in machine["DefinitionSubstitutions"].items():
            logical_id = target(value) or ""
            arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{logical_id}"
            definition = definition.replace(f"${{{variable}}}", self._resources.get(logical_id, arn))
        self._monkeypatch.setattr(lambda_eval_utils, "_invoke_lambda_function", self._run_task)
        states = boto3.client("stepfunctions")
        arn = states.create_state_machine(
            name=name, definition=definition, roleArn="arn:aws:iam::123456789012:role/workflow"
        )["stateMachineArn"]
        self._workflow_client = states
        return arn

    def vote_over_http(self, ballot: str, body: Event) -> tuple[int, Event]:
        """Send a vote; the workflow that it starts runs to its end in between."""
        module = self.handler("vote_wrapper")
        client = module.casting.workflow._client
        client.meta.events.register("before-call.sfn.StartSyncExecution", self._start_sync, unique_id="world")
        status, answer, _ = self.http("vote_wrapper", "POST /vote", body, headers={"cookie": ballot})
        return status, answer

    def _start_sync(self, params: Event, **_: Any) -> tuple[AWSResponse, Event]:
        sent = json.loads(params["body"])
        arn = self._workflow_client.start_execution(
            stateMachineArn=sent["stateMachineArn"], name=str(uuid.uuid4()), input=sent["input"]
        )["executionArn"]
        while True:
            execution = self._workflow_client.describe_execution(executionArn=arn)
            if execution["status"] != "RUNNING":
                return AWSResponse("", 200, HTTPHeaders(), None), dict(execution)
            time.sleep(0.005)

    def _run_task(self, parameters: Event, **_: Any) -> Event:
        slug = slug_of(parameters["FunctionName"].rpartition(":")[2])
        with self._turn:
            # Without its decorators: they would flush the metrics of the caller, whose process it shares.
            answer = inspect.unwrap(self.handler(slug).handler)(json.loads(parameters["Payload"]), CONTEXT)
        return {"StatusCode": 200, "Payload": json.loads(json.dumps(answer))}


def _logical_id(slug: str) -> str:
    return "".join(part.capitalize() for part in slug.split("_")) + "Function"


def _as_lambda_gets_it(record: Any, stream: str) -> Event:
    """Return a record in the JSON that Lambda is handed: bytes as base64, moments as seconds."""

    def plain(value: Any) -> Any:
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()

    shown: Event = json.loads(json.dumps(record, default=plain))
    return shown | {"eventSource": "aws:dynamodb", "eventSourceARN": stream}


def _passes(mapping: Event, record: Event) -> bool:
    filters = mapping.get("FilterCriteria", {}).get("Filters", [])
    return not filters or any(_matches(json.loads(each["Pattern"]), record) for each in filters)


def _matches(pattern: Any, value: Any) -> bool:
    """Tell whether an event filter's pattern lets a value through: lists of allowed values at the leaves."""
    if isinstance(pattern, list):
        assert all(isinstance(allowed, str) for allowed in pattern), "a rule this test does not know"
        return value in pattern
    return isinstance(value, dict) and all(
        name in value and _matches(part, value[name]) for name, part in pattern.items()
    )

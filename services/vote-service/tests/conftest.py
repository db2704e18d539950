"""The service as its template describes it, on moto: tables, queue, secrets, the real ASL, the real handlers.

Two seams only, both where moto ends: it has no `StartSyncExecution`, and it would run Lambda tasks in Docker.
"""

import importlib
import inspect
import json
import logging
import os
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import clear_caches
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from contracts.edge import VIEWER_ADDRESS_HEADER
from contracts.events import (
    PollArchived,
    PollArchivedV2,
    PollClosed,
    PollClosedV2,
    PollClosing,
    PollClosingV2,
    PollCreated,
    PollCreatedV2,
    PollEvent,
    PollOpened,
    PollOpenedV2,
)
from contracts.ids import PollStatus, ResultVisibility, VoterPolicy, new_poll_id
from contracts.stream import event_attribute
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from samtranslator.yaml_helper import yaml_parse
from vote_service.domain.voter import bucket_of

SERVICE = Path(__file__).parents[1]
TRAIL = SERVICE.parents[1] / "platform" / "people" / "template.yaml"
REGION = "eu-central-1"
CONTEXT = SimpleNamespace(
    function_name="test",
    function_version="live",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:test:live",
    aws_request_id="00000000-0000-0000-0000-000000000000",
    get_remaining_time_in_millis=lambda: 300_000,
)
WITH_PROOF_OF_WORK: dict[Callable[..., PollEvent], Callable[..., PollEvent]] = {
    PollCreated: PollCreatedV2,
    PollOpened: PollOpenedV2,
    PollClosing: PollClosingV2,
    PollClosed: PollClosedV2,
    PollArchived: PollArchivedV2,
}
type Event = dict[str, Any]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml_parse((SERVICE / "template.yaml").read_text()))


@pytest.fixture(scope="session")
def definition(template: dict[str, Any]) -> dict[str, Any]:
    path = SERVICE / template["Resources"]["VoteWorkflow"]["Properties"]["DefinitionUri"]
    return cast("dict[str, Any]", json.loads(path.read_text()))


@pytest.fixture
def lambda_context() -> SimpleNamespace:
    return CONTEXT


class Stack:
    """What `sam deploy` would make of the template, as far as moto goes."""

    site_origin = "https://vote.example"
    origin_secret = "origin-secret-value"

    def __init__(self, template: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        self.template = template
        self.resources: dict[str, Any] = template["Resources"]
        self.dynamodb = boto3.client("dynamodb")
        self.sqs = boto3.client("sqs")
        self.secrets = boto3.client("secretsmanager")
        self.stepfunctions = boto3.client("stepfunctions")
        self._monkeypatch = monkeypatch
        self._modules: dict[str, ModuleType] = {}
        self._lambda_lock = threading.Lock()
        self._workflow_lock = threading.Lock()
        self.after_validation: Callable[[], None] = lambda: None
        self.imports = {
            "VoterKeysSecretArn": self._secret("voter-keys", {"current": "k1", "k1": "a" * 64}),
            "ResultsPassSecretArn": self._secret("results-pass", {"current": "k1", "k1": "b" * 64}),
            "TrailTableName": "trail",
            "MembersTableName": "members",
            "OriginSecretArn": self._secret("origin", {"current": self.origin_secret, "previous": ""}),
        }
        self.refs: dict[str, str] = {
            name: str(parameter["Default"])
            for name, parameter in template["Parameters"].items()
            if "Default" in parameter
        } | {"Environment": "test", "SiteOrigin": self.site_origin}
        self._create_tables()
        queue = self.resources["TrackPollSetAsideQueue"]["Properties"]["QueueName"]
        self.refs["TrackPollSetAsideQueue"] = self.sqs.create_queue(QueueName=self.resolve(queue))["QueueUrl"]
        name = self.resolve(self.resources["VoteWorkflow"]["Properties"]["Name"])
        self.refs["VoteWorkflow"] = f"arn:aws:states:{REGION}:123456789012:stateMachine:{name}"

    def resolve(self, value: Any) -> Any:
        """Return a template value with its intrinsic functions worked out."""
        resolved = value
        match value:
            case {"Ref": str(name)}:
                resolved = self.refs[name]
            case {"Fn::Sub": str(text)}:
                resolved = re.sub(r"\$\{(\w+)\}", lambda found: self.refs[found[1]], text)
            case {"Fn::ImportValue": name}:
                resolved = self.imports[self.resolve(name).removeprefix("tot-test:")]
            case {"Fn::GetAtt": [str(resource), "Arn"]}:
                resolved = f"arn:aws:lambda:{REGION}:123456789012:function:{resource}"
            case dict():
                resolved = {name: self.resolve(part) for name, part in value.items()}
            case list():
                resolved = [self.resolve(part) for part in value]
        return resolved

    def handler(self, slug: str) -> ModuleType:
        """Return the handler's module, imported with the environment that the template gives it."""
        if slug not in self._modules:
            logical_id = "".join(word.capitalize() for word in slug.split("_")) + "Function"
            function = self.resources[logical_id]["Properties"]
            variables = self.template["Globals"]["Function"]["Environment"]["Variables"]
            for name, value in self.resolve(variables | function["Environment"]["Variables"]).items():
                self._monkeypatch.setenv(name, value)
            path = function["Handler"].removesuffix(".handler")
            sys.modules.pop(path, None)
            module = importlib.import_module(path)
            if slug == "vote_wrapper":
                client = module.casting.workflow._client
                client.meta.events.register("before-call.sfn.StartSyncExecution", self._start_sync_execution)
            self._modules[slug] = module
        return self._modules[slug]

    def run_workflow(self, workflow_input: Any) -> dict[str, Any]:
        """Run the ASL of the template to its end and return what `StartSyncExecution` would answer."""
        with self._workflow_lock:
            workflow = self._workflow_arn
        arn = self.stepfunctions.start_execution(
            stateMachineArn=workflow,
            name=str(uuid.uuid4()),
            input=json.dumps(workflow_input),
        )["executionArn"]
        while True:
            execution = self.stepfunctions.describe_execution(executionArn=arn)
            if execution["status"] != "RUNNING":
                return cast("dict[str, Any]", execution)
            time.sleep(0.005)

    def track(self, *events: PollEvent) -> Event:
        """Deliver poll events through the handler, as the stream would."""
        return self.deliver(*(stream_record(event, number) for number, event in enumerate(events, start=1)))

    def deliver(self, *records: Event) -> Event:
        """Deliver raw stream records through the handler."""
        return cast("Event", self.handler("track_poll").handler({"Records": list(records)}, CONTEXT))

    def set_clock(self, moment: datetime) -> None:
        """Let every handler on the way of a vote read this moment."""

        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return moment.astimezone(tz)

        for slug in ("issue_ballot", "issue_challenge", "vote_wrapper", "validate_vote"):
            self._monkeypatch.setattr(self.handler(slug), "datetime", Clock)

    def forget_secrets(self) -> None:
        """Let time pass, as far as the cache of secrets goes."""
        clear_caches()  # type: ignore[no-untyped-call]

    def votes(self) -> list[dict[str, Any]]:
        """Return everything in VotesLog."""
        return cast("list[dict[str, Any]]", self.dynamodb.scan(TableName=self.refs["VotesLogTable"])["Items"])

    def poll_copy(self, poll_id: str) -> dict[str, Any] | None:
        """Return the item in VotingState."""
        key = {"poll_id": {"S": poll_id}}
        return self.dynamodb.get_item(TableName=self.refs["VotingStateTable"], Key=key).get("Item")

    def set_aside(self) -> list[dict[str, Any]]:
        """Return what was put on the queue, taking it off."""
        answer = self.sqs.receive_message(
            QueueUrl=self.refs["TrackPollSetAsideQueue"], MaxNumberOfMessages=10
        )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def _secret(self, name: str, value: dict[str, str]) -> str:
        return self.secrets.create_secret(Name=name, SecretString=json.dumps(value))["ARN"]

    def _create_tables(self) -> None:
        taken = ("AttributeDefinitions", "KeySchema", "BillingMode", "StreamSpecification")
        for logical_id, resource in self.resources.items():
            if resource["Type"] == "AWS::DynamoDB::Table":
                properties = resource["Properties"]
                name = self.resolve(properties["TableName"])
                self.refs[logical_id] = name
                arguments = {key: dict_or_list(properties[key]) for key in taken if key in properties}
                if "StreamSpecification" in arguments:
                    arguments["StreamSpecification"]["StreamEnabled"] = True
                self.dynamodb.create_table(TableName=name, **arguments)
        trail = yaml_parse(TRAIL.read_text())["Resources"]["TrailTable"]["Properties"]
        keys = {key: trail[key] for key in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")}
        self.dynamodb.create_table(TableName="trail", BillingMode="PAY_PER_REQUEST", **keys)
        members = yaml_parse(TRAIL.read_text())["Resources"]["MembersTable"]["Properties"]
        keys = {key: members[key] for key in ("AttributeDefinitions", "KeySchema")}
        self.dynamodb.create_table(TableName="members", BillingMode="PAY_PER_REQUEST", **keys)

    @cached_property
    def _workflow_arn(self) -> str:
        """Made when it is first run: reading the ASL is most of the time of a test that does not need it."""
        properties = self.resources["VoteWorkflow"]["Properties"]
        definition = json.loads((SERVICE / properties["DefinitionUri"]).read_text())
        # The emulation makes a client per task: fifty executions at once on a small machine take longer.
        definition["TimeoutSeconds"] = 200
        text = json.dumps(definition)
        for name, value in self.resolve(properties["DefinitionSubstitutions"]).items():
            text = text.replace(f"${{{name}}}", value)
        return self.stepfunctions.create_state_machine(
            name=self.resolve(properties["Name"]),
            definition=text,
            roleArn="arn:aws:iam::123456789012:role/vote-workflow",
        )["stateMachineArn"]

    def _start_sync_execution(self, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        sent = json.loads(params["body"])
        assert sent["stateMachineArn"] == self.refs["VoteWorkflow"]
        execution = self.run_workflow(json.loads(sent["input"]))
        return AWSResponse("", 200, HTTPHeaders(), None), execution

    def answer_lambda_task(self, parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Stand in for Lambda: the real handler, its exceptions as Lambda reports them."""
        assert parameters["FunctionName"] == self.resolve({"Fn::GetAtt": ["ValidateVoteFunction", "Arn"]})
        try:
            with self._lambda_lock:
                # Without its decorators: they would flush the metrics of the caller, whose process it shares.
                validate_vote = inspect.unwrap(self.handler("validate_vote").handler)
                payload = validate_vote(json.loads(parameters["Payload"]), CONTEXT)
        except Exception as error:  # noqa: BLE001
            payload = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload}
        self.after_validation()
        return {"StatusCode": 200, "Payload": json.loads(json.dumps(payload))}


def dict_or_list(value: Any) -> Any:
    """Return a plain copy of what the YAML reader made."""
    return json.loads(json.dumps(value))


def stream_record(event: PollEvent, number: int = 1) -> Event:
    """Return the event as one record of the Polls stream."""
    return {
        "eventID": f"event-{number}",
        "eventName": "MODIFY",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/tot-test-polls/stream/x",
        "dynamodb": {
            "SequenceNumber": str(number).zfill(21),
            "Keys": {"poll_id": {"S": "whatever"}},
            "NewImage": {"poll_id": {"S": event.poll_id}, "event": event_attribute(event)},
            "SizeBytes": 100,
            "StreamViewType": "NEW_IMAGE",
        },
    }


@pytest.fixture
def stack(template: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    clear_caches()  # type: ignore[no-untyped-call]
    # It reports each failed condition as an error, with the whole state machine in one line.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        stack = Stack(template, monkeypatch)
        monkeypatch.setattr(
            lambda_eval_utils,
            "_invoke_lambda_function",
            stack.answer_lambda_task,
        )
        # DynamoDB decides a conditional write in one step; moto checks, then writes.
        put_item, one_at_a_time = DynamoDBBackend.put_item, threading.Lock()

        def put_item_in_one_step(*args: Any, **kwargs: Any) -> Any:
            with one_at_a_time:
                return put_item(*args, **kwargs)

        monkeypatch.setattr(DynamoDBBackend, "put_item", put_item_in_one_step)
        yield stack
    clear_caches()  # type: ignore[no-untyped-call]


@pytest.fixture
def make_record() -> Callable[[PollEvent, int], Event]:
    return stream_record


@pytest.fixture
def make_poll() -> Callable[..., PollEvent]:
    """Return a maker of poll events: an open poll unless told otherwise, times in seconds from now."""

    def make(
        status: PollStatus = PollStatus.OPEN,
        *,
        poll_id: str | None = None,
        opens: float | None = -60,
        closes: float | None = None,
        revision: int = 2,
        policy: VoterPolicy = VoterPolicy.DEVICE,
        archived: bool = False,
        proof_of_work: bool = False,
    ) -> PollEvent:
        now = datetime.now(UTC)
        kinds: dict[PollStatus, Callable[..., PollEvent]] = {
            PollStatus.DRAFT: PollCreated,
            PollStatus.OPEN: PollOpened if closes is None else PollClosing,
            PollStatus.CLOSED: PollArchived if archived else PollClosed,
        }
        kind = kinds[status]
        if proof_of_work:
            kind = partial(WITH_PROOF_OF_WORK[kind], proof_of_work=True)
        return kind(
            poll_id=poll_id or new_poll_id(),
            question="Tea or coffee?",
            option_a="Tea",
            option_b="Coffee",
            status=status,
            opens_at=None if opens is None else now + timedelta(seconds=opens),
            closes_at=None if closes is None else now + timedelta(seconds=closes),
            policy=policy,
            result_visibility=ResultVisibility.ALWAYS,
            revision=revision,
            occurred_at=now,
        )

    return make


@pytest.fixture
def make_vote() -> Callable[..., Event]:
    """Return a maker of workflow inputs."""

    def make(poll: PollEvent, choice: str = "a", voter_key: str = "v" * 43, **changed: Any) -> Event:
        return {
            "poll_id": poll.poll_id,
            "choice": choice,
            "voter_key": voter_key,
            "bucket": bucket_of(voter_key, 16),
            "receipt": "ABCD-EFGH-JKMN-PQRS",
            "ballot": "b" * 43,
            "policy": "device",
            "entitled": True,
        } | changed

    return make


class Browser:
    """A page of ours behind the edge, with its cookie jar, calling the handlers."""

    def __init__(self, stack: Stack, address: str = "192.0.2.1") -> None:
        self.stack = stack
        self.cookies: dict[str, str] = {}
        self.headers = {
            "x-origin-verify": stack.origin_secret,
            VIEWER_ADDRESS_HEADER: f"{address}:46532",
            "sec-fetch-site": "same-origin",
            "content-type": "application/json",
        }

    def is_seen_at(self, viewer_address: str | None) -> None:
        """Move to where the edge says this, or says nothing."""
        self.headers.pop(VIEWER_ADDRESS_HEADER, None)
        if viewer_address is not None:
            self.headers[VIEWER_ADDRESS_HEADER] = viewer_address

    def post(self, path: str, body: Any = None, headers: dict[str, str | None] | None = None) -> Event:
        """Send a POST as API Gateway would pass it on; a `None` header is left out."""
        slug = {"/ballot": "issue_ballot", "/ballot/challenge": "issue_challenge"}.get(path, "vote_wrapper")
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        sent = {name: value for name, value in (self.headers | (headers or {})).items() if value is not None}
        event = {
            "version": "2.0",
            "routeKey": f"POST {path}",
            "rawPath": path,
            "rawQueryString": "",
            "headers": sent,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                "http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"},
                "requestId": "request",
                "routeKey": f"POST {path}",
                "stage": "$default",
            },
            "body": text,
            "isBase64Encoded": False,
        }
        answer = self.send(slug, event)
        for cookie in answer.get("cookies") or []:
            name, _, value = cookie.partition("=")
            self.cookies[name] = value.partition(";")[0]
        return answer

    def send(self, slug: str, event: Event) -> Event:
        answer = cast("Event", self.stack.handler(slug).handler(event, CONTEXT))
        return answer | {"json": json.loads(answer["body"])}

    def vote(
        self, poll_id: str, choice: str = "a", code: str | None = None, proof: Event | None = None
    ) -> Event:
        """Send a vote as our page does."""
        more = {"code": code, "proof": proof}
        body = {"poll_id": poll_id, "choice": choice} | {name: value for name, value in more.items() if value}
        return self.post("/vote", body)

    def challenge(self, poll_id: str) -> Event:
        """Ask for a challenge; return the answer."""
        return self.post("/ballot/challenge", {"poll_id": poll_id})


class Organiser(Browser):
    """The dashboard behind the edge and the gateway's authorizer."""

    def mint(self, poll_id: str, body: Any, sub: str | None = "organiser-1") -> Event:
        """Ask for codes."""
        return self.ask("mint_codes", "POST", f"/admin/api/polls/{poll_id}/codes", body, sub)

    def abuse(self, poll_id: str) -> Event:
        """Ask for the report of abuse."""
        return self.ask("get_abuse_report", "GET", f"/admin/api/polls/{poll_id}/abuse")

    def ask(
        self, slug: str, method: str, path: str, body: Any = None, sub: str | None = "organiser-1"
    ) -> Event:
        """Call the admin API, as API Gateway would pass it on."""
        claimed = {"sub": sub, "username": "ada", "cognito:groups": "[editor]"}
        claims = {} if sub is None else {"authorizer": {"jwt": {"claims": claimed, "scopes": None}}}
        context = {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"},
            "requestId": "request",
            "stage": "$default",
        }
        return self.send(
            slug,
            {
                "version": "2.0",
                "routeKey": f"{method} {path}",
                "rawPath": path,
                "headers": self.headers,
                "requestContext": context | claims,
                "body": body if isinstance(body, str) or body is None else json.dumps(body),
                "isBase64Encoded": False,
            },
        )

    def codes(self, poll_id: str, count: int = 1) -> list[str]:
        """Return newly minted codes."""
        answer = self.mint(poll_id, {"count": count})
        assert answer["statusCode"] == 201, answer["body"]
        return list(answer["json"]["codes"])


@pytest.fixture
def new_browser(stack: Stack) -> Callable[..., Browser]:
    """Return a maker of browsers; an address makes one elsewhere."""
    return partial(Browser, stack)


@pytest.fixture
def voter(stack: Stack) -> Browser:
    """A browser that has its ballot."""
    browser = Browser(stack)
    assert browser.post("/ballot")["statusCode"] == 200
    return browser


@pytest.fixture
def organiser(stack: Stack) -> Organiser:
    return Organiser(stack)

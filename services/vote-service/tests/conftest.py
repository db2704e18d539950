"""The service on moto, created from its template: tables, queue, secrets, the real ASL and handlers.

Two parts are replaced: moto has no `StartSyncExecution`, and it would run Lambda tasks in Docker.
"""

import importlib
import inspect
import json
import logging
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Self, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from contracts.edge import VIEWER_ADDRESS_HEADER
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.events import (
    PollArchived,
    PollClosed,
    PollClosing,
    PollCreated,
    PollEvent,
    PollOpened,
)
from contracts.ids import new_poll_id
from contracts.stream import event_attribute
from moto.dynamodb.models import DynamoDBBackend
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from stacks.resolver import Resolver
from stacks.template import read_template
from testkit import events, moto_state
from testkit.aws import create_table, emulated_aws, forget_secrets
from testkit.events import ACCOUNT, REGION, LambdaContext, http_event, lambda_context, stream_event
from testkit.workflows import run_at_once
from vote_service.domain.voter_key import bucket_of

SERVICE: Final = Path(__file__).parents[1]
CONTEXT: Final = lambda_context()
TABLES: Final = ("VotesLogTable", "VotingStateTable", "AuditLogTable", "MembersTable")
QUEUE: Final = "TrackPollDeadLetterQueue"
ORIGIN_SECRET: Final = "origin-secret-value"
SECRETS: Final = {
    "VoterKeysSecret": {"current": "k1", "k1": "a" * 64},
    "ResultsPassSecret": {"current": "k1", "k1": "b" * 64},
    "OriginSecret": {"current": ORIGIN_SECRET, "previous": ""},
}
type Event = dict[str, Any]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template(SERVICE / "template.yaml")


@pytest.fixture(scope="session")
def definition(template: dict[str, Any]) -> dict[str, Any]:
    path = SERVICE / template["Resources"]["VoteWorkflow"]["Properties"]["DefinitionUri"]
    return cast("dict[str, Any]", json.loads(path.read_text()))


@pytest.fixture(name="lambda_context")
def context() -> LambdaContext:
    return CONTEXT


class Stack:
    """The deployed template, as far as moto supports it, with the real handlers.

    The tests of a module share it; `lent` empties it for each test.
    """

    def __init__(self, resources: dict[str, Any], variables: pytest.MonkeyPatch) -> None:
        self.resources = resources
        self.resolver = Resolver()
        self.dynamodb = boto3.client("dynamodb")
        self.sqs = boto3.client("sqs")
        self.secrets = boto3.client("secretsmanager")
        self.stepfunctions = boto3.client("stepfunctions")
        self._variables = variables
        self._test = variables
        self._modules: dict[str, ModuleType] = {}
        self._hooks: list[tuple[Any, str, Callable[..., Any]]] = []
        self._lambda_lock = threading.Lock()
        self._workflow_lock = threading.Lock()
        self.after_validation: Callable[[], None] = lambda: None
        self._create_what_is_missing()
        self.refs = {name: self.resolver.name(name) for name in (*TABLES, QUEUE, "VoteWorkflow")}

    @contextmanager
    def lent(self, test: pytest.MonkeyPatch) -> Iterator[Self]:
        """Yield the stack to one test, empty, and clean it up afterwards.

        Handlers stay imported, as in a warm function, unless the test has set a parameter or deleted a
        resource that they access by its ARN.
        """
        self._test = test
        forget_secrets()
        made = dict(self.resolver.made)
        yield self
        self.forget_hooks()
        self.after_validation = lambda: None
        moto_state.clear(ACCOUNT, REGION)
        self._create_what_is_missing()
        if self.resolver.made != made or self.resolver.parameters != Resolver().parameters:
            self.resolver = Resolver(made=self.resolver.made)
            self._modules.clear()

    def set_parameter(self, name: str, value: str) -> None:
        """Set a parameter of the template for this test."""
        parameters = {**self.resolver.parameters, name: value}
        self.resolver = Resolver(parameters=parameters, made=self.resolver.made)
        self._modules.clear()

    def hook(self, client: Any, name: str, hook: Callable[..., Any]) -> None:
        """Register a hook on a client's calls, before all other hooks, until the test ends."""
        client.meta.events.register_first(name, hook)
        self._hooks.append((client, name, hook))

    def forget_hooks(self) -> None:
        """Unregister all hooks."""
        for client, name, hook in self._hooks:
            client.meta.events.unregister(name, hook)
        self._hooks.clear()

    def handler(self, slug: str) -> ModuleType:
        """Return the handler's module, imported with the environment of its template."""
        if slug not in self._modules:
            for name, value in self.resolver.environment(slug).items():
                self._variables.setenv(name, value)
            path = f"vote_service.handlers.{slug}"
            sys.modules.pop(path, None)
            module = importlib.import_module(path)
            if slug == "vote_wrapper":
                client = module.vote_caster.workflow._client
                client.meta.events.register("before-call.sfn.StartSyncExecution", self._start_sync_execution)
            self._modules[slug] = module
        return self._modules[slug]

    def run_workflow(self, workflow_input: Any) -> dict[str, Any]:
        """Run the ASL to its end and return the response of `StartSyncExecution`."""
        with self._workflow_lock:
            workflow = self._workflow_arn
        arn = self.stepfunctions.start_execution(
            stateMachineArn=workflow,
            name=str(uuid.uuid4()),
            input=json.dumps(workflow_input),
        )["executionArn"]
        return cast("dict[str, Any]", self.stepfunctions.describe_execution(executionArn=arn))

    def track(self, *changes: PollEvent) -> Event:
        """Deliver poll events to the handler, like the stream."""
        return self.deliver(*(stream_record(event, number) for number, event in enumerate(changes, start=1)))

    def deliver(self, *records: Event) -> Event:
        """Deliver raw stream records to the handler."""
        return cast("Event", self.handler("track_poll").handler(stream_event(*records), CONTEXT))

    def set_clock(self, moment: datetime) -> None:
        """Set the clock of all handlers that process votes."""

        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return moment.astimezone(tz)

        for slug in ("issue_voter_token", "issue_challenge", "vote_wrapper", "validate_vote"):
            self._test.setattr(self.handler(slug), "datetime", Clock)

    def set_secret(self, logical_id: str, value: dict[str, str]) -> None:
        """Set the value of a secret and clear the cache of secrets."""
        self.secrets.put_secret_value(SecretId=self.arn(logical_id), SecretString=json.dumps(value))
        forget_secrets()

    def arn(self, logical_id: str) -> str:
        """Return a secret's ARN."""
        return self.resolver.made[logical_id]["Ref"]

    def votes(self) -> list[dict[str, Any]]:
        """Return all items in VotesLog."""
        return cast("list[dict[str, Any]]", self.dynamodb.scan(TableName=self.refs["VotesLogTable"])["Items"])

    def poll_copy(self, poll_id: str) -> dict[str, Any] | None:
        """Return the item in VotingState."""
        key = {"poll_id": {"S": poll_id}}
        return self.dynamodb.get_item(TableName=self.refs["VotingStateTable"], Key=key).get("Item")

    def dead_letters(self) -> list[dict[str, Any]]:
        """Receive and delete all messages of the dead-letter queue."""
        queue = self.refs[QUEUE]
        messages = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def _create_what_is_missing(self) -> None:
        """Create missing tables and the queue, and the secrets with their values."""
        existing = self.dynamodb.list_tables()["TableNames"]
        for logical_id, properties in self.resolver.resources("AWS::DynamoDB::Table").items():
            if logical_id in TABLES and properties["TableName"] not in existing:
                create_table(self.dynamodb, properties)
        names = self.resolver.resources("AWS::SecretsManager::Secret")
        for logical_id, value in SECRETS.items():
            arn = self._create_secret(names[logical_id]["Name"], json.dumps(value))
            self.resolver.made[logical_id] = {"Ref": arn, "Arn": arn, "Id": arn}
        queue = self.resolver.resources("AWS::SQS::Queue")[QUEUE]["QueueName"]
        self.resolver.made[QUEUE] = {"Ref": self.sqs.create_queue(QueueName=queue)["QueueUrl"]}

    def _create_secret(self, name: str, text: str) -> str:
        try:
            secret = self.secrets.get_secret_value(SecretId=name)
        except self.secrets.exceptions.ResourceNotFoundException:
            return self.secrets.create_secret(Name=name, SecretString=text)["ARN"]
        if secret["SecretString"] != text:
            self.secrets.put_secret_value(SecretId=name, SecretString=text)
        return secret["ARN"]

    @cached_property
    def _workflow_arn(self) -> str:
        """Created on first use, because moto takes long to parse the ASL."""
        arn, definition = self.resolver.workflow()
        # Fifty executions at once on a small machine take longer than on AWS.
        definition["TimeoutSeconds"] = 200
        self.stepfunctions.create_state_machine(
            name=arn.rpartition(":")[2],
            definition=json.dumps(definition),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/vote-workflow",
        )
        return arn

    def _start_sync_execution(self, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        sent = json.loads(params["body"])
        assert sent["stateMachineArn"] == self.refs["VoteWorkflow"]
        execution = self.run_workflow(json.loads(sent["input"]))
        return AWSResponse("", 200, HTTPHeaders(), None), execution

    def answer_lambda_task(self, parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Invoke the real handler in place of Lambda, with exceptions in Lambda's format."""
        assert parameters["FunctionName"] == self._validate_vote_arn
        try:
            with self._lambda_lock:
                # Without its decorators, which would flush the metrics of the caller in the same process.
                validate_vote = inspect.unwrap(self.handler("validate_vote").handler)
                payload = validate_vote(json.loads(parameters["Payload"]), CONTEXT)
        except Exception as error:  # noqa: BLE001
            payload = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload}
        self.after_validation()
        return {"StatusCode": 200, "Payload": json.loads(json.dumps(payload))}

    @cached_property
    def _validate_vote_arn(self) -> str:
        return f"{self.resolver.arns('AWS::Lambda::Function')['ValidateVoteFunction']}:live"


def stream_record(event: PollEvent, number: int = 1) -> Event:
    """Return the event as one record of the Polls stream."""
    image = {"event": event_attribute(event)}
    return events.stream_record({"poll_id": event.poll_id}, image, number=number, table="tot-test-polls")


@pytest.fixture(scope="module")
def deployed(template: dict[str, Any]) -> Iterator[Stack]:
    """The stack that all tests of a module share."""
    # moto logs each failed condition as an error, with the whole state machine in one line.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    with emulated_aws(workflows=True) as variables:
        run_at_once(variables)
        stack = Stack(template["Resources"], variables)
        variables.setattr(lambda_eval_utils, "_invoke_lambda_function", stack.answer_lambda_task)
        # A conditional write is atomic in DynamoDB but not in moto, so writes are serialised.
        put_item, one_at_a_time = DynamoDBBackend.put_item, threading.Lock()

        def put_item_in_one_step(*args: Any, **kwargs: Any) -> Any:
            with one_at_a_time:
                return put_item(*args, **kwargs)

        variables.setattr(DynamoDBBackend, "put_item", put_item_in_one_step)
        yield stack


@pytest.fixture
def stack(deployed: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with deployed.lent(monkeypatch):
        yield deployed


@pytest.fixture
def make_record() -> Callable[[PollEvent, int], Event]:
    return stream_record


@pytest.fixture
def make_poll() -> Callable[..., PollEvent]:
    """Return a factory of poll events: an open poll by default, times in seconds from now."""

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
        shuffle_options: bool = False,
    ) -> PollEvent:
        now = datetime.now(UTC)
        kinds: dict[PollStatus, Callable[..., PollEvent]] = {
            PollStatus.DRAFT: PollCreated,
            PollStatus.OPEN: PollOpened if closes is None else PollClosing,
            PollStatus.CLOSED: PollArchived if archived else PollClosed,
        }
        return kinds[status](
            poll_id=poll_id or new_poll_id(),
            question="Tea or coffee?",
            option_a="Tea",
            option_b="Coffee",
            status=status,
            opens_at=None if opens is None else now + timedelta(seconds=opens),
            closes_at=None if closes is None else now + timedelta(seconds=closes),
            policy=policy,
            result_visibility=ResultVisibility.ALWAYS,
            proof_of_work=proof_of_work,
            shuffle_options=shuffle_options,
            revision=revision,
            occurred_at=now,
        )

    return make


@pytest.fixture
def make_vote() -> Callable[..., Event]:
    """Return a factory of workflow inputs."""

    def make(poll: PollEvent, choice: str = "a", voter_key: str = "v" * 43, **changed: Any) -> Event:
        return {
            "poll_id": poll.poll_id,
            "choice": choice,
            "voter_key": voter_key,
            "bucket": bucket_of(voter_key, 16),
            "receipt": "ABCD-EFGH-JKMN-PQRS",
            "voter_token": "b" * 43,
            "policy": "device",
            "entitled": True,
            "trace_id": "0" * 32,
        } | changed

    return make


class Browser:
    """A voter's page behind the edge, with a cookie jar, that calls the handlers."""

    def __init__(self, stack: Stack, address: str = "192.0.2.1") -> None:
        self.stack = stack
        self.cookies: dict[str, str] = {}
        self.headers = {
            "x-origin-verify": ORIGIN_SECRET,
            VIEWER_ADDRESS_HEADER: f"{address}:46532",
            "sec-fetch-site": "same-origin",
            "content-type": "application/json",
        }

    def is_seen_at(self, client_address: str | None) -> None:
        """Set the client address that the edge sends; None sends no address."""
        self.headers.pop(VIEWER_ADDRESS_HEADER, None)
        if client_address is not None:
            self.headers[VIEWER_ADDRESS_HEADER] = client_address

    def post(self, path: str, body: Any = None, headers: dict[str, str | None] | None = None) -> Event:
        """Send a POST as an event of API Gateway; a header with the value None is omitted."""
        slug = {"/voter-token": "issue_voter_token", "/voter-token/challenge": "issue_challenge"}.get(
            path, "vote_wrapper"
        )
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        event = http_event("POST", path, body, headers=self.headers | (headers or {}), cookies=cookies)
        answer = self.send(slug, event)
        for cookie in answer.get("cookies") or []:
            name, _, value = cookie.partition("=")
            self.cookies[name] = value.partition(";")[0]
        return answer

    def send(self, slug: str, event: Event) -> Event:
        answer = cast("Event", self.stack.handler(slug).handler(event, CONTEXT))
        return answer | {"json": json.loads(answer["body"])}

    def vote(
        self,
        poll_id: str,
        choice: str = "a",
        code: str | None = None,
        proof: Event | None = None,
        shown_first: str | None = None,
    ) -> Event:
        """Send a vote like the voter's page."""
        more = {"code": code, "proof": proof, "shown_first": shown_first}
        body = {"poll_id": poll_id, "choice": choice} | {name: value for name, value in more.items() if value}
        return self.post("/vote", body)

    def challenge(self, poll_id: str) -> Event:
        """Request a challenge and return the response."""
        return self.post("/voter-token/challenge", {"poll_id": poll_id})


class Organiser(Browser):
    """The dashboard behind the edge and the gateway's authorizer."""

    def mint(self, poll_id: str, body: Any, sub: str | None = "organiser-1") -> Event:
        """Request codes."""
        return self.ask("mint_codes", "POST", f"/admin/api/polls/{poll_id}/codes", body, sub)

    def abuse(self, poll_id: str) -> Event:
        """Request the abuse report."""
        return self.ask("get_abuse_report", "GET", f"/admin/api/polls/{poll_id}/abuse")

    def ask(
        self, slug: str, method: str, path: str, body: Any = None, sub: str | None = "organiser-1"
    ) -> Event:
        """Call the admin API with an event of API Gateway."""
        claims = None if sub is None else {"sub": sub, "username": "ada", "cognito:groups": "[editor]"}
        return self.send(slug, http_event(method, path, body, headers=self.headers, claims=claims))

    def codes(self, poll_id: str, count: int = 1) -> list[str]:
        """Return newly minted codes."""
        answer = self.mint(poll_id, {"count": count})
        assert answer["statusCode"] == 201, answer["body"]
        return list(answer["json"]["codes"])


@pytest.fixture
def new_browser(stack: Stack) -> Callable[..., Browser]:
    """Return a factory of browsers, with an optional client address."""
    return partial(Browser, stack)


@pytest.fixture
def voter(stack: Stack) -> Browser:
    """A browser with a voter token."""
    browser = Browser(stack)
    assert browser.post("/voter-token")["statusCode"] == 200
    return browser


@pytest.fixture
def organiser(stack: Stack) -> Organiser:
    return Organiser(stack)

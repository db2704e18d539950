"""A correct environment in memory: answers of AWS and of the site, in which each test plants one fault."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

import httpx
import pytest
from botocore.exceptions import ClientError
from contracts.polls import Poll
from contracts.stack_exports import Service
from smoke.environment import Environment
from smoke.evidence import Evidence

SITE: Final = "https://vote.example"
DIRECT: Final = "https://public.execute-api.example"
POLL_ID: Final = "01jd0000000000000000000000"
SCRIPT: Final = b"export {};"
PAGE: Final = (
    f'<script type="module" src="/assets/page.js" integrity="sha384-'
    f'{base64.b64encode(hashlib.sha384(SCRIPT).digest()).decode()}"></script>'
).encode()
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' wss://vote.example "
    "https://sign-in.example/oauth2/token; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
POLL: Final[dict[str, Any]] = {
    "poll_id": POLL_ID, "question": "Smoke test: is everything fine?",
    "options": {"a": {"label": "Yes", "image": None}, "b": {"label": "No", "image": None}},
    "opens_at": "2026-11-29T12:00:00Z", "closes_at": None, "policy": "device",
    "result_visibility": "after_close", "show_turnout": True, "proof_of_work": False, "revision": 2,
    "status": "open", "archived_at": None, "embed_origins": [], "rerun_of": None,
}  # fmt: skip
PUBLIC_POLL: Final = {
    name: value for name, value in POLL.items()
    if name not in {"archived_at", "embed_origins", "rerun_of", "proof_of_work"}
}  # fmt: skip
RECORDED: Final = {
    "poll_id": POLL_ID, "choice": "a", "receipt": "0123-4567-89AB-CDEF",
    "recorded_at": "2026-11-29T12:00:05Z", "results_pass": "pass",
}  # fmt: skip
FUNCTION_ARN: Final = "arn:aws:lambda:eu-central-1:1:function:tot-dev-vote-wrapper"
RESOURCES: Final = {
    "poll-service": [("AWS::ApiGatewayV2::Route", "GetActivePollRoute", "r1")],
    "vote-service": [
        ("AWS::DynamoDB::Table", "VotesLogTable", "votes-log"),
        ("AWS::DynamoDB::Table", "VotingStateTable", "voting-state"),
        ("AWS::Lambda::EventSourceMapping", "TrackPollMapping", "m1"),
        ("AWS::Lambda::Function", "VoteWrapperFunction", "tot-dev-vote-wrapper"),
        ("AWS::Lambda::Version", "VoteWrapperVersion", f"{FUNCTION_ARN}:7"),
        ("AWS::Lambda::Alias", "VoteWrapperAlias", f"{FUNCTION_ARN}:live"),
        ("AWS::CloudWatch::Alarm", "VoteWrapperErrorsAlarm", "alarm-1"),
        ("AWS::IAM::Role", "VoteWrapperRole", "role-1"),
    ],
    "results-service": [
        ("AWS::DynamoDB::Table", "GameResultsTable", "game-results"),
        ("AWS::SQS::Queue", "DeadLetterQueue", "https://sqs.example/1/results-dead-letters"),
    ],
}  # fmt: skip


def refused(code: str, message: str) -> Callable[..., Any]:
    """Return a call that AWS refuses."""

    def call(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": message}}, "Call")

    return call


def answered(status: int, body: Any = None, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(status, content=content, headers=headers)


class FakeClient:
    """A client of one AWS service: each call has a planned answer."""

    def __init__(self, calls: dict[str, Any]) -> None:
        self._calls = calls
        self.exceptions = SimpleNamespace(ResourceNotFoundException=ClientError)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        planned = self._calls[name]
        return planned if callable(planned) else lambda **_: planned

    def get_paginator(self, name: str) -> Any:
        return SimpleNamespace(paginate=lambda **options: [getattr(self, name)(**options)])


@dataclass
class World:
    """The environment `dev`. Tests replace entries of `aws` and `site`."""

    aws: dict[str, Any] = field(default_factory=lambda: dict(AWS))
    site: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))
    on_aws: bool = True
    slept: float = 0.0

    def evidence(self, **options: Any) -> Evidence:
        """Return the evidence of a test in which a signed-in owner and an open poll exist."""
        environment = Environment(
            "dev", "eu-central-1", self._client, on_aws=self.on_aws, **{"patience": 2.0} | options
        )
        evidence = Evidence(
            environment,
            transport=httpx.MockTransport(self._answer),
            sleep=self._sleep,
            clock=lambda: self.slept,
            poll=Poll.model_validate(POLL),
        )
        evidence.owner = evidence.page(Authorization="Bearer owner")
        return evidence

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds

    def _client(self, service: str) -> FakeClient:
        prefix = f"{service}."
        return FakeClient(
            {name.removeprefix(prefix): call for name, call in self.aws.items() if name.startswith(prefix)}
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        direct = str(request.url).startswith(DIRECT)
        planned = self.site[f"{'direct' if direct else request.method} {request.url.path}"]
        answer: httpx.Response = planned(request) if callable(planned) else planned
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def _stack(service: Service) -> dict[str, Any]:
    outputs = {
        Service.PLATFORM: {
            "OriginSecretArn": "arn:origin", "PublicApiId": "public", "AdminApiId": "admin",
            "SignInUrl": "https://sign-in.example", "SignInClientId": "client", "AlarmTopicArn": "arn:topic",
            "UserPoolId": "pool",
        },
        Service.FRONTEND: {"SiteUrl": SITE, "DistributionId": "D1", "BucketName": "site"},
        Service.REALTIME: {"WebSocketApiId": "socket"},
    }.get(service, {}) | {"Release": "1.0.0" if service is Service.POLL else "1.1.0"}  # fmt: skip
    return {
        "StackName": f"tot-dev-{service.value}",
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{"ParameterKey": "SiteOrigin", "ParameterValue": SITE}],
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
    }


def _described(*, StackName: str) -> dict[str, Any]:  # noqa: N803 (AWS's name)
    return {"Stacks": [_stack(Service(StackName.removeprefix("tot-dev-")))]}


def changed(stack: str, **changes: Any) -> Callable[..., dict[str, Any]]:
    """Return a description of the stacks in which one differs; with `missing` it does not exist."""

    def describe(*, StackName: str) -> dict[str, Any]:  # noqa: N803 (AWS's name)
        if StackName != f"tot-dev-{stack}":
            return _described(StackName=StackName)
        if "missing" in changes:
            refused("ValidationError", f"Stack with id {StackName} does not exist")()
        return {"Stacks": [_stack(Service(stack)) | changes]}

    return describe


def _resources(*, StackName: str) -> dict[str, Any]:  # noqa: N803 (AWS's name)
    found = RESOURCES.get(StackName.removeprefix("tot-dev-"), [])
    names = ("ResourceType", "LogicalResourceId", "PhysicalResourceId", "ResourceStatus")
    listed = [dict(zip(names, (*one, "CREATE_COMPLETE"), strict=True)) for one in found]
    return {"StackResourceSummaries": listed}


def origin(secret: str) -> dict[str, Any]:
    """Return the answer of CloudFront about a distribution that sends this secret."""
    item = {
        "Id": "public-api", "DomainName": DIRECT.removeprefix("https://"), "OriginPath": "",
        "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "HTTPPort": 80},
        "CustomHeaders": {"Items": [{"HeaderName": "X-Origin-Verify", "HeaderValue": secret}]},
    }  # fmt: skip
    return {"DistributionConfig": {"Origins": {"Items": [item]}}}


def alarm(**changes: Any) -> dict[str, Any]:
    """Return the answer of CloudWatch about the one alarm."""
    found = {
        "AlarmName": "alarm-1", "AlarmActions": ["arn:topic"], "StateValue": "OK", "Namespace": "AWS/Lambda",
        "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "tot-dev-vote-wrapper"}],
    }  # fmt: skip
    return {"MetricAlarms": [found | changes]}


def counted(a: int, b: int) -> dict[str, Any]:
    """Return the counters of the poll under test."""
    counter = {"sk": {"S": "counter#0#shardId-01"}, "a": {"N": str(a)}, "b": {"N": str(b)}}
    return {"Items": [counter]}


def certificate(state: str, difference: int) -> httpx.Response:
    """Return the answer about the recount of the poll under test."""
    counts = {"a": 1, "b": 0, "invalid": 0}
    found = {
        "poll_id": POLL_ID, "recount_id": "r", "state": state, "certified": state == "certified",
        "reason": "reason", "log": counts, "counters": counts, "shown": counts, "difference": difference,
        "closes_at": "2026-11-29T12:00:08Z", "started_at": "2026-11-29T12:00:48Z",
        "finished_at": "2026-11-29T12:00:49Z",
    }  # fmt: skip
    return answered(200, {"poll_id": POLL_ID, "running": None, "certificate": found})


POLICY_OF_THE_TABLE: Final = refused(
    "AccessDeniedException", "with an explicit deny in a resource-based policy"
)
AWS: Final[dict[str, Any]] = {
    "sts.get_caller_identity": {"Account": "1", "Arn": "arn:aws:iam::1:role/deploy"},
    "lambda.get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "cloudformation.describe_stacks": _described,
    "cloudformation.list_stack_resources": _resources,
    "cloudformation.create_change_set": {},
    "cloudformation.describe_change_set": {
        "Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."
    },
    "cloudformation.delete_change_set": {},
    "secretsmanager.get_secret_value": {"SecretString": '{"current": "new", "previous": ""}'},
    "cloudfront.get_distribution_config": origin("new"),
    "lambda.get_event_source_mapping": {"State": "Enabled"},
    "lambda.get_alias": {"FunctionVersion": "7"},
    "apigatewayv2.get_routes": {"Items": [{"RouteId": "r1"}]},
    "s3.get_object": lambda **_: {"Body": SimpleNamespace(read=lambda: PAGE)},
    "logs.filter_log_events": {"events": [{"message": '{"IssueVoterToken": [1]}'}]},
    "dynamodb.get_item": {"Item": {"revision": {"N": "2"}}},
    "dynamodb.query": counted(1, 0),
    "dynamodb.put_item": POLICY_OF_THE_TABLE,
    "dynamodb.update_item": POLICY_OF_THE_TABLE,
    "dynamodb.delete_item": POLICY_OF_THE_TABLE,
    "dynamodb.batch_write_item": POLICY_OF_THE_TABLE,
    "dynamodb.execute_statement": POLICY_OF_THE_TABLE,
    "dynamodb.describe_table": {"Table": {"TableArn": "arn:votes-log"}},
    "sqs.get_queue_attributes": {"Attributes": {"ApproximateNumberOfMessages": "0"}},
    "cloudwatch.describe_alarms": alarm(),
    "cloudwatch.get_metric_data": {"MetricDataResults": [{"Values": [1.0]}]},
    "cloudwatch.list_metrics": {"Metrics": [{"Dimensions": [{"Name": "service", "Value": "vote-service"}]}]},
    "iam.get_role": {"Role": {"Arn": "arn:role-1"}},
    "iam.simulate_principal_policy": {
        "EvaluationResults": [{"EvalActionName": "dynamodb:DeleteItem", "EvalDecision": "implicitDeny"}]
    },
}  # fmt: skip


def _directly(request: httpx.Request) -> httpx.Response:
    return answered(200 if request.headers.get("X-Origin-Verify") == "new" else 403)


def _votes() -> Callable[[httpx.Request], httpx.Response]:
    cast: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        choice = json.loads(request.content)["choice"]
        cast.append(choice)
        if choice != cast[0]:
            return answered(409, {"type": "/problems/already-voted"})
        return answered(201 if len(cast) == 1 else 200, RECORDED)

    return answer


def _voter_token(request: httpx.Request) -> httpx.Response:
    if request.headers["Sec-Fetch-Site"] != "same-origin":
        return answered(403, {"type": "/problems/cross-origin-forbidden"})
    return answered(200, {}, **{"Set-Cookie": "__Host-voter=v; Path=/; Secure; HttpOnly; SameSite=Strict"})


def _front_page(request: httpx.Request) -> httpx.Response:
    if request.url.scheme == "http":
        return answered(301)
    return answered(200, PAGE, **{"Content-Security-Policy": POLICY})


ANSWERS: Final[dict[str, Any]] = {
    "GET /": _front_page,
    "GET /admin/": _front_page,
    "GET /present/": _front_page,
    "GET /verify": _front_page,
    "GET /assets/page.js": answered(200, SCRIPT),
    "GET /config.json": answered(
        200,
        {"environment": "dev", "signInUrl": "https://sign-in.example", "signInClientId": "client"},
    ),
    "GET /polls/active": answered(200, {"poll": None, "server_time": "2026-11-29T12:00:04Z"}),
    "direct /polls/active": _directly,
    "POST /voter-token": _voter_token,
    "POST /admin/api/polls": answered(201, POLL),
    f"POST /admin/api/polls/{POLL_ID}/open": answered(200, POLL),
    f"POST /admin/api/polls/{POLL_ID}/close": answered(200, POLL),
    f"GET /admin/api/results/{POLL_ID}": answered(200, {"status": "open"}),
    f"GET /results/{POLL_ID}": answered(403, {"type": "/problems/results-hidden"}),
    "POST /live/ticket": answered(
        200, {"ticket": "t", "scope": "public", "expires_at": "2026-11-29T12:00:30Z"}
    ),
}


@pytest.fixture
def world() -> World:
    """Return a correct environment on AWS."""
    world = World()
    world.site["POST /vote"] = _votes()
    return world


@pytest.fixture
def fakes() -> Any:
    """Return the functions that make answers for a planted fault."""
    return SimpleNamespace(
        refused=refused, changed=changed, answered=answered, origin=origin, alarm=alarm, counted=counted,
        certificate=certificate, public_poll=PUBLIC_POLL, calls=tuple(AWS),
        poll_id=POLL_ID, page=PAGE, policy=POLICY, site=SITE,
    )  # fmt: skip

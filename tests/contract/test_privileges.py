"""Permissions that the emulator does not enforce, compared with the transformed templates.

Lint rules hold the invoke permissions of routes and authorizers, and the streams and queues of mappings:
`platform/lint/tests/test_rules.py` breaks each. `./dev privileges` compares all other permissions with the
calls of a test run.
"""

import re
from dataclasses import replace
from typing import Any, Final

import pytest
from devkit.checkout import ROOT
from privileges.by_services import calls_by_services
from privileges.calls import Call
from privileges.comparison import Comparison, compare, read_reasons
from privileges.iam_roles import LEADING_KEYS, Role, leading_keys_of, roles
from stacks.reference import as_list
from stacks.resolver import Resolver
from stacks.template import Json
from testkit.rules import offenders

ARNS: Final = Resolver()
ROLES: Final = {role.slug: role for role in roles(ARNS)}
BY_SERVICES: Final = calls_by_services(ARNS)
TABLES: Final = ARNS.arns("AWS::DynamoDB::Table")
SERVICES_ONLY: Final = tuple(role for role in ROLES.values() if role.function is None)
WRITES: Final = tuple(
    f"dynamodb:{call}" for call in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
)
# The tables with items of several kinds, each with the functions that write the items without a `#kind#`.
WRITERS: Final = {
    "VotingStateTable": {"track_poll"},
    "GameResultsTable": {"count_votes", "track_poll_status", "recount", "redrive", "rebuild"},
}
MIXED: Final = tuple((role, table) for role in ROLES.values() for table in WRITERS)
KEY_OF: Final = re.compile(r"k(ms)?(master)?key(id|arn)?", re.IGNORECASE)


def permission(action: str, resource: str, **condition: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": [resource], **condition}


def compared(role: Role) -> Comparison:
    """Compare one role with the calls of AWS services in its name."""
    calls = {call: {"templates"} for call in BY_SERVICES if call.function == role.slug}
    return compare([role], calls, [each for each in read_reasons() if each.role == role.slug])


def missing(role: Role) -> list[Call]:
    return [call for call, _ in compared(role).denied]


def superfluous(role: Role) -> list[str]:
    return [f"{each.action} on {each.resource}" for each in compared(role).unused]


def unlimited_writes(role: Role, table: str) -> list[str]:
    """Return the write actions of a role on the items of other functions in a table."""
    arn = TABLES[table]
    allowed = [action for action in WRITES if role.allows(action, arn, leading_key="id-of-a-poll")]
    return [] if role.slug in WRITERS[table] else allowed


def foreign_kinds(role: Role) -> list[str]:
    """Return the kinds of items that a role may write, named neither by its service nor by `chassis`."""
    kinds = [key for statement in role.policy for key in leading_keys_of(statement)]
    folders = (role.stack.code, ROOT / "platform/chassis/src")
    code = "".join(path.read_text() for folder in folders for path in sorted(folder.rglob("*.py")))
    return [kind for kind in kinds if not re.search(rf"[\"']{re.escape(kind.removesuffix('*'))}", code)]


def other_conditions(role: Role) -> list[object]:
    """Return conditions that the recorded comparison does not know."""
    known = [{"iam:PassedToService"}, {LEADING_KEYS}]
    return [
        condition
        for statement in role.policy
        for condition in statement.get("Condition", {}).values()
        if condition.keys() not in known
    ]


def customer_keys(properties: Json) -> list[str]:
    """Return the settings with a KMS key of our own, for which each role needs permissions of the key."""
    return [
        f"{name}: {value}"
        for name, value in _walk(properties)
        if KEY_OF.fullmatch(name) and not str(value).startswith("alias/aws/")
    ]


def _walk(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [*value.items(), *(pair for part in value.values() for pair in _walk(part))]
    return [pair for part in value for pair in _walk(part)] if isinstance(value, list) else []


@pytest.mark.covers("T18")
def test_every_role_allows_the_calls_that_aws_services_make_in_its_name() -> None:
    """Logs, streams, queues, dead letters, schedules and the states of the workflow."""
    assert offenders(ROLES.values(), missing, lambda role: role.slug) == {}


def test_active_tracing_permits_traces_and_nothing_else() -> None:
    traced = Resolver(parameters={**ARNS.parameters, "Tracing": "Active"})
    calls = {call: {"templates"} for call in calls_by_services(traced) if call.action.startswith("xray:")}
    found = compare(roles(traced), calls, [])
    assert {call.function for call in calls} == ROLES.keys() - {"SchedulerRole"}
    assert (found.denied, [each for each in found.unused if each.action.startswith("xray:")]) == ((), [])


@pytest.mark.covers("T18")
def test_role_without_a_function_allows_nothing_else() -> None:
    assert offenders(SERVICES_ONLY, superfluous, lambda role: role.slug) == {}


@pytest.mark.covers("T18", "T21")
def test_function_writes_its_own_kind_of_item_only() -> None:
    found = offenders(MIXED, lambda each: unlimited_writes(*each), lambda each: f"{each[0].slug}, {each[1]}")
    assert found == {}


def test_every_leading_key_is_a_kind_of_item_in_the_code() -> None:
    assert offenders(ROLES.values(), foreign_kinds, lambda role: role.slug) == {}


def test_every_condition_of_a_role_is_known_to_the_comparison() -> None:
    assert offenders(ROLES.values(), other_conditions, lambda role: role.slug) == {}


def test_no_resource_needs_a_key_that_no_role_may_use() -> None:
    resources = {name: body for stack in ARNS.stacks for name, body in stack.plain["Resources"].items()}
    assert offenders(resources, lambda name: customer_keys(resources[name].get("Properties", {}))) == {}


def test_only_api_gateway_has_invoke_permissions() -> None:
    """Streams, queues and the scheduler invoke by a role; a further principal needs a rule of its own."""
    permissions = ARNS.resources("AWS::Lambda::Permission")
    invoked_by = {str(each["Principal"]) for each in permissions.values()}
    assert invoked_by == {"apigateway.amazonaws.com"}
    assert {name for name, each in permissions.items() if not each.get("SourceArn")} == set()


def test_reasons_for_unused_permissions_name_permissions_that_exist() -> None:
    reasons = read_reasons()
    permissions = compare(ROLES.values(), {}, reasons)
    assert permissions.needless == ()


def without(role: Role, action: str) -> Role:
    """Return the role without one action."""
    kept = [
        statement | {"Action": [each for each in as_list(statement["Action"]) if each != action]}
        for statement in role.policy
    ]
    return replace(role, policy=tuple(statement for statement in kept if statement["Action"]))


def widened(role: Role, *statements: Json) -> Role:
    return replace(role, policy=(*role.policy, *statements))


@pytest.mark.parametrize(
    ("slug", "action"),
    [
        ("vote_wrapper", "logs:PutLogEvents"),
        ("count_votes", "dynamodb:GetRecords"),
        ("count_votes", "dynamodb:ListStreams"),
        ("recount", "sqs:DeleteMessage"),
        ("track_poll", "sqs:SendMessage"),
        ("SchedulerRole", "lambda:InvokeFunction"),
        ("SchedulerRole", "sqs:SendMessage"),
        ("VoteWorkflowRole", "dynamodb:GetItem"),
        ("VoteWorkflowRole", "logs:CreateLogDelivery"),
    ],
)
def test_missing_permission_of_an_aws_service_is_reported(slug: str, action: str) -> None:
    assert {call.action for call in missing(without(ROLES[slug], action))} == {action}


def test_every_other_rule_reports_a_role_that_breaks_it() -> None:
    scheduler, wrapper = ROLES["SchedulerRole"], ROLES["vote_wrapper"]
    invoked = ARNS.arns("AWS::Lambda::Function")["RebuildFunction"]
    assert len(superfluous(widened(scheduler, permission("lambda:InvokeFunction", invoked)))) == 1
    table = TABLES["VotingStateTable"]
    assert unlimited_writes(widened(wrapper, permission("dynamodb:PutItem", table)), "VotingStateTable")
    limited = {"Condition": {"ForAllValues:StringLike": {LEADING_KEYS: ["#unknown#*"]}}}
    assert foreign_kinds(widened(wrapper, permission("dynamodb:PutItem", table, **limited))) == ["#unknown#*"]
    tagged = {"Condition": {"StringEquals": {"aws:ResourceTag/team": "votes"}}}
    assert other_conditions(widened(wrapper, permission("dynamodb:PutItem", table, **tagged)))
    assert customer_keys({"SSESpecification": {"KMSMasterKeyId": {"Ref": "Key"}}})
    assert customer_keys({"KmsMasterKeyId": "alias/mine"})
    assert not customer_keys({"KmsMasterKeyId": "alias/aws/sqs"})

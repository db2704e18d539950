"""Required and forbidden IAM permissions of all roles, by the evaluator that the running stack obeys."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from privileges.iam_roles import Role, roles
from stacks.catalogue import FUNCTION
from stacks.reference import name_of
from stacks.resolver import STREAM_LABEL, Resolver
from stacks.template import Json
from template_lint.rules.event_source_mappings import MAPPING
from testkit.rules import offenders

ARNS: Final = Resolver()
STACKS: Final = ARNS.stacks
ROLES: Final = roles(ARNS)
TABLES: Final = ARNS.arns("AWS::DynamoDB::Table")
AUDIT_LOG: Final = TABLES["AuditLogTable"]
MEMBERS: Final = TABLES["MembersTable"]
POOL: Final = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/id-of-UserPool"
SECRETS: Final = ARNS.arns("AWS::SecretsManager::Secret")
OWNER: Final = {name: stack for stack in STACKS for name in stack.resources("AWS::DynamoDB::Table")}
DATA: Final = [
    f"dynamodb:{call}"
    for call in ("GetItem", "Query", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
]
# Actions that no function needs: bulk reads, changes of its own limits, and other identities.
_NEVER: Final[dict[str, tuple[str, ...]]] = {
    "dynamodb": ("Scan", "DeleteTable", "UpdateTable", "UpdateTimeToLive", "CreateBackup",
        "UpdateContinuousBackups", "ExportTableToPointInTime", "PutResourcePolicy", "DeleteResourcePolicy",
        "PartiQLSelect", "PartiQLUpdate"),
    "secretsmanager": ("PutSecretValue", "UpdateSecret", "DeleteSecret", "ListSecrets"),
    "kms": ("Decrypt",),
    "sqs": ("PurgeQueue", "DeleteQueue", "SetQueueAttributes"),
    "lambda": ("UpdateFunctionCode", "UpdateFunctionConfiguration", "AddPermission",
        "CreateEventSourceMapping"),
    "states": ("StartExecution", "UpdateStateMachine"),
    "sts": ("AssumeRole",),
    "iam": ("CreateRole", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy"),
    "logs": ("FilterLogEvents", "GetLogEvents", "DeleteLogGroup", "PutRetentionPolicy"),
    "scheduler": ("DeleteSchedule",),
    "s3": ("PutBucketPolicy", "PutBucketAcl", "DeleteBucket"),
    "cloudfront": ("UpdateDistribution",),
    "apigateway": ("PATCH",),
    "execute-api": ("Invoke",),
    "cognito-idp": ("AdminSetUserPassword", "AdminUpdateUserAttributes", "AdminInitiateAuth", "CreateGroup",
        "UpdateUserPool", "UpdateUserPoolClient", "DeleteUserPool"),
}  # fmt: skip
NEVER: Final = [f"{service}:{call}" for service, calls in _NEVER.items() for call in calls]
# The call in the code that needs each allowed action. A new action needs an entry here.
CALLS: Final = {
    "dynamodb:GetItem": r"\.get_item\(|Members\.at\(|\.recorded_role\(|presenters=",
    "dynamodb:Query": r"\.query\(|get_paginator\(\"query\"\)",
    "dynamodb:PutItem": r"\.put_item\(|\"Put\":|AuditLog\(|\bwrite_of\(",
    "dynamodb:UpdateItem": r"\.update_item\(|\"Update\":",
    "dynamodb:DeleteItem": r"\.delete_item\(|\"Delete\":", "dynamodb:BatchWriteItem": r"\.batch_write_item\(",
    "dynamodb:BatchGetItem": r"\.batch_get_item\(",
    "dynamodb:ConditionCheckItem": r"\"ConditionCheck\":", "sqs:SendMessage": r"\.send_message(_batch)?\(",
    "secretsmanager:GetSecretValue": r"read_secret|key_ring|chassis\.resolver",
    "lambda:InvokeFunction": r"\.invoke\(", "states:StartSyncExecution": r"\.start_sync_execution\(",
    "scheduler:CreateSchedule": r"\.create_schedule\(", "iam:PassRole": r"\.create_schedule\(",
    "execute-api:ManageConnections": r"@connections|post_to_connection",
    "s3:GetObject": r"\.get_object\(", "s3:PutObject": r"\.put_object\(|upload_",
    "s3:DeleteObject": r"\.delete_object", "s3:ListBucket": r"list_objects_v2",
    "kms:GetPublicKey": r"\.get_public_key\(", "kms:Sign": r"_client\.sign\(",
    "cloudfront:CreateInvalidation": r"\.create_invalidation\(",
    "cognito-idp:ListUsers": r"\"list_users\"", "cognito-idp:ListUsersInGroup": r"\"list_users_in_group\"",
    "cognito-idp:AdminGetUser": r"\.admin_get_user\(",
    "cognito-idp:AdminCreateUser": r"\.admin_create_user\(",
    "cognito-idp:AdminDeleteUser": r"\.admin_delete_user\(",
    "cognito-idp:AdminAddUserToGroup": r"\.admin_add_user_to_group\(",
    "cognito-idp:AdminListGroupsForUser": r"\.admin_list_groups_for_user\(",
    "cognito-idp:AdminRemoveUserFromGroup": r"\.admin_remove_user_from_group\(",
    "cognito-idp:AdminUserGlobalSignOut": r"\.admin_user_global_sign_out\(",
}  # fmt: skip
# Actions of Lambda itself in the role's name: logs, event sources and dead letters.
BY_LAMBDA: Final = re.compile(
    r"logs:(CreateLogStream|PutLogEvents)|dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)"
    r"|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)"
)

SCHEDULER: Final = "scheduler.amazonaws.com"
OF_FUNCTIONS: Final = [role for role in ROLES if role.function]


def slug(role: Role) -> str:
    return role.slug


def places() -> Iterator[str]:
    """Every resource of the stacks."""
    for kind in ("AWS::SQS::Queue", FUNCTION, "AWS::StepFunctions::StateMachine", "AWS::Logs::LogGroup"):
        yield from ARNS.arns(kind).values()
    for table in TABLES.values():
        yield from (table, f"{table}/index/any", f"{table}/stream/{STREAM_LABEL}")
    yield from SECRETS.values()
    yield from (f"{bucket}/index.html" for bucket in ARNS.arns("AWS::S3::Bucket").values())
    yield from (f"arn:aws:iam::123456789012:role/{role.name}" for role in ROLES)
    yield POOL
    yield "*"


PLACES: Final = list(places())


def never_allowed(role: Role) -> list[tuple[str, str]]:
    return [(action, place) for action in NEVER for place in PLACES if role.allows(action, place)]


def foreign_tables(role: Role) -> list[tuple[str, str]]:
    """Tables of other services that a role may access, except for the audit log and the members table."""
    foreign = [arn for name, arn in TABLES.items() if OWNER[name].service is not role.stack.service]
    found = [(action, arn) for action in DATA for arn in foreign if role.allows(action, arn)]
    return [
        each for each in found if each not in {("dynamodb:PutItem", AUDIT_LOG), ("dynamodb:GetItem", MEMBERS)}
    ]


def refused_of_granted(role: Role) -> list[tuple[str, str]]:
    """Actions that a policy names but does not allow: a misspelt action, or a resource that never matches."""
    return [
        (action, resource)
        for action, resource in role.granted()
        if not role.allows(
            action, resource.replace("*", "x"), SCHEDULER if action == "iam:PassRole" else None
        )
    ]


def lent_to_others(role: Role) -> set[tuple[str, str | None]]:
    """The services other than the scheduler to which a role may be passed."""
    return {
        (place, service)
        for place in PLACES
        for service in (None, "lambda.amazonaws.com", "states.amazonaws.com", "ec2.amazonaws.com")
        if role.allows("iam:PassRole", place, service)
    }


def secrets_beyond(role: Role) -> set[str]:
    """Secrets that a function may read without having the ARN, or has the ARN of without permission.

    All functions of realtime-service share one set of settings: there, an unused ARN is no error.
    """
    variables = role.stack.properties(FUNCTION)[role.function or ""]["Environment"]["Variables"]
    given = {ARNS.text(role.stack, arn) for name, arn in variables.items() if name.endswith("_SECRET_ARN")}
    readable = {arn for arn in SECRETS.values() if role.allows("secretsmanager:GetSecretValue", arn)}
    return readable - given if role.stack.name == "realtime-service" else readable ^ given


def idle(role: Role) -> set[str]:
    """Actions that a role allows and its function's code does not call."""
    code = reached_by(role)
    return {
        action
        for action, resource in role.granted()
        if not BY_LAMBDA.fullmatch(action)
        and not re.search(CALLS.get(action, r"(?!)"), code)
        and resource not in dead_letter_queues(role)
    }


def streams_beyond(role: Role) -> set[str]:
    """Streams that a function may read without a mapping, or that feed it without permission to read."""
    fed = {ARNS.text(role.stack, mapping["EventSourceArn"]) for mapping in own(role)}
    streams = {f"{table}/stream/{STREAM_LABEL}" for table in TABLES.values()}
    return {stream for stream in streams if role.allows("dynamodb:GetRecords", stream)} ^ (fed & streams)


@pytest.mark.covers("T18", "R36")
def test_no_role_allows_a_forbidden_action() -> None:
    assert offenders(ROLES, never_allowed, slug) == {}


@pytest.mark.covers("T21", "R36")
def test_service_accesses_its_own_tables_only() -> None:
    assert offenders(ROLES, foreign_tables, slug) == {}


@pytest.mark.covers("R36")
def test_every_statement_of_a_policy_takes_effect() -> None:
    assert offenders(ROLES, refused_of_granted, slug) == {}


@pytest.mark.covers("T21")
def test_roles_are_passed_to_the_scheduler_only() -> None:
    assert offenders(ROLES, lent_to_others, slug) == {}


@pytest.mark.covers("T28")
def test_function_reads_exactly_the_secrets_in_its_environment() -> None:
    assert offenders(OF_FUNCTIONS, secrets_beyond, slug) == {}


@pytest.mark.covers("T18", "R36")
def test_role_allows_only_actions_that_its_function_calls() -> None:
    assert offenders(OF_FUNCTIONS, idle, slug) == {}


@pytest.mark.covers("T21")
def test_function_reads_the_streams_of_its_mappings_only() -> None:
    assert offenders(OF_FUNCTIONS, streams_beyond, slug) == {}


@pytest.mark.covers("T24")
def test_only_the_workflow_writes_votes_and_few_functions_read_them() -> None:
    log = TABLES["VotesLogTable"]
    writing = {role.slug for role in ROLES for call in DATA[3:] if role.allows(call, log)}
    reading = {role.slug for role in ROLES for call in DATA[:3] if role.allows(call, log)}
    assert writing == {"VoteWorkflowRole"}
    assert reading == {
        "VoteWorkflowRole", "validate_vote", "read_vote_log", "read_receipt_hashes", "get_abuse_report",
    }  # fmt: skip


@pytest.mark.covers("T23")
def test_only_recounts_and_exports_may_read_the_whole_vote_log() -> None:
    """No public route leads to it: only functions may invoke it, no API Gateway."""
    callers = {
        name: {role.slug for role in ROLES if role.allows("lambda:InvokeFunction", ARNS.arns(FUNCTION)[name])}
        for name in ("ReadVoteLogFunction", "ReadReceiptHashesFunction")
    }
    assert callers == {
        "ReadVoteLogFunction": {"recount", "export_results"},
        "ReadReceiptHashesFunction": {"publish_log"},
    }
    permissions = (
        permission for stack in STACKS for permission in stack.properties("AWS::Lambda::Permission").values()
    )
    assert not [each for each in permissions if any(name in str(each["FunctionName"]) for name in callers)]


@pytest.mark.covers("T27", "R27")
def test_audit_log_is_append_only_and_has_one_reader() -> None:
    """No role may change or remove an event, not even its writer."""
    may = {call: {role.slug for role in ROLES if role.allows(call, AUDIT_LOG)} for call in DATA}
    assert may.pop("dynamodb:PutItem") == {
        "create_poll", "edit_poll", "open_poll", "close_poll", "archive_poll", "delete_poll", "upload_image",
        "mint_codes", "request_recount", "export_results", "rebuild", "redrive",
        "invite_member", "change_role", "remove_member", "presenter_session",
    }  # fmt: skip
    assert may.pop("dynamodb:Query") == {"read_audit_log"}
    assert set().union(*may.values()) == set()


def test_only_member_functions_write_current_roles_and_changing_functions_read_them() -> None:
    may = {call: {role.slug for role in ROLES if role.allows(call, MEMBERS)} for call in DATA}
    owners = {"invite_member", "change_role", "remove_member"}
    sessions = {"presenter_session"}  # a condition limits its writes to sessions: test_privileges.py
    assert may.pop("dynamodb:PutItem") == owners | sessions
    assert may.pop("dynamodb:DeleteItem") == sessions
    assert may.pop("dynamodb:GetItem") == owners | sessions | {
        "create_poll", "edit_poll", "open_poll", "close_poll", "archive_poll", "delete_poll", "mint_codes",
        "get_admin_results",
    }  # fmt: skip
    assert set().union(*may.values()) == set()


@pytest.mark.covers("T37")
def test_only_member_functions_create_and_remove_accounts() -> None:
    calls = {action for role in ROLES for action, _ in role.granted() if action.startswith("cognito-idp:")}
    may = {call: {role.slug for role in ROLES if role.allows(call, POOL)} for call in calls}
    assert may["cognito-idp:AdminCreateUser"] == {"invite_member"}
    assert may["cognito-idp:AdminDeleteUser"] == {"remove_member"}
    assert set().union(*may.values()) == {"list_members", "invite_member", "change_role", "remove_member"}


WIDER: Final = {
    "a-scan": {"Action": "dynamodb:Scan", "Resource": "*"},
    "a-star": {"Action": "*", "Resource": "*"},
    "a-service-star": {"Action": "secretsmanager:*", "Resource": "*"},
    "a-prefix": {"Action": "dynamodb:Delete*", "Resource": "arn:aws:dynamodb:*:*:table/*"},
}


def role_of(name: str) -> Role:
    return next(role for role in ROLES if role.slug == name)


def with_more(role: Role, action: str, resource: str) -> Role:
    return replace(role, policy=(*role.policy, {"Effect": "Allow", "Action": action, "Resource": resource}))


@pytest.mark.covers("T18")
def test_forbidden_permission_is_reported() -> None:
    wide = {
        name: replace(ROLES[0], policy=(*ROLES[0].policy, {"Effect": "Allow"} | wider))
        for name, wider in WIDER.items()
    }
    assert offenders(WIDER, lambda name: never_allowed(wide[name])).keys() == WIDER.keys()


def test_every_other_rule_reports_a_role_that_breaks_it() -> None:
    reader = role_of("get_results")
    denied = replace(reader, policy=(*reader.policy, {"Effect": "Deny", "Action": "*", "Resource": "*"}))
    assert refused_of_granted(denied)
    assert lent_to_others(with_more(reader, "iam:PassRole", "*"))
    assert secrets_beyond(with_more(reader, "secretsmanager:GetSecretValue", "*"))
    assert idle(with_more(reader, "dynamodb:DeleteItem", TABLES["GameResultsTable"])) == {
        "dynamodb:DeleteItem"
    }
    assert streams_beyond(with_more(reader, "dynamodb:GetRecords", "*"))


def test_access_to_a_foreign_table_is_reported() -> None:
    assert foreign_tables(with_more(role_of("get_results"), "dynamodb:GetItem", TABLES["VotesLogTable"]))


def dead_letter_queues(role: Role) -> set[str]:
    """Return the dead-letter queues to which Lambda sends failed events in the role's name."""
    dead = role.stack.properties(FUNCTION)[role.function or ""].get("DeadLetterConfig", {}).get("TargetArn")
    failed = [
        mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") for mapping in own(role)
    ]
    return {ARNS.text(role.stack, queue) for queue in (dead, *failed) if queue}


def own(role: Role) -> list[Json]:
    """Return the event source mappings of the role's function."""
    called = {role.function, f"{role.function}Aliaslive"}
    mappings = role.stack.properties(MAPPING).values()
    return [mapping for mapping in mappings if name_of(mapping["FunctionName"]) in called]


def reached_by(role: Role) -> str:
    """Return the source of the handler and of all modules of its package that it imports."""
    root, seen, waiting = role.stack.code, dict[Path, str](), [f"{role.stack.package}.handlers.{role.slug}"]
    while waiting:
        path = root / (waiting.pop().replace(".", "/") + ".py")
        if path.exists() and path not in seen:
            seen[path] = path.read_text()
            waiting += _imported(seen[path], role.stack.package)
    return "".join(seen.values())


def _imported(text: str, package: str) -> Iterator[str]:
    for module, names in re.findall(
        rf"^from ({package}[\w.]*) import ([^\n(]+|\([^)]*\))", text, re.MULTILINE
    ):
        yield module
        yield from (f"{module}.{name.strip()}" for name in names.strip("()").split(",") if name.strip())

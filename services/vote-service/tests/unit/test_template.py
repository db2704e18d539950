"""Guarantees of the template: votes are immutable, and no close event is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from contracts.events import POLL_EVENTS
from stacks import reference
from vote_service.adapters import used_challenges, voting_state
from vote_service.adapters.minted_codes import KEY_PREFIX

CHANGES = {
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:PartiQL*",
}


@pytest.fixture
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return dict(template["Resources"])


def statements(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in resources.items():
        for statement in reference.statements(resource["Properties"]) if name.endswith("Role") else ():
            yield name, statement


def actions(statement: dict[str, Any]) -> set[str]:
    action = statement["Action"]
    return {action} if isinstance(action, str) else set(action)


@pytest.mark.covers("T24")
def test_votes_log_policy_denies_every_change(resources: dict[str, Any]) -> None:
    policy = resources["VotesLogTable"]["Properties"]["ResourcePolicy"]["PolicyDocument"]["Statement"]
    denied = next(statement for statement in policy if statement["Sid"] == "NobodyChangesAVote")
    assert (denied["Effect"], denied["Principal"], denied["Resource"]) == ("Deny", "*", "*")
    assert set(denied["Action"]) == CHANGES
    assert "Condition" not in denied


def test_only_the_workflow_may_add_a_vote(resources: dict[str, Any]) -> None:
    policy = resources["VotesLogTable"]["Properties"]["ResourcePolicy"]["PolicyDocument"]["Statement"]
    adding = next(statement for statement in policy if statement["Action"] == "dynamodb:PutItem")
    assert adding["Effect"] == "Deny"
    assert adding["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["VoteWorkflowRole", "Arn"]}}
    }
    may_put = {
        name: statement.get("Condition")
        for name, statement in statements(resources)
        if "dynamodb:PutItem" in actions(statement) and "${AuditLog}" not in str(statement["Resource"])
    }
    used = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{used_challenges.PREFIX}*"]}}
    replicas = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{voting_state.REPLICA}*"]}}
    assert may_put == {"VoteWorkflowRole": None, "VoteWrapperRole": used, "TrackPollRole": replicas}
    [putting] = [
        statement
        for name, statement in statements(resources)
        if name == "VoteWrapperRole" and "dynamodb:PutItem" in actions(statement)
    ]
    assert putting["Resource"] == {"Fn::GetAtt": ["VotingStateTable", "Arn"]}


def test_roles_may_update_only_copies_of_polls_and_counters_by_prefix(
    resources: dict[str, Any],
) -> None:
    changing = [(name, s) for name, s in statements(resources) if actions(s) & CHANGES]
    assert {name: s.get("Condition") for name, s in changing} == {
        "TrackPollRole": None,
        "VoteWrapperRole": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["#abuse#*"]}},
        "IssueVoterTokenRole": {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["#voter-tokens#*", "#issued#*"]}
        },
        "MintCodesRole": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{KEY_PREFIX}*"]}},
    }
    assert all(s["Resource"] == {"Fn::GetAtt": ["VotingStateTable", "Arn"]} for _, s in changing)


@pytest.mark.covers("R39")
def test_votes_never_expire_and_only_counters_do(resources: dict[str, Any]) -> None:
    assert "TimeToLiveSpecification" not in resources["VotesLogTable"]["Properties"]
    counters = resources["VotingStateTable"]["Properties"]["TimeToLiveSpecification"]
    assert counters == {"AttributeName": "expires_at", "Enabled": True}
    assert "expires_at" not in json.dumps(POLL_EVENTS.json_schema())


def test_the_alarms_watch_the_metrics_that_the_code_emits(resources: dict[str, Any]) -> None:
    from chassis.secret import READ_FAILED  # noqa: PLC0415
    from vote_service.use_cases.issue_voter_token import REFUSED, UNCOUNTED  # noqa: PLC0415

    alarms = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    watched = {alarm["MetricName"] for alarm in alarms if alarm.get("Namespace") == "ThisOrThat"}
    assert watched == {REFUSED, UNCOUNTED, READ_FAILED}


def test_voting_state_has_no_stream_and_no_index(resources: dict[str, Any]) -> None:
    """Archiving could not remove a salt from a stream or an export."""
    table = resources["VotingStateTable"]["Properties"]
    assert not {"StreamSpecification", "KinesisStreamSpecification", "GlobalSecondaryIndexes"} & table.keys()


def test_policies_name_their_resources(resources: dict[str, Any]) -> None:
    wide = [actions(statement) for _, statement in statements(resources) if statement["Resource"] == "*"]
    assert all(
        action.startswith("logs:") or action == "dynamodb:ListStreams" for found in wide for action in found
    )
    assert not any("*" in action for _, statement in statements(resources) for action in actions(statement))


def test_stream_is_read_from_its_start_and_records_are_retried(
    resources: dict[str, Any],
) -> None:
    mapping = resources["TrackPollMapping"]["Properties"]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["MaximumRetryAttempts"] == -1
    assert mapping["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["TrackPollDeadLetterQueue", "Arn"]
    }


def test_the_stream_is_filtered_by_exactly_the_types_of_poll_events(resources: dict[str, Any]) -> None:
    [pattern] = resources["TrackPollMapping"]["Properties"]["FilterCriteria"]["Filters"]
    image = json.loads(pattern["Pattern"])["dynamodb"]["NewImage"]
    discriminator = POLL_EVENTS.json_schema()["discriminator"]["mapping"]
    assert set(image["event"]["M"]["type"]["S"]) == set(discriminator)


def test_the_workflow_is_express_and_logs_no_vote(resources: dict[str, Any]) -> None:
    workflow = resources["VoteWorkflow"]["Properties"]
    assert workflow["Type"] == "EXPRESS"
    assert workflow["Logging"]["IncludeExecutionData"] is False
    assert workflow["Logging"]["Level"] == {"Fn::If": ["IsProd", "ERROR", "ALL"]}
    name = resources["VoteWorkflowLogGroup"]["Properties"]["LogGroupName"]
    assert name == {"Fn::Sub": "/aws/vendedlogs/states/tot-${Environment}-vote-workflow"}


@pytest.mark.covers("R40")
def test_timeouts_nest(
    template: dict[str, Any], resources: dict[str, Any], definition: dict[str, Any]
) -> None:
    from vote_service.adapters.vote_workflow import AWS_CONFIG  # noqa: PLC0415

    validating = template["Globals"]["Function"]["Timeout"]
    waiting = AWS_CONFIG.read_timeout  # type: ignore[attr-defined]
    function = resources["VoteWrapperFunction"]["Properties"]["Timeout"]
    assert validating < definition["TimeoutSeconds"] < waiting < function < 30
    assert AWS_CONFIG.retries == {"mode": "standard", "total_max_attempts": 1}  # type: ignore[attr-defined]


def test_every_end_state_of_the_workflow_succeeds(definition: dict[str, Any]) -> None:
    states = definition["States"]
    assert {name for name, state in states.items() if state.get("End")} == {
        "Accepted",
        "AlreadyRecorded",
        "Rejected",
        "OfAnotherVoterToken",
    }
    assert "Fail" not in {state["Type"] for state in states.values()}
    assert states["SubmitVote"]["Parameters"]["ConditionExpression"] == "attribute_not_exists(pk)"


def test_reserved_concurrency_covers_all_voting_functions_and_is_off_by_default(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    assert template["Parameters"]["VotingConcurrency"]["Default"] == 0
    assert template["Conditions"]["KeepsConcurrency"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "VotingConcurrency"}, 0]}]
    }
    kept = {
        name: resource["Properties"]["ReservedConcurrentExecutions"]
        for name, resource in resources.items()
        if "ReservedConcurrentExecutions" in resource["Properties"]
    }
    asked = {"Fn::If": ["KeepsConcurrency", {"Ref": "VotingConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert kept == dict.fromkeys(
        ["IssueVoterTokenFunction", "VoteWrapperFunction", "ValidateVoteFunction"], asked
    )


def test_functions_of_a_vote_can_be_kept_ready(template: dict[str, Any], resources: dict[str, Any]) -> None:
    assert template["Parameters"]["ProvisionedConcurrency"]["Default"] == 0
    kept = {
        name: resource["Properties"]["ProvisionedConcurrencyConfig"]
        for name, resource in resources.items()
        if "ProvisionedConcurrencyConfig" in resource["Properties"]
    }
    ready = {"ProvisionedConcurrentExecutions": {"Ref": "ProvisionedConcurrency"}}
    asked = {"Fn::If": ["KeepsReady", ready, {"Ref": "AWS::NoValue"}]}
    assert kept == dict.fromkeys(
        ["IssueVoterTokenFunction", "VoteWrapperFunction", "ValidateVoteFunction"], asked
    )
    assert all(resources[name]["Properties"]["AutoPublishAlias"] == "live" for name in kept)
    substitutions = resources["VoteWorkflow"]["Properties"]["DefinitionSubstitutions"]
    assert substitutions["ValidateVoteFunctionArn"] == {"Ref": "ValidateVoteFunction.Alias"}


@pytest.mark.covers("T17")
def test_write_capacity_of_tables_can_be_limited(template: dict[str, Any], resources: dict[str, Any]) -> None:
    assert template["Parameters"]["MaxWritesPerSecond"]["Default"] == 0
    limit = {"MaxWriteRequestUnits": {"Ref": "MaxWritesPerSecond"}}
    for table in ("VotesLogTable", "VotingStateTable"):
        assert resources[table]["Properties"]["OnDemandThroughput"] == {
            "Fn::If": ["LimitsWrites", limit, {"Ref": "AWS::NoValue"}]
        }

"""Template properties that exact counting depends on."""

from typing import Any

import pytest
from chassis.secret import READ_FAILED
from results_service.adapters.dead_letter_queue import POISON, TAMPERING
from results_service.adapters.recounts import ORDERED
from results_service.domain.recount import PATIENCE
from results_service.use_cases.carry_out_orders import DIFFERENCE
from stacks.reference import statements


def mapping(template: dict[str, Any], function: str) -> dict[str, Any]:
    (event,) = template["Resources"][function]["Properties"]["Events"].values()
    assert event["Type"] == "DynamoDB"
    properties: dict[str, Any] = event["Properties"]
    return properties


@pytest.mark.parametrize("function", ["CountVotesFunction", "TrackPollStatusFunction"])
def test_no_record_is_ever_discarded_or_overtaken(template: dict[str, Any], function: str) -> None:
    properties = mapping(template, function)
    assert properties["StartingPosition"] == "TRIM_HORIZON"
    assert properties["ParallelizationFactor"] == 1
    assert properties["MaximumRetryAttempts"] == -1
    assert properties["MaximumRecordAgeInSeconds"] == -1
    assert properties["BisectBatchOnFunctionError"] is True
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "AutoPublishAlias" not in template["Resources"][function]["Properties"]


def test_votes_arrive_with_their_shard_and_without_a_filter(template: dict[str, Any]) -> None:
    properties = mapping(template, "CountVotesFunction")
    assert properties["TumblingWindowInSeconds"] == 60
    assert properties["MaximumBatchingWindowInSeconds"] == 1
    assert "FilterCriteria" not in properties


def test_single_shard_setting_is_empty_on_aws(template: dict[str, Any]) -> None:
    assert template["Parameters"]["SingleStreamShard"]["Default"] == ""


@pytest.mark.covers("R39")
def test_the_table_outlives_its_stack(template: dict[str, Any]) -> None:
    table = template["Resources"]["GameResultsTable"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert table["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_the_alarms_watch_the_metrics_that_the_code_emits(template: dict[str, Any]) -> None:
    watched = {
        resource["Properties"]["MetricName"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"].get("Namespace") == "ThisOrThat"
    }
    assert watched == {POISON, TAMPERING, DIFFERENCE, READ_FAILED, "VoteToCount"}


def test_order_is_invisible_while_processed_and_ends_in_the_dead_letter_queue(
    template: dict[str, Any],
) -> None:
    queue = template["Resources"]["RecountQueue"]["Properties"]
    assert queue["VisibilityTimeout"] > template["Resources"]["RecountFunction"]["Properties"]["Timeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    # An order must be retried for as long as counting may be late.
    assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] > PATIENCE.total_seconds()


def test_request_recount_writes_only_its_orders_beside_the_counters(
    template: dict[str, Any],
) -> None:
    [putting] = [
        statement
        for statement in statements(template["Resources"]["RequestRecountRole"]["Properties"])
        if statement["Action"] == "dynamodb:PutItem" and "AuditLog" not in str(statement["Resource"])
    ]
    assert putting["Resource"] == {"Fn::GetAtt": ["GameResultsTable", "Arn"]}
    assert putting["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{ORDERED}*"]}}

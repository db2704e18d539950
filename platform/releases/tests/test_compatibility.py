"""Planted faults between the templates of two releases, each with the one that is reported."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

import pytest
from devkit.checkout import ROOT
from releases.compatibility import faults
from releases.previous import templates_of
from stacks.template import Json


def exported(name: str) -> Json:
    return {"Value": "x", "Export": {"Name": {"Fn::Sub": "tot-${Environment}:" + name}}}


def imported(name: str) -> Json:
    return {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:" + name}}


OLD: Final[dict[str, Json]] = {
    "poll-service": {
        "Parameters": {"Environment": {"Type": "String"}, "Retention": {"Type": "Number", "Default": 7}},
        "Resources": {
            "Polls": {
                "Type": "AWS::DynamoDB::Table",
                "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": {"TableName": "polls", "KeySchema": ["id"], "StreamSpecification": "NEW_IMAGE"},
            },
            "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"RouteKey": "GET /polls"}},
        },
        "Outputs": {"Stream": exported("PollsStreamArn"), "Unused": exported("Unused")},
    },
    "vote-service": {
        "Resources": {"Mapping": {"Type": "M", "Properties": {"Arn": imported("PollsStreamArn")}}}
    },
}


def polls(new: Any) -> Any:
    return new["poll-service"]["Resources"]["Polls"]


def import_of_a_new_export(new: Any) -> None:
    new["poll-service"]["Outputs"]["Table"] = exported("PollsTable")
    new["vote-service"]["Resources"]["Mapping"]["Properties"]["Table"] = imported("PollsTable")


def removed_export(new: Any) -> None:
    del new["poll-service"]["Outputs"]["Stream"]


def export_of_another_stack(new: Any) -> None:
    new["vote-service"]["Outputs"] = {"Stream": new["poll-service"]["Outputs"].pop("Stream")}


def parameter_without_default(new: Any) -> None:
    new["vote-service"]["Parameters"] = {"Limit": {"Type": "Number"}}


def removed_parameter(new: Any) -> None:
    del new["poll-service"]["Parameters"]["Retention"]


def removed_table(new: Any) -> None:
    del new["poll-service"]["Resources"]["Polls"]


def other_key(new: Any) -> None:
    polls(new)["Properties"]["KeySchema"] = ["pk"]


def other_stream(new: Any) -> None:
    polls(new)["Properties"]["StreamSpecification"] = "KEYS_ONLY"


def removed_route(new: Any) -> None:
    del new["poll-service"]["Resources"]["Route"]


def removed_stack(new: Any) -> None:
    del new["vote-service"]


PLANTED: Final[list[tuple[Callable[[Any], None], str]]] = [
    (import_of_a_new_export, "vote-service imports PollsTable, which the previous release does not export"),
    (removed_export, "poll-service no longer exports PollsStreamArn"),
    (export_of_another_stack, "poll-service no longer exports PollsStreamArn"),
    (parameter_without_default, "vote-service has the new parameter Limit without a default"),
    (removed_parameter, "poll-service no longer has the parameter Retention"),
    (removed_table, "poll-service no longer has Polls (AWS::DynamoDB::Table), which holds data"),
    (other_key, "poll-service would replace Polls (AWS::DynamoDB::Table), which holds data: KeySchema"),
    (other_stream, "poll-service would replace Polls (AWS::DynamoDB::Table), which holds data: StreamSpec"),
    (removed_route, "poll-service no longer has the route GET /polls"),
    (removed_stack, "vote-service is gone"),
]


@pytest.mark.parametrize(("plant", "report"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_incompatible_change_is_reported(plant: Callable[[Any], None], report: str) -> None:
    new = deepcopy(OLD)
    plant(new)
    [fault] = faults(OLD, new)
    assert fault.startswith(report)


def test_additions_and_removals_that_the_previous_release_does_not_use_are_compatible() -> None:
    new: Any = deepcopy(OLD)
    del new["poll-service"]["Outputs"]["Unused"]
    new["poll-service"]["Parameters"] |= {"Limit": {"Default": 5}, "SiteOrigin": {"Type": "String"}}
    new["poll-service"]["Outputs"]["Table"] = exported("PollsTable")
    polls(new)["Properties"]["Tags"] = ["x"]
    new["webhook-service"] = {
        "Parameters": {"Url": {"Type": "String"}},
        "Resources": {"Mapping": {"Type": "M", "Properties": {"Arn": imported("PollsTable")}}},
    }
    assert list(faults(OLD, new)) == []


def test_templates_of_this_checkout_are_compatible_with_themselves() -> None:
    ours = templates_of(ROOT)
    assert {"platform", "edge", "members", "frontend"} < ours.keys()
    assert list(faults(ours, ours)) == []

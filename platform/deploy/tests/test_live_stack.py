"""A stack that does not exist is distinguished from a stack that CloudFormation does not show."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from deploy.live_stack import read_stack
from devkit.failure import Failure
from moto.backends import get_backend
from testkit.aws import emulated_aws

NAME = "tot-dev-frontend"
TEMPLATE = {
    "Parameters": {"SiteOrigin": {"Type": "String"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"SiteUrl": {"Value": {"Ref": "SiteOrigin"}}},
}


def answering(error: ClientError) -> Any:
    """Return a CloudFormation client whose answer is this error."""

    def fail(**_: Any) -> Any:
        raise error

    return type("CloudFormation", (), {"describe_stacks": staticmethod(fail)})


def test_stack_is_read_with_parameters_and_outputs_and_a_missing_one_is_none() -> None:
    with emulated_aws():
        client = boto3.client("cloudformation")
        assert read_stack(client, NAME) is None
        client.create_stack(
            StackName=NAME,
            TemplateBody=json.dumps(TEMPLATE),
            Parameters=[{"ParameterKey": "SiteOrigin", "ParameterValue": "https://vote.example.com"}],
        )
        stack = read_stack(client, NAME)
        assert stack
        assert stack.is_ready
        assert stack.parameters == {"SiteOrigin": "https://vote.example.com"}
        assert stack.outputs == {"SiteUrl": "https://vote.example.com"}
        (in_memory,) = get_backend("cloudformation")["123456789012"][client.meta.region_name].stacks.values()
        in_memory.status = "REVIEW_IN_PROGRESS"
        assert read_stack(client, NAME) is None, "a change set that was never executed has no resources"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("Throttling", "Rate exceeded"),
        ("AccessDenied", "User is not authorized to perform: cloudformation:DescribeStacks"),
        ("ValidationError", "1 validation error detected"),
        ("ExpiredToken", "The security token included in the request is expired"),
    ],
)
def test_error_other_than_a_missing_stack_is_a_failure_in_its_own_words(code: str, message: str) -> None:
    client = answering(ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks"))
    with pytest.raises(Failure, match="tot-dev-frontend is unknown") as failure:
        read_stack(client, NAME)
    assert message in failure.value.advice

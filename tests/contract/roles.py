"""Every role of every template as AWS would judge it: names put in, then asked one call after another.

The judge is the emulator's own, which the running stack also obeys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from contracts.exports import Export
from ministack.core.iam_evaluator import EvalContext, ParsedStatement, evaluate, parse_policy_document
from template_lint.reference import as_list, statements, target
from template_lint.rules.functions import FUNCTION, slug_of
from template_lint.stack import Json, Stack

ACCOUNT: Final = "123456789012"
_AT: Final = f"eu-west-1:{ACCOUNT}"
_PSEUDO: Final = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": ACCOUNT,
    "Environment": "test",
}
# By type of resource: its ARN, and the property that names it.
_ARNS: Final = {
    "AWS::DynamoDB::Table": (f"arn:aws:dynamodb:{_AT}:table/{{}}", "TableName"),
    "AWS::SQS::Queue": (f"arn:aws:sqs:{_AT}:{{}}", "QueueName"),
    "AWS::SecretsManager::Secret": (f"arn:aws:secretsmanager:{_AT}:secret:{{}}-AbCdEf", "Name"),
    FUNCTION: (f"arn:aws:lambda:{_AT}:function:{{}}", "FunctionName"),
    "AWS::StepFunctions::StateMachine": (f"arn:aws:states:{_AT}:stateMachine:{{}}", "StateMachineName"),
    "AWS::Logs::LogGroup": (f"arn:aws:logs:{_AT}:log-group:{{}}:*", "LogGroupName"),
    "AWS::S3::Bucket": ("arn:aws:s3:::{}", "BucketName"),
    "AWS::SNS::Topic": (f"arn:aws:sns:{_AT}:{{}}", "TopicName"),
}


class Arns:
    """What each reference of each template stands for once everything is deployed."""

    def __init__(self, stacks: list[Stack]) -> None:
        self._stacks = {stack.service: stack for stack in stacks}

    def of_type(self, kind: str) -> dict[str, str]:
        """Return the ARNs of all resources of a type, by logical id."""
        return {
            name: self._arn(stack, name) for stack in self._stacks.values() for name in stack.resources(kind)
        }

    def text(self, stack: Stack, value: Any) -> str:
        """Return the text that a value of a template becomes."""
        match value:
            case str(text):
                return text
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn" | "Id" | "QueueName" | "Name"]}:
                return self._named(stack, name)
            case {"Fn::GetAtt": [str(name), "StreamArn"]}:
                return f"{self._arn(stack, name)}/stream/2026-11-26T00:00:00.000"
            case {"Fn::Sub": [str(text), dict(variables)]}:
                return self._filled(stack, text, variables)
            case {"Fn::Sub": str(text)}:
                return self._filled(stack, text, {})
            case {"Fn::ImportValue": name}:
                output = self.text(stack, name).partition(":")[2]
                owner = self._stacks[next(export for export in Export if export.output == output).owner]
                text = self.text(owner, owner.plain["Outputs"][output]["Value"])
                return text.rpartition("/")[2] if output.endswith("TableName") else text
        raise LookupError(f"{stack.name}: {value}")

    def _filled(self, stack: Stack, text: str, variables: Json) -> str:
        def put_in(found: re.Match[str]) -> str:
            name = found.group(1)
            return (
                self.text(stack, variables[name])
                if name in variables
                else self._named(stack, name.split(".")[0])
            )

        return re.sub(r"\$\{([^}]+)\}", put_in, text)

    def _named(self, stack: Stack, name: str) -> str:
        return _PSEUDO.get(name) or (
            self._arn(stack, name) if name in stack.plain["Resources"] else f"a-{name}"
        )

    def _arn(self, stack: Stack, name: str) -> str:
        body = stack.plain["Resources"][name]
        if body["Type"] == "AWS::Lambda::Alias":
            return f"{self._arn(stack, target(body['Properties']['FunctionName']) or '')}:live"
        if body["Type"] == "AWS::IAM::Role":
            return f"arn:aws:iam::{ACCOUNT}:role/{name}"
        if body["Type"] not in _ARNS:
            return f"id-of-{name}"
        pattern, named_by = _ARNS[body["Type"]]
        return pattern.format(self.text(stack, body["Properties"].get(named_by, name)))


@dataclass(frozen=True)
class Role:
    """What one function, or one workflow, may do."""

    stack: Stack
    name: str
    policy: tuple[Json, ...]
    function: str | None

    @property
    def slug(self) -> str:
        """The function's name, or the role's where it is no function's."""
        return slug_of(self.function) if self.function else self.name

    @cached_property
    def _parsed(self) -> list[list[ParsedStatement]]:
        return [parse_policy_document({"Version": "2012-10-17", "Statement": list(self.policy)})]

    def allows(self, action: str, resource: str, passed_to: str | None = None) -> bool:
        """Tell whether this call would go through; `passed_to` is the service that a role is lent to."""
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.name}/session"
        asked = EvalContext(arn, "AssumedRole", ACCOUNT, action, resource, "eu-west-1")
        if passed_to is not None:
            asked.service_context["iam:passedtoservice"] = passed_to
        return bool(evaluate(asked, self._parsed).decision == "Allow")

    def granted(self) -> Iterator[tuple[str, str]]:
        """Yield each action with each resource as the policy spells it."""
        for statement in self.policy:
            for action in as_list(statement["Action"]):
                yield from ((action, resource) for resource in as_list(statement["Resource"]))


def roles(stacks: list[Stack], arns: Arns) -> list[Role]:
    """Return every role of every stack, with names put in for references."""
    found = []
    for stack in stacks:
        functions = {target(body.get("Role")): name for name, body in stack.properties(FUNCTION).items()}
        for name, role in stack.properties("AWS::IAM::Role").items():
            policy = tuple(
                statement | {"Resource": [arns.text(stack, each) for each in as_list(statement["Resource"])]}
                for statement in statements(role)
            )
            found.append(Role(stack, name, policy, functions.get(name)))
    return found

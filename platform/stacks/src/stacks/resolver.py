"""Resolves the stacks' CloudFormation templates as a deployment would: names, ARNs, environments."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from stacks.catalogue import FUNCTION, MACHINE, Stack, load_stacks, logical_id_of
from stacks.reference import target
from stacks.template import Json

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-central-1"
SITE: Final = "https://vote.example"
STREAM_LABEL: Final = "2026-11-26T00:00:00.000"
_NOTHING: Final = object()
_QUEUE_URL: Final = "https://sqs.{region}.amazonaws.com/{account}/{}"
# By resource type: the property with the name, the value of `Ref`, and the ARN. `{}` is the name.
_TYPES: Final[dict[str, tuple[str, str, str]]] = {
    "AWS::DynamoDB::Table": ("TableName", "{}", "arn:aws:dynamodb:{at}:table/{}"),
    "AWS::SQS::Queue": (
        "QueueName",
        "https://sqs.{region}.amazonaws.com/{account}/{}",
        "arn:aws:sqs:{at}:{}",
    ),
    "AWS::SecretsManager::Secret": ("Name", "{arn}", "arn:aws:secretsmanager:{at}:secret:{}-AbCdEf"),
    FUNCTION: ("FunctionName", "{}", "arn:aws:lambda:{at}:function:{}"),
    MACHINE: ("StateMachineName", "{arn}", "arn:aws:states:{at}:stateMachine:{}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "{}", "arn:aws:logs:{at}:log-group:{}:*"),
    "AWS::S3::Bucket": ("BucketName", "{}", "arn:aws:s3:::{}"),
    # AWS chooses a key's id; here it is the logical id.
    "AWS::KMS::Key": ("KeyId", "{}", "arn:aws:kms:{at}:key/{}"),
    "AWS::SNS::Topic": ("TopicName", "{arn}", "arn:aws:sns:{at}:{}"),
    "AWS::IAM::Role": ("RoleName", "{}", "arn:aws:iam::{account}:role/{}"),
}


@dataclass
class Resolver:
    """Resolves intrinsic functions, imports and conditions over all stacks.

    `made` overrides `Ref` and attributes, by logical id, for resources with ids that AWS chooses, such as
    `{"OriginSecret": {"Ref": "arn:…", "Arn": "arn:…"}}`.
    """

    stacks: tuple[Stack, ...] = field(default_factory=load_stacks)
    parameters: Mapping[str, str] = field(default_factory=lambda: {"Environment": "test", "SiteOrigin": SITE})
    made: dict[str, dict[str, str]] = field(default_factory=dict)

    def text(self, stack: Stack, value: Any) -> str:
        """Return a template value resolved to a string. Raises `TypeError` if it is not one."""
        resolved = self.value(stack, value)
        if not isinstance(resolved, str | int):
            raise TypeError(f"{stack.name}: {value} is not a string")
        return str(resolved)

    def value(self, stack: Stack, value: Any) -> Any:
        """Return a template value with all its parts resolved."""
        match value:
            case {"Ref": str(name)} if len(value) == 1:
                return self._ref(stack, name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return self._attribute(stack, name, attribute)
            case {"Fn::Sub": [str(text), dict(variables)]}:
                return self._substituted(stack, text, variables)
            case {"Fn::Sub": str(text)}:
                return self._substituted(stack, text, {})
            case {"Fn::ImportValue": name}:
                owner, exported = self._exports[self.text(stack, name)]
                return self.value(owner, exported)
            case {"Fn::If": [str(condition), then, otherwise]}:
                holds = self._holds(stack, stack.plain["Conditions"][condition])
                return self.value(stack, then if holds else otherwise)
            case {"Fn::Join": [str(separator), list(parts)]}:
                return separator.join(self.text(stack, part) for part in parts)
            case dict():
                resolved = {name: self.value(stack, part) for name, part in value.items()}
                return {name: part for name, part in resolved.items() if part is not _NOTHING}
            case list():
                return [part for part in (self.value(stack, part) for part in value) if part is not _NOTHING]
        return value

    def resources(self, kind: str) -> dict[str, Json]:
        """Return the resolved properties of all stacks' resources of a type, by logical id."""
        return {
            name: self.value(stack, properties)
            for stack in self.stacks
            for name, properties in stack.properties(kind).items()
        }

    def arns(self, kind: str) -> dict[str, str]:
        """Return the ARNs of all stacks' resources of a type, by logical id."""
        return {
            name: self._attribute(stack, name, "Arn")
            for stack in self.stacks
            for name in stack.resources(kind)
        }

    def name(self, logical_id: str) -> str:
        """Return the value of `Ref` for a resource of any stack: a table's name, a queue's URL."""
        return str(self._ref(self._owner(logical_id), logical_id))

    def environment(self, slug: str) -> dict[str, str]:
        """Return the environment variables of a function, by the name of its handler."""
        stack = self.stack_of(slug)
        given = stack.properties(FUNCTION)[logical_id_of(slug)].get("Environment", {}).get("Variables", {})
        return {name: str(value) for name, value in self.value(stack, given).items()}

    def stack_of(self, slug: str) -> Stack:
        """Return the stack of a function. Raises `LookupError`."""
        return self._owner(logical_id_of(slug))

    def workflow(self) -> tuple[str, Json]:
        """Return the ARN and the definition of the vote workflow, with its substitutions."""
        ((stack, name),) = [(stack, name) for stack in self.stacks for name in stack.workflows]
        definition = json.dumps(stack.workflows[name])
        for variable, value in stack.properties(MACHINE)[name]["DefinitionSubstitutions"].items():
            definition = definition.replace(f"${{{variable}}}", self.text(stack, value))
        return self._attribute(stack, name, "Arn"), json.loads(definition)

    def _owner(self, logical_id: str) -> Stack:
        for stack in self.stacks:
            if logical_id in stack.plain["Resources"]:
                return stack
        raise LookupError(f"no template has {logical_id}")

    @cached_property
    def _exports(self) -> dict[str, tuple[Stack, Any]]:
        return {
            self.text(stack, output["Export"]["Name"]): (stack, output["Value"])
            for stack in self.stacks
            for output in stack.plain.get("Outputs", {}).values()
            if "Export" in output
        }

    def _ref(self, stack: Stack, name: str) -> Any:
        match name:
            case "AWS::NoValue":
                return _NOTHING
            case "AWS::Partition":
                return "aws"
            case "AWS::Region":
                return REGION
            case "AWS::AccountId":
                return ACCOUNT
            case "AWS::URLSuffix":
                return "amazonaws.com"
            case "AWS::StackName":
                return f"tot-{self.parameters['Environment']}-{stack.name}"
        if name in stack.plain.get("Parameters", {}):
            declared = stack.plain["Parameters"][name]
            return self.parameters[name] if name in self.parameters else declared["Default"]
        if "Ref" in self.made.get(name, {}):
            return self.made[name]["Ref"]
        body = stack.plain["Resources"][name]
        if body["Type"] == "AWS::Lambda::Alias":
            return self._attribute(stack, name, "Arn")
        if body["Type"] not in _TYPES:
            return f"id-of-{name}"
        named, reference, _ = _TYPES[body["Type"]]
        if reference == "{arn}":
            return self._attribute(stack, name, "Arn")
        own = self.text(stack, body["Properties"].get(named, name))
        return reference.format(own, region=REGION, account=ACCOUNT)

    def _attribute(self, stack: Stack, name: str, attribute: str) -> str:
        if attribute in self.made.get(name, {}):
            return self.made[name][attribute]
        body = stack.plain["Resources"][name]
        if body["Type"] == "AWS::Lambda::Alias":
            return f"{self._attribute(stack, target(body['Properties']['FunctionName']) or '', 'Arn')}:live"
        if attribute == "StreamArn":
            return f"{self._attribute(stack, name, 'Arn')}/stream/{STREAM_LABEL}"
        if body["Type"] not in _TYPES:
            return f"{attribute.lower()}-of-{name}"
        named, _, arn = _TYPES[body["Type"]]
        own = self.text(stack, body["Properties"].get(named, name))
        if attribute in {"QueueName", "TopicName", "Name"}:
            return own
        if attribute not in {"Arn", "Id"}:
            return f"{attribute.lower()}-of-{name}"
        return arn.format(own, at=f"{REGION}:{ACCOUNT}", account=ACCOUNT)

    def _substituted(self, stack: Stack, text: str, variables: Json) -> str:
        def put_in(found: re.Match[str]) -> str:
            name, _, attribute = found[1].partition(".")
            if name in variables:
                return self.text(stack, variables[name])
            return self._attribute(stack, name, attribute) if attribute else str(self._ref(stack, name))

        return re.sub(r"\$\{([^}!]+)\}", put_in, text)

    def _holds(self, stack: Stack, condition: Any) -> bool:
        match condition:
            case {"Fn::Equals": [one, other]}:
                return str(self.value(stack, one)) == str(self.value(stack, other))
            case {"Fn::Not": [inner]}:
                return not self._holds(stack, inner)
            case {"Fn::And": list(parts)}:
                return all(self._holds(stack, part) for part in parts)
            case {"Fn::Or": list(parts)}:
                return any(self._holds(stack, part) for part in parts)
            case {"Condition": str(name)}:
                return self._holds(stack, stack.plain["Conditions"][name])
        raise LookupError(f"{stack.name}: condition {condition}")

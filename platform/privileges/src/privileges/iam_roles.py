"""The IAM roles of all templates, with references resolved, and an evaluator for single calls.

The evaluator is the emulator's own, which the running stack also obeys.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from ministack.core.iam_evaluator import EvalContext, ParsedStatement, evaluate, parse_policy_document
from stacks.catalogue import FUNCTION, Stack, slug_of
from stacks.reference import as_list, statements, target
from stacks.resolver import ACCOUNT, REGION, Resolver
from stacks.template import Json

LEADING_KEYS: Final = "dynamodb:LeadingKeys"
ALL_KEYS: Final = "ForAllValues:StringLike"


@dataclass(frozen=True)
class Role:
    """The IAM role of one function or workflow."""

    stack: Stack
    name: str
    policy: tuple[Json, ...]
    function: str | None

    @property
    def slug(self) -> str:
        """The function's name, or the role's own name if it belongs to no function."""
        return slug_of(self.function) if self.function else self.name

    @cached_property
    def _parsed(self) -> list[list[ParsedStatement]]:
        return [parse_policy_document({"Version": "2012-10-17", "Statement": list(self.policy)})]

    def allows(
        self, action: str, resource: str, passed_to: str | None = None, leading_key: str | None = None
    ) -> bool:
        """Return whether a call is allowed.

        `passed_to` is the service for `iam:PassRole`, `leading_key` the partition key of a table's item.
        """
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.name}/session"
        asked = EvalContext(arn, "AssumedRole", ACCOUNT, action, resource, REGION)
        if passed_to is not None:
            asked.service_context["iam:passedtoservice"] = passed_to
        if leading_key is not None:
            asked.service_context["dynamodb:leadingkeys"] = [leading_key]
        return bool(evaluate(asked, self._parsed).decision == "Allow")

    def granted(self) -> Iterator[tuple[str, str]]:
        """Yield each action with each resource, as written in the policy."""
        for statement in self.policy:
            for action in as_list(statement["Action"]):
                yield from ((action, resource) for resource in as_list(statement["Resource"]))

    def permissions(self) -> Iterator["Permission"]:
        """Yield the smallest parts of the policy: one action on one resource, for one kind of item."""
        for statement in self.policy:
            keys: list[str | None] = [*leading_keys_of(statement)]
            for key in keys or [None]:
                condition = {} if key is None else {"Condition": {ALL_KEYS: {LEADING_KEYS: [key]}}}
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        part = statement | {"Action": action, "Resource": [resource]} | condition
                        yield Permission(replace(self, policy=(part,)), action, resource, key)


@dataclass(frozen=True)
class Permission:
    """One action on one resource. `role` has this permission only."""

    role: Role
    action: str
    resource: str
    leading_key: str | None
    """The pattern of partition keys to which a condition limits it."""


def roles(arns: Resolver) -> list[Role]:
    """Return all roles of all stacks, with resolved references."""
    found = []
    for stack in arns.stacks:
        functions = {target(body.get("Role")): name for name, body in stack.properties(FUNCTION).items()}
        for name, role in stack.properties("AWS::IAM::Role").items():
            resolved = arns.value(stack, {"Policies": role.get("Policies", [])})
            policy = tuple(
                statement | {"Resource": as_list(statement["Resource"])} for statement in statements(resolved)
            )
            found.append(Role(stack, name, policy, functions.get(name)))
    return found


def leading_keys_of(statement: Json) -> list[str]:
    """Return the patterns of partition keys to which a statement is limited; none if it is not."""
    return as_list(statement.get("Condition", {}).get(ALL_KEYS, {}).get(LEADING_KEYS, []))

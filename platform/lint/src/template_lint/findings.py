"""Findings, and the runner of all rules."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stacks.catalogue import Stack

type Fault = tuple[str, str]
type Rule = Callable[[Stack], Iterator[Fault]]
type Found = tuple[Stack, str, str]
type RuleOverAll = Callable[[Sequence[Stack]], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One resource that breaks one rule."""

    stack: str
    resource: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.stack}: {self.resource}: {self.message} [{self.rule}]"


def find(
    stacks: Sequence[Stack], rules: Sequence[Rule], rules_over_all: Sequence[RuleOverAll]
) -> list[Finding]:
    """Return the findings of all rules in all stacks."""
    single = [
        Finding(stack.name, resource, rule.__name__, message)
        for stack in stacks
        for rule in rules
        for resource, message in rule(stack)
    ]
    over_all = [
        Finding(stack.name, resource, rule.__name__, message)
        for rule in rules_over_all
        for stack, resource, message in rule(stacks)
    ]
    return single + over_all

"""All rules."""

from typing import Final

from template_lint.findings import Rule, RuleOverAll
from template_lint.rules import (
    alarms,
    authorization,
    deployment,
    edge,
    event_source_mappings,
    functions,
    gateway,
    policies,
    privacy,
    stacks,
    workflows,
)

RULES: Final[tuple[Rule, ...]] = (
    *functions.RULES,
    *event_source_mappings.RULES,
    *policies.RULES,
    *workflows.RULES,
    *gateway.RULES,
    *edge.RULES,
    *privacy.RULES,
    *deployment.RULES,
    *alarms.RULES,
)
RULES_OVER_ALL: Final[tuple[RuleOverAll, ...]] = (*stacks.RULES, *authorization.RULES)
OWN_RULES: Final = frozenset(rule.__name__ for rule in (*RULES, *RULES_OVER_ALL))

"""Enforce the condition `dynamodb:LeadingKeys`, which limits a role to the items with certain partition keys.

ministack does not resolve this key. `ForAllValues` is true without a value, so it would allow any item.
"""

from typing import Any, Final

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb
from privileges.leading_keys import LeadingKeys

CONDITION_KEY: Final = "dynamodb:LeadingKeys"


def apply() -> None:
    """Add the partition keys of a request to its condition keys."""
    context_of, enforce = iam_actions.dynamodb_service_context, iam_evaluator.enforce

    def with_leading_keys(body: bytes) -> dict[str, Any]:
        return {**context_of(body), CONDITION_KEY: LeadingKeys(body, _hash_key)}

    def enforce_per_table(  # noqa: PLR0917 (as ministack's)
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        context = dict(service_context or {})
        keys: LeadingKeys | None = context.pop(CONDITION_KEY, None)
        if keys and (own := keys.of(iam_action, resource_arn)):
            context[CONDITION_KEY] = own
        return enforce(access_key_id, iam_action, service, region, resource_arn, context)

    iam_actions.dynamodb_service_context, iam_evaluator.enforce = with_leading_keys, enforce_per_table


def _hash_key(table: str) -> str | None:
    known = dynamodb._tables.get(table)
    schema = known["KeySchema"] if known else []
    return next((str(part["AttributeName"]) for part in schema if part["KeyType"] == "HASH"), None)

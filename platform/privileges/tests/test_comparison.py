"""Permissions against calls: unused, denied, limited to a kind of item, and reasons."""

from pathlib import Path
from typing import Any

import pytest
from devkit.failure import Failure
from privileges.calls import Call
from privileges.comparison import Comparison, Reason, compare, read_reasons
from privileges.iam_roles import Role
from stacks.catalogue import load_stacks

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/tot-test-voting-state"
KEYS = {"Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["#proof#*", "#abuse#*"]}}}
READ = Call("vote_wrapper", "dynamodb:GetItem", TABLE)


def role(*statements: dict[str, Any]) -> Role:
    policy = tuple({"Effect": "Allow", "Resource": [TABLE]} | each for each in statements)
    return Role(load_stacks()[0], "VoteWrapperRole", policy, "VoteWrapperFunction")


def compared(policy: Role, *calls: Call, reasons: tuple[Reason, ...] = ()) -> Comparison:
    return compare([policy], {call: {"e2e"} for call in calls}, reasons)


def unused(found: Comparison) -> list[tuple[str, str | None]]:
    return [(each.action, each.leading_key) for each in found.unused]


@pytest.mark.covers("T18")
def test_permission_that_no_call_uses_is_reported() -> None:
    found = compared(role({"Action": ["dynamodb:GetItem", "dynamodb:Query"]}), READ)
    assert (unused(found), found.passed) == ([("dynamodb:Query", None)], False)
    assert [each.used_in for each in found.permissions] == [("e2e",), ()]


def test_resource_that_no_call_uses_is_reported() -> None:
    found = compared(
        role({"Action": "dynamodb:GetItem", "Resource": [TABLE, f"{TABLE}/index/by_poll"]}), READ
    )
    assert [each.resource for each in found.unused] == ["table/voting-state/index/by_poll"]


def test_kind_of_item_that_no_call_writes_is_reported() -> None:
    proof = Call("vote_wrapper", "dynamodb:PutItem", TABLE, "#proof#")
    found = compared(role({"Action": "dynamodb:PutItem", **KEYS}), proof)
    assert (unused(found), found.denied) == ([("dynamodb:PutItem", "#abuse#*")], ())


@pytest.mark.covers("T18")
@pytest.mark.parametrize(
    "call",
    [
        Call("vote_wrapper", "dynamodb:DeleteItem", TABLE),
        Call("vote_wrapper", "dynamodb:PutItem", TABLE.replace("voting-state", "polls")),
        Call("vote_wrapper", "dynamodb:PutItem", TABLE, "x"),
        Call("vote_wrapper", "dynamodb:PutItem", TABLE, "#codes#"),
        Call("mint_codes", "dynamodb:PutItem", TABLE, "#proof#"),
        Call("vote_wrapper", "dynamodb:PutItem", TABLE, "#proof#", denied=True),
    ],
    ids=["action", "resource", "plain-item", "foreign-item", "function", "denied-by-the-emulator"],
)
def test_call_without_permission_is_reported(call: Call) -> None:
    found = compared(role({"Action": "dynamodb:PutItem", **KEYS}), call)
    assert [denied for denied, _ in found.denied] == [call]


def test_role_is_passed_to_the_scheduler() -> None:
    to_scheduler = {"Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}}
    passing = Call("vote_wrapper", "iam:PassRole", TABLE)
    assert compared(role({"Action": "iam:PassRole", **to_scheduler}), passing).passed


def test_reason_excuses_an_unused_permission_and_nothing_else() -> None:
    policy = role({"Action": ["dynamodb:GetItem", "dynamodb:Query"]})
    about = {"role": "vote_wrapper", "resource": "table/voting-state", "reason": "no test can show this call"}
    needed = Reason(action="dynamodb:Query", **about)
    assert compared(policy, READ, reasons=(needed,)).passed
    needless = Reason(action="dynamodb:GetItem", **about)
    assert compared(policy, READ, reasons=(needed, needless)).needless == (needless,)
    gone = Reason(action="dynamodb:Scan", **about)
    assert compared(policy, READ, reasons=(needed, gone)).needless == (gone,)


@pytest.mark.parametrize("text", ["[[unused]]\nrole = 'x'", "unused", "[[unused]]\nreason = 'short'"])
def test_invalid_file_of_reasons_is_a_failure(text: str, tmp_path: Path) -> None:
    file = tmp_path / "unused.toml"
    file.write_text(text)
    with pytest.raises(Failure, match=r"unused\.toml is invalid"):
        read_reasons(file)

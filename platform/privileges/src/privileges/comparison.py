"""Compares the permissions of each role with the calls that tests have recorded and templates require."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from devkit.failure import Failure
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from stacks.resolver import Resolver

from privileges.by_services import calls_by_services
from privileges.calls import PLAIN_KEY, Call
from privileges.iam_roles import Permission, Role, roles

BY_SERVICES: Final = "templates"
REASONS: Final = Path(__file__).with_name("unused.toml")
_PASSED_TO: Final = "scheduler.amazonaws.com"


class Reason(BaseModel):
    """Why a permission that no test uses stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    action: str
    resource: str
    reason: str = Field(min_length=20)


class _Reasons(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    unused: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Compared:
    """A permission with the test layers that use it, or the reason why none does."""

    role: str
    action: str
    resource: str
    leading_key: str | None
    used_in: tuple[str, ...]
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether the permission is used, or has a reason."""
        return bool(self.used_in or self.reason)


@dataclass(frozen=True)
class Comparison:
    """The result for all roles."""

    permissions: tuple[Compared, ...]
    denied: tuple[tuple[Call, tuple[str, ...]], ...]
    """Calls that no permission allows, or that the emulator has denied."""

    needless: tuple[Reason, ...]
    """Reasons of permissions that are used or gone."""

    roles: tuple[str, ...] = field(default=())

    @property
    def unused(self) -> tuple[Compared, ...]:
        """The permissions that are not used and have no reason."""
        return tuple(each for each in self.permissions if not each.holds)

    @property
    def passed(self) -> bool:
        """Whether nothing is to be reported."""
        return not (self.unused or self.denied or self.needless)


def read_reasons(file: Path = REASONS) -> tuple[Reason, ...]:
    """Return the reasons. Raises `Failure` if the file is invalid."""
    try:
        return _Reasons.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).unused
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{file.name} is invalid.", str(error)) from error


def compare_all(calls: Mapping[Call, set[str]], arns: Resolver | None = None) -> Comparison:
    """Compare all roles of the checkout with the recorded calls and those that AWS services make."""
    arns = arns or Resolver()
    used = {call: set(layers) for call, layers in calls.items()}
    for call in calls_by_services(arns):
        used.setdefault(call, set()).add(BY_SERVICES)
    return compare(roles(arns), used, read_reasons())


def compare(found: Iterable[Role], calls: Mapping[Call, set[str]], reasons: Iterable[Reason]) -> Comparison:
    """Compare these roles with these calls."""
    by_role = {role.slug: role for role in found}
    permissions = [each for role in by_role.values() for each in role.permissions()]
    layers: dict[int, set[str]] = {}
    denied = []
    for call, used_in in sorted(calls.items(), key=lambda each: each[0]):
        matching = [number for number, each in enumerate(permissions) if _allows(each, call)]
        for number in matching:
            layers.setdefault(number, set()).update(used_in)
        if call.denied or not matching:
            denied.append((call, tuple(sorted(used_in))))
    given = {(each.role, each.action, each.resource): each for each in reasons}
    compared, taken = [], set()
    for number, each in enumerate(permissions):
        key = each.role.slug, each.action, short(each.resource)
        used_by = tuple(sorted(layers.get(number, ())))
        reason = "" if used_by or key not in given else given[key].reason
        if reason:
            taken.add(key)
        compared.append(Compared(*key, each.leading_key, used_by, reason))
    needless = tuple(each for key, each in given.items() if key not in taken)
    return Comparison(tuple(compared), tuple(denied), needless, tuple(by_role))


def short(resource: str) -> str:
    """Return a resource without the parts of an ARN that all have in common."""
    return resource.split(":", 5)[-1].replace("tot-test-", "", 1)


def _allows(permission: Permission, call: Call) -> bool:
    if permission.role.slug != call.function or permission.action.lower() != call.action.lower():
        return False
    passed_to = _PASSED_TO if call.action == "iam:PassRole" else None
    leading_key = f"{call.leading_key}{PLAIN_KEY}" if call.leading_key else None
    return permission.role.allows(call.action, call.resource, passed_to, leading_key)

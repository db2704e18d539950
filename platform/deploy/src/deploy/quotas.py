"""The resources of one environment, counted in its templates, against the quotas of `quotas.toml`."""

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from devkit.failure import Failure
from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError, model_validator
from stacks.catalogue import FUNCTION, Stack
from stacks.reference import name_of
from stacks.resolver import SITE, Resolver
from stacks.template import Json
from stacks.transform import transform

from deploy.samconfig import SamConfig

TABLE: Final = Path(__file__).with_name("quotas.toml")
WARNING: Final = 0.8
_SUMMED: Final = frozenset({"account", "Region"})
_API: Final = "AWS::ApiGatewayV2::"
_DISTRIBUTION: Final = "AWS::CloudFront::Distribution"

type Counts = Mapping[str, int]


class Quota(BaseModel):
    """A quota of AWS; `per` an account, a Region or one resource. Without `limit`, AWS sets none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    per: str
    source: str
    limit: PositiveInt | None = None
    type: str = ""
    measure: str = ""


class QuotaTable(BaseModel):
    """All quotas, the addresses of their sources, and the day on which these were read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirmed: date
    sources: dict[str, str]
    quota: tuple[Quota, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for quota in self.quota:
            if quota.source not in self.sources:
                raise ValueError(f"{quota.name}: unknown source {quota.source}")
            if bool(quota.type) == bool(quota.measure) or quota.measure not in {"", *MEASURES}:
                raise ValueError(f"{quota.name}: needs a type or a known measure")
        return self


@dataclass(frozen=True)
class Usage:
    """The use of one quota by one environment: the sum, or the largest number of one resource, `item`."""

    quota: Quota
    used: int
    item: str

    @property
    def share(self) -> float | None:
        """The used part of the quota; None if AWS sets none."""
        return self.used / self.quota.limit if self.quota.limit else None

    @property
    def is_exceeded(self) -> bool:
        """Whether a deployment fails, or waits for a higher quota."""
        return (self.share or 0) > 1

    @property
    def is_close(self) -> bool:
        """Whether little of the quota is left."""
        return WARNING < (self.share or 0) <= 1

    @property
    def environments(self) -> int | None:
        """The number of environments of this size that fit into one account or Region."""
        shared = self.quota.per in _SUMMED and self.quota.limit and self.used
        return self.quota.limit // self.used if shared and self.quota.limit else None


@dataclass(frozen=True)
class Inventory:
    """The stacks of one environment as its settings deploy them: with a canary or without, by condition."""

    stacks: tuple[Stack, ...]
    parameters: dict[str, dict[str, str]]

    @classmethod
    def read(cls, stacks: Iterable[Stack], environment: str) -> Self:
        """Read the settings of an environment. Raises `Failure` if it has none."""
        given = tuple(stacks)
        settings = {stack.name: SamConfig.read(stack.folder, environment).parameters for stack in given}
        return cls.with_settings(given, environment, settings)

    @classmethod
    def with_settings(
        cls, stacks: Iterable[Stack], environment: str, settings: Mapping[str, dict[str, str]]
    ) -> Self:
        """Return the inventory with these parameters of each stack."""
        required = {"Environment": environment, "SiteOrigin": SITE}
        parameters = {name: required | values for name, values in settings.items()}
        return cls(tuple(_deployed(stack, parameters[stack.name]) for stack in stacks), parameters)

    def resources(self, kind: str) -> Iterator[tuple[Stack, str, Json]]:
        """Yield stack, logical id and properties of the resources of a type whose condition holds."""
        for stack in self.stacks:
            for name, body in stack.resources(kind).items():
                if self._exists(stack, body):
                    yield stack, name, body.get("Properties", {})

    def count(self, stack: Stack) -> int:
        """Return the number of resources of a stack."""
        return sum(self._exists(stack, body) for body in stack.plain["Resources"].values())

    def resolve(self, stack: Stack, value: Any) -> Any:
        """Return a value of a stack's template with the environment's parameters."""
        return Resolver(self.stacks, self.parameters[stack.name]).value(stack, value)

    def _exists(self, stack: Stack, body: Json) -> bool:
        condition = body.get("Condition")
        return condition is None or bool(self.resolve(stack, {"Fn::If": [condition, True, False]}))


def read_table(path: Path = TABLE) -> QuotaTable:
    """Return the quotas.

    Raises:
        Failure: the file is not a valid table.
    """
    try:
        return QuotaTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{path.name} is not a valid table of quotas.", str(error)) from error


def usages(inventory: Inventory, table: QuotaTable) -> list[Usage]:
    """Return the use of each quota, in the table's order."""
    found = []
    for quota in table.quota:
        counts = MEASURES[quota.measure](inventory) if quota.measure else _of_type(inventory, quota.type)
        if quota.per in _SUMMED:
            found.append(Usage(quota, sum(counts.values()), ""))
        else:
            item, used = max(counts.items(), key=lambda count: count[1], default=("", 0))
            found.append(Usage(quota, used, item))
    return found


def reserved_executions(inventory: Inventory) -> Counts:
    """Return the concurrent executions that each function reserves."""
    reserving = {
        name: inventory.resolve(stack, {"Reserved": properties.get("ReservedConcurrentExecutions", 0)})
        for stack, name, properties in inventory.resources(FUNCTION)
    }
    # A value that a condition omits is absent after the resolution.
    return {name: number for name, value in reserving.items() if (number := int(value.get("Reserved", 0)))}


def _deployed(stack: Stack, parameters: dict[str, str]) -> Stack:
    """Return the stack with the template of these parameters: the transform itself adds the canary."""
    if parameters.get("Canary") != "true":
        return stack
    deployed = Stack(stack.name, stack.folder, stack.source, stack.needs)
    deployed.__dict__["plain"] = transform(stack.source, stack.workflows, Canary="true")
    return deployed


def _of_type(inventory: Inventory, kind: str) -> Counts:
    return Counter(stack.name for stack, _, _ in inventory.resources(kind))


def _per_stack(number: Callable[[Inventory, Stack], int]) -> Callable[[Inventory], Counts]:
    return lambda inventory: {stack.name: number(inventory, stack) for stack in inventory.stacks}


def _per_resource(kind: str, number: Callable[[Json], int]) -> Callable[[Inventory], Counts]:
    return lambda inventory: {
        name: number(inventory.resolve(stack, properties) if kind.startswith("AWS::IAM") else properties)
        for stack, name, properties in inventory.resources(kind)
    }


def _per_api(part: str, protocol: str) -> Callable[[Inventory], Counts]:
    def count(inventory: Inventory) -> Counts:
        apis = {name: properties["ProtocolType"] for _, name, properties in inventory.resources(_API + "Api")}
        parts = (
            name_of(properties["ApiId"]).removesuffix("Id")
            for _, _, properties in inventory.resources(_API + part)
        )
        return Counter(api for api in parts if apis.get(api) == protocol)

    return count


def _environment_bytes(inventory: Inventory) -> Counts:
    return {
        name: sum(
            len(key) + len(str(inventory.resolve(stack, value)))
            for key, value in properties.get("Environment", {}).get("Variables", {}).items()
        )
        for stack, name, properties in inventory.resources(FUNCTION)
    }


def _stream_readers(inventory: Inventory) -> Counts:
    sources = (
        name_of(properties["EventSourceArn"])
        for _, _, properties in inventory.resources("AWS::Lambda::EventSourceMapping")
    )
    return Counter(source for source in sources if source.endswith("StreamArn"))


def _exports(stack: Stack) -> int:
    return sum("Export" in output for output in stack.plain.get("Outputs", {}).values())


def _characters(value: Any) -> int:
    """Return the size as IAM counts it: without white space between the parts."""
    return len(json.dumps(value, separators=(",", ":")))


def _policies(role: Json) -> int:
    return sum(_characters(policy["PolicyDocument"]) for policy in role.get("Policies", []))


MEASURES: Final[Mapping[str, Callable[[Inventory], Counts]]] = {
    "stacks": _per_stack(lambda *_: 1),
    "resources": _per_stack(lambda inventory, stack: inventory.count(stack)),
    "outputs": _per_stack(lambda _, stack: len(stack.plain.get("Outputs", {}))),
    "parameters": _per_stack(lambda _, stack: len(stack.plain.get("Parameters", {}))),
    "template_bytes": _per_stack(lambda _, stack: len(json.dumps(stack.plain).encode())),
    "exports": _per_stack(lambda _, stack: _exports(stack)),
    "reserved_executions": reserved_executions,
    "environment_bytes": _environment_bytes,
    "http_routes": _per_api("Route", "HTTP"),
    "http_integrations": _per_api("Integration", "HTTP"),
    "http_authorizers": _per_api("Authorizer", "HTTP"),
    "websocket_routes": _per_api("Route", "WEBSOCKET"),
    "websocket_integrations": _per_api("Integration", "WEBSOCKET"),
    "cache_behaviors": _per_resource(
        _DISTRIBUTION, lambda body: 1 + len(body["DistributionConfig"].get("CacheBehaviors", []))
    ),
    "origins": _per_resource(_DISTRIBUTION, lambda body: len(body["DistributionConfig"]["Origins"])),
    "custom_headers": _per_resource(
        "AWS::CloudFront::ResponseHeadersPolicy",
        lambda body: len(body["ResponseHeadersPolicyConfig"].get("CustomHeadersConfig", {}).get("Items", [])),
    ),
    "inline_policy_characters": _per_resource("AWS::IAM::Role", _policies),
    "trust_policy_characters": _per_resource(
        "AWS::IAM::Role", lambda role: _characters(role["AssumeRolePolicyDocument"])
    ),
    "global_indexes": _per_resource(
        "AWS::DynamoDB::Table", lambda table: len(table.get("GlobalSecondaryIndexes", []))
    ),
    "stream_readers": _stream_readers,
}

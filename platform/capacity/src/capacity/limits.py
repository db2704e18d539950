"""The table of AWS's limits, and this project's settings that limit a poll, from templates and pages."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self

from devkit.checkout import ROOT
from devkit.failure import Failure
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)
from realtime_service.domain.window import BroadcastLimits
from stacks.template import Json, read_template

TABLE: Final = Path(__file__).with_name("limits.toml")
_PAGE: Final = ROOT / "services/frontend/site"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sourced(_Frozen):
    source: str


class Limit(_Sourced):
    """A limit of AWS: its default, the name of its quota if a request raises it, and the source."""

    name: str
    unit: str
    default: PositiveFloat
    burst: float = 0
    quota: str = ""
    granted: PositiveFloat | None = None
    regions: Mapping[str, PositiveFloat] = {}
    date: date


class Validity(_Sourced):
    """The largest poll for which the simulation is valid."""

    votes_per_second: PositiveInt
    viewers: PositiveInt
    minutes: PositiveInt


class LimitTable(_Frozen):
    """The content of `limits.toml`."""

    sources: Mapping[str, str]
    limits: Mapping[str, Limit]
    validity: Validity
    durations: Mapping[str, Annotated[float, Field(gt=0)]]

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        for limit in (*self.limits.values(), self.validity):
            if limit.source not in self.sources:
                raise ValueError(f"unknown source {limit.source}")
        return self

    def defaults(self, region: str) -> dict[str, float]:
        """Return the default of each limit in a Region."""
        return {key: limit.regions.get(region, limit.default) for key, limit in self.limits.items()}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the templates and pages that limit a poll, as the checkout has them."""

    public_stage: float
    websocket_stage: float
    max_connections: int
    broadcasts: BroadcastLimits
    buckets: int
    replicas: int
    """Replicas of a poll's copy in VotingState, which votes read as well."""
    max_buckets: int
    max_replicas: int
    batching_seconds: float
    batch_size: int
    poll_seconds: float
    """Mean time between two polls of a page without a socket."""
    ping_seconds: float
    first_retry_seconds: float
    longest_retry_seconds: float
    memory_gb: float
    sender_memory_gb: float


def read_limits(path: Path = TABLE) -> LimitTable:
    """Return the table of limits. Raises `Failure` if the file is not a valid one."""
    try:
        return LimitTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{path.name} is not a valid table of limits.", str(error)) from error


@cache
def read_settings() -> Settings:
    """Return the settings that the checkout deploys by default."""
    platform = read_template(ROOT / "platform/template.yaml")
    realtime = read_template(ROOT / "services/realtime-service/template.yaml")
    results = read_template(ROOT / "services/results-service/template.yaml")
    vote = read_template(ROOT / "services/vote-service/template.yaml")
    of_polls = {name: vote["Parameters"][name] for name in ("VoteLogBuckets", "PollReplicas")}
    mapping = _properties(results, "CountVotesFunction")["Events"]["VotesLog"]["Properties"]
    defaults = {name: body.get("Default") for name, body in realtime["Parameters"].items()}
    live, retry = (_PAGE / "live.js").read_text(), (_PAGE / "logic/retry.js").read_text()
    return Settings(
        public_stage=_throttle(platform, "PublicStage"),
        websocket_stage=_throttle(realtime, "WebSocketApi"),
        max_connections=int(defaults["MaxConnections"]),
        broadcasts=BroadcastLimits(
            timedelta(seconds=float(defaults["BroadcastWindowSeconds"])), int(defaults["PostsPerSecond"])
        ),
        buckets=of_polls["VoteLogBuckets"]["Default"],
        replicas=of_polls["PollReplicas"]["Default"],
        max_buckets=of_polls["VoteLogBuckets"]["MaxValue"],
        max_replicas=of_polls["PollReplicas"]["MaxValue"],
        batching_seconds=mapping["MaximumBatchingWindowInSeconds"],
        batch_size=mapping["BatchSize"],
        poll_seconds=_constant(live, "POLL_MS") / 1000 * 1.25,
        ping_seconds=_constant(live, "PING_MS") / 1000,
        first_retry_seconds=_constant(retry, "FIRST_MS") / 1000,
        longest_retry_seconds=_constant(retry, "MAX_MS") / 1000,
        memory_gb=vote["Globals"]["Function"]["MemorySize"] / 1024,
        sender_memory_gb=_properties(realtime, "BroadcastQueueHandlerFunction")["MemorySize"] / 1024,
    )


def _properties(template: Json, name: str) -> Json:
    found: Json = template["Resources"][name]["Properties"]
    return found


def _throttle(template: Json, name: str) -> float:
    return float(_properties(template, name)["DefaultRouteSettings"]["ThrottlingRateLimit"])


def _constant(script: str, name: str) -> float:
    """Return a number of a page's script, written as a product."""
    found = re.search(rf"const {name} = ([\d_.* ]+);", script)
    if found is None:
        raise Failure(
            f"The constant {name} was not found in the pages' scripts.", "Adjust capacity/limits.py."
        )
    product = 1.0
    for factor in found[1].split("*"):
        product *= float(factor)
    return product

"""Named fault schedules: rules for the emulator, and how often a function's process is killed."""

from dataclasses import dataclass
from typing import Any, Final

type Rule = dict[str, Any]

WRITES: Final = ("PutItem", "UpdateItem")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A fault schedule. `rules` are those of `laptop.emulator.faults`; times are in seconds.

    A schedule with an `alarm` begins `after` some seconds of voting, when functions are warm, and ends with
    the crowd's last comparison. It needs a load test that lasts `lasts` seconds from then on, and its metric
    must raise alarms.
    """

    about: str
    rules: tuple[Rule, ...] = ()
    kill_every: float | None = None
    after: float = 0.0
    lasts: float = 0.0
    alarm: str | None = None


def _lost(share: float) -> tuple[Rule, ...]:
    calls = [("dynamodb", write) for write in WRITES]
    calls += [("awsstepfunctions", "StartSyncExecution"), ("amazonsqs", "*"), ("connections", "*")]
    return tuple(
        {"service": service, "operation": operation, "kind": "lost", "share": share}
        for service, operation in calls
    )


def _any(kind: str, share: float, seconds: float = 0.0) -> Rule:
    return {"kind": kind, "share": share, "seconds": seconds}


def _readers(share: float) -> Rule:
    return {"service": "streams", "kind": "killed", "share": share}


SCHEDULES: Final[dict[str, Schedule]] = {
    "lost": Schedule(
        "every fifth write succeeds and its answer is lost, including the workflow's own writes", _lost(0.2)
    ),
    "throttles": Schedule("every fourth call is throttled", (_any("throttled", 0.25),)),
    "resets": Schedule(
        "every seventh connection is reset before the call is processed", (_any("reset", 0.15),)
    ),
    "slow": Schedule("every fifth call takes 1.5 s longer", (_any("slow", 0.2, 1.5),)),
    "kills": Schedule(
        "function processes are killed, and the stream reader after every third batch",
        (_readers(0.33),),
        kill_every=1.0,
    ),
    # Functions cache a secret for five minutes, so a shorter outage has no effect.
    "secrets": Schedule(
        "Secrets Manager hangs or resets every call, for longer than functions cache secrets",
        (
            {"service": "secretsmanager", "kind": "slow", "share": 0.5, "seconds": 30.0},
            {"service": "secretsmanager", "kind": "reset", "share": 1.0},
        ),
        after=30.0,
        lasts=420.0,
        alarm="SecretReadFailed",
    ),
    "storm": Schedule(
        "all faults at once, each less often",
        (
            *_lost(0.08),
            _readers(0.2),
            _any("throttled", 0.06),
            _any("reset", 0.04),
            _any("slow", 0.05, 0.7),
        ),
        kill_every=2.0,
    ),
}

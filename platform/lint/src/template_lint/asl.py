"""Graph checks of a state machine: all targets exist, all states are reachable, all paths end."""

from collections.abc import Iterator
from typing import Any

type Definition = dict[str, Any]


def graph_faults(definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield state and fault: missing targets, unreachable states, states without a path to an end."""
    states: dict[str, Definition] = definition.get("States", {})
    start = definition.get("StartAt", "")
    if start not in states:
        yield "StartAt", f"is not a state: {start!r}"
        return
    onward = {name: set(_targets(state)) for name, state in states.items()}
    for name, targets in onward.items():
        for missing in sorted(targets - states.keys()):
            yield name, f"has the target {missing!r}, which does not exist"
        if not targets and not _ends(states[name]):
            yield name, "has no target and is not an end state"
    reached = closure({start}, onward)
    for name in states.keys() - reached:
        yield name, "is unreachable"
    backward = {name: {other for other, targets in onward.items() if name in targets} for name in states}
    ending = closure({name for name, state in states.items() if _ends(state)}, backward)
    for name in reached & (states.keys() - ending):
        yield name, "has no path to an end"


def tasks(definition: Definition) -> Iterator[tuple[str, Definition]]:
    """Yield the name and body of each Task state."""
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            yield name, state


def closure(names: set[str], onward: dict[str, set[str]]) -> set[str]:
    """Return the names, and all names that can be reached from them."""
    reached, waiting = set[str](), set(names)
    while waiting:
        name = waiting.pop()
        if name not in reached and name in onward:
            reached.add(name)
            waiting |= onward[name]
    return reached


def _targets(state: Definition) -> Iterator[str]:
    for field in ("Next", "Default"):
        if field in state:
            yield state[field]
    for branch in [*state.get("Choices", []), *state.get("Catch", [])]:
        yield branch["Next"]


def _ends(state: Definition) -> bool:
    return bool(state.get("End")) or state.get("Type") in {"Succeed", "Fail"}

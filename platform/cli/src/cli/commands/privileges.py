"""`dev privileges`: compare the permissions of each role with the AWS calls of the last test run."""

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from privileges.calls import read_calls
from rich.console import Console
from rich.table import Table
from testrunner.run import CALLS

if TYPE_CHECKING:
    from privileges.comparison import Compared, Comparison

_WIDTH_FOR_FILES = 200


def privileges(
    role: Annotated[
        str | None,
        typer.Argument(help="Show all permissions of one function, such as vote_wrapper, or of one role."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare each role's permissions with the AWS calls of the tests.

    ./dev test records the calls; a run of all layers starts again and makes this comparison at its end.
    Exit status: 0 every permission is used or has a reason and no call was denied, 1 otherwise.
    """
    calls = read_calls(CALLS)
    if not calls:
        raise Failure("No AWS calls are recorded.", "Run ./dev test; only a run of all layers is complete.")
    from privileges.comparison import compare_all  # noqa: PLC0415 (loads the emulator's policy evaluator)

    with Progress(open_console(stderr=True)) as progress, progress.doing("templates"):
        compared = compare_all(calls)
    if role is not None and role not in compared.roles:
        raise Failure(f"No role belongs to {role!r}.", "./dev privileges lists all functions and roles.")
    if as_json:
        typer.echo(json.dumps(_as_json(compared, role), indent=2))
    elif role is not None:
        _show_role(compared, role)
    else:
        _show_roles(compared)
        show_findings(compared, open_console(soft_wrap=True, markup=False))
    if not compared.passed:
        raise typer.Exit(1)


def show_findings(compared: "Comparison", console: Console) -> None:
    """Print each finding on a line, and a line with the totals."""
    for each in compared.unused:
        console.print(f"✗ {each.role} may {_words(each)}, but no test uses it", style="red")
    for call, layers in compared.denied:
        where = ", ".join(layers)
        console.print(f"✗ {call.function} may not {call.action} on {call.resource} ({where})", style="red")
    for needless in compared.needless:
        line = f"{needless.role}, {needless.action} on {needless.resource}"
        console.print(f"✗ unused.toml: the permission is used or gone: {line}", style="red")
    reasons = sum(bool(each.reason) for each in compared.permissions)
    console.print(
        f"{len(compared.permissions)} permissions of {len(compared.roles)} roles: "
        f"{len(compared.unused)} unused, {reasons} unused with a reason, {len(compared.denied)} denied calls"
    )


def _words(each: "Compared") -> str:
    items = f" for items {each.leading_key}" if each.leading_key else ""
    return f"{each.action} on {each.resource}{items}"


def _show_roles(compared: "Comparison") -> None:
    table = Table("Role", "Permissions", "Used", "Unused", box=None, pad_edge=False, header_style="bold")
    granted = Counter(each.role for each in compared.permissions)
    used = Counter(each.role for each in compared.permissions if each.used_in)
    for name in sorted(compared.roles):
        unused = granted[name] - used[name]
        table.add_row(name, str(granted[name]), str(used[name]), str(unused) if unused else "")
    open_console().print(table)


def _show_role(compared: "Comparison", role: str) -> None:
    table = Table("Action", "Resource", "Items", "Used in", box=None, pad_edge=False, header_style="bold")
    for each in compared.permissions:
        if each.role == role:
            where = ", ".join(each.used_in) or each.reason or "[red]never[/]"
            table.add_row(each.action, each.resource, each.leading_key or "", where)
    console = open_console()
    if not console.is_terminal:
        console.width = _WIDTH_FOR_FILES
    console.print(table)


def _as_json(compared: "Comparison", role: str | None) -> dict[str, object]:
    denied = [asdict(call) | {"layers": layers} for call, layers in compared.denied]
    return {
        "passed": compared.passed,
        "permissions": [asdict(each) for each in compared.permissions if role in {None, each.role}],
        "denied": [each for each in denied if role in {None, each["function"]}],
        "needless_reasons": [each.model_dump() for each in compared.needless],
    }

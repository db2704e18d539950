"""`python -m template_lint.cfn_lint TEMPLATE…`: cfn-lint and its serverless rules, less exceptions."""

import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from devkit.failure import Failure

from template_lint.exceptions import read_exceptions, without_accepted
from template_lint.findings import Finding
from template_lint.rulebook import OWN_RULES

_OPTIONS: Final = ("--append-rules", "cfn_lint_serverless.rules", "--include-checks", "I", "--format", "json")


def findings_in(output: str) -> list[Finding]:
    """Return the findings of cfn-lint's JSON output.

    Raises:
        Failure: the output is something else, such as a traceback.
    """
    try:
        found = json.loads(output)
    except json.JSONDecodeError:
        raise Failure("cfn-lint did not report findings.", output) from None
    return [
        Finding(
            one["Filename"],
            _resource(one["Location"].get("Path") or []),
            one["Rule"]["Id"],
            f"{one['Message']} (line {one['Location']['Start']['LineNumber']})",
        )
        for one in found
    ]


def main(templates: list[str]) -> int:
    """Print the findings that no exception accepts; return 1 if there are any."""
    command = [str(Path(sys.executable).parent / "cfn-lint"), *_OPTIONS, "--template", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    findings = findings_in(done.stdout or done.stderr)
    lines = without_accepted(findings, read_exceptions(), lambda rule: rule not in OWN_RULES)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


def _resource(path: list[str | int]) -> str:
    return str(path[1]) if path[:1] == ["Resources"] and len(path) > 1 else "/".join(map(str, path))


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m template_lint.cfn_lint", description="Run cfn-lint.")
    parser.add_argument("templates", nargs="+", metavar="TEMPLATE")
    sys.exit(main(parser.parse_args().templates))

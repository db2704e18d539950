"""Accepted findings: `exceptions.toml` lists each with a reason, for the own rules and for cfn-lint.

An exception that accepts nothing is an error, so the list can only shrink.
"""

import tomllib
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from template_lint.findings import Finding

EXCEPTIONS: Final = ROOT / "platform" / "lint" / "exceptions.toml"


class FindingException(BaseModel):
    """A rule that resources may break. `resource` and `message` may contain asterisks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    resource: str
    message: str = "*"
    reason: Annotated[str, Field(min_length=20)]

    def accepts(self, finding: Finding) -> bool:
        """Return whether the finding is accepted."""
        return (
            finding.rule == self.rule
            and fnmatchcase(finding.resource, self.resource)
            and fnmatchcase(finding.message, self.message)
        )


def read_exceptions(path: Path = EXCEPTIONS) -> tuple[FindingException, ...]:
    """Return the exceptions in file order.

    Raises:
        Failure: the file is not a valid list.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8")).get("exception", [])
        return TypeAdapter(tuple[FindingException, ...]).validate_python(content)
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Failure(f"{path.name} is not a valid list of exceptions.", str(error)) from error


def without_accepted(
    findings: Iterable[Finding],
    exceptions: Iterable[FindingException],
    is_checked: Callable[[str], bool] = lambda _: True,
) -> list[str]:
    """Return the findings that no exception accepts, then the exceptions of checked rules without finding."""
    found = list(findings)
    accepting = [exception for exception in exceptions if is_checked(exception.rule)]
    return [
        *(str(one) for one in found if not any(each.accepts(one) for each in accepting)),
        *(
            f"{EXCEPTIONS.name}: {each.rule}, {each.resource}, {each.message}: matches no finding, remove it"
            for each in accepting
            if not any(each.accepts(one) for one in found)
        ),
    ]

"""How this service answers over HTTP: what each refusal means."""

from collections.abc import Mapping
from typing import Final

from contracts.problem import ProblemType
from contracts.results_pass import BadResultsPass

PROBLEMS: Final[Mapping[type[Exception], ProblemType]] = {BadResultsPass: ProblemType.BAD_RESULTS_PASS}

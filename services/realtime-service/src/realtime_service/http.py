"""HTTP operations of this service, and the problem type for each error."""

from http import HTTPStatus
from typing import Final

from contracts.api import RequestTicket, TicketIssued
from contracts.problem import ProblemType
from contracts.results_pass import BadResultsPass
from contracts.roles import Permission
from gateway.operation import Operation
from gateway.resolver import Problems

PROBLEMS: Final[Problems] = {BadResultsPass: ProblemType.BAD_RESULTS_PASS}

ISSUE_TICKET: Final = Operation(
    {HTTPStatus.OK: TicketIssued}, request_model=RequestTicket, errors=[ProblemType.BAD_RESULTS_PASS]
)
ISSUE_ADMIN_TICKET: Final = Operation({HTTPStatus.OK: TicketIssued}, permission=Permission.READ)

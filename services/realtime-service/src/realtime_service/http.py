"""HTTP operations of this service, and the problem type for each error."""

from http import HTTPStatus
from typing import Final

from chassis.operation import Operation
from chassis.resolver import Problems
from contracts.api import RequestTicket, TicketIssued
from contracts.problem import ProblemType
from contracts.results_pass import InvalidResultsPass
from contracts.roles import Permission

from realtime_service.domain.admission import TooManyConnections
from realtime_service.domain.network_limit import TooManyTickets

PROBLEMS: Final[Problems] = {
    InvalidResultsPass: ProblemType.INVALID_RESULTS_PASS,
    TooManyConnections: ProblemType.THROTTLED,
    TooManyTickets: ProblemType.THROTTLED,
}

ISSUE_TICKET: Final = Operation(
    {HTTPStatus.OK: TicketIssued},
    request_model=RequestTicket,
    errors=[ProblemType.INVALID_RESULTS_PASS, ProblemType.THROTTLED],
)
ISSUE_ADMIN_TICKET: Final = Operation({HTTPStatus.OK: TicketIssued}, permission=Permission.READ)

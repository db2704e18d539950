"""What each refusal of this service means over HTTP, and the cookie that carries a ballot."""

from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from contracts.edge import VIEWER_ADDRESS_HEADER
from contracts.problem import ProblemType
from gateway.resolver import Problems

from vote_service.domain import refusals
from vote_service.domain.ballot import KEPT_FOR

PROBLEMS: Final[Problems] = {
    refusals.NoBallot: ProblemType.NO_BALLOT,
    refusals.BadBallot: ProblemType.BAD_BALLOT,
    refusals.BallotExpired: ProblemType.BALLOT_EXPIRED,
    refusals.PollUnknown: ProblemType.UNKNOWN_POLL,
    refusals.NotOpenYet: ProblemType.NOT_OPEN_YET,
    refusals.PollClosed: ProblemType.CLOSED,
    refusals.PolicyNotMet: ProblemType.NOT_ALLOWED,
    refusals.AddressUnknown: ProblemType.UNAVAILABLE,
    refusals.AlreadyVoted: ProblemType.ALREADY_VOTED,
    refusals.Throttled: ProblemType.THROTTLED,
    refusals.NotConfirmed: ProblemType.NOT_CONFIRMED,
    refusals.Unavailable: ProblemType.UNAVAILABLE,
}

BALLOT_COOKIE: Final = "__Host-ballot"


def read_ballot_cookie(app: APIGatewayHttpResolver) -> str | None:
    """Return the text of the ballot's cookie, if there is one."""
    for cookie in app.current_event.raw_event.get("cookies") or ():
        name, _, value = str(cookie).partition("=")
        if name.strip() == BALLOT_COOKIE:
            return value
    return None


def viewer_address(app: APIGatewayHttpResolver) -> str | None:
    """Return what the edge says of where the request comes from: to be believed only beside its secret."""
    address: str | None = app.current_event.headers.get(VIEWER_ADDRESS_HEADER)
    return address


def ballot_cookie(ballot: str) -> Cookie:
    """Return the cookie that carries a ballot: to our own pages only, out of reach of their scripts."""
    return Cookie(
        BALLOT_COOKIE,
        ballot,
        path="/",
        secure=True,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=int(KEPT_FOR.total_seconds()),
    )

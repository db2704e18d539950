"""HTTP operations of this service, the problem of each domain error, and the voter token cookie."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from chassis.operation import Operation
from chassis.request import read_cookie
from chassis.resolver import Problems
from contracts.abuse import AbuseReport
from contracts.api import CastVote, RequestVoterToken, VoteRecorded, VoterTokenIssued
from contracts.codes import CodesMinted, MintCodes
from contracts.edge import VIEWER_ADDRESS_HEADER
from contracts.network import AddressUnknown
from contracts.problem import ProblemType
from contracts.proof_of_work import Challenge, RequestChallenge
from contracts.roles import Permission

from vote_service.domain import errors
from vote_service.domain.identity import RequestIdentity
from vote_service.domain.voter_token import COOKIE_MAX_AGE

PROBLEMS: Final[Problems] = {
    errors.NoVoterToken: ProblemType.NO_VOTER_TOKEN,
    errors.InvalidVoterToken: ProblemType.INVALID_VOTER_TOKEN,
    errors.VoterTokenExpired: ProblemType.VOTER_TOKEN_EXPIRED,
    errors.ProofNeeded: ProblemType.PROOF_NEEDED,
    errors.PollUnknown: ProblemType.UNKNOWN_POLL,
    errors.NotOpenYet: ProblemType.NOT_OPEN_YET,
    errors.PollClosed: ProblemType.CLOSED,
    errors.PolicyNotMet: ProblemType.NOT_ALLOWED,
    errors.CodeMissing: ProblemType.VALIDATION_FAILED,
    errors.CodeUnexpected: ProblemType.VALIDATION_FAILED,
    errors.CodeRefused: ProblemType.INVALID_CODE,
    errors.TooManyCodes: ProblemType.VALIDATION_FAILED,
    errors.InvalidState: ProblemType.INVALID_STATE,
    AddressUnknown: ProblemType.UNAVAILABLE,
    errors.AlreadyVoted: ProblemType.ALREADY_VOTED,
    errors.Throttled: ProblemType.THROTTLED,
    errors.NotConfirmed: ProblemType.NOT_CONFIRMED,
    errors.Unavailable: ProblemType.UNAVAILABLE,
}

VOTER_COOKIE: Final = "__Host-voter"

ISSUE_VOTER_TOKEN: Final = Operation(
    {HTTPStatus.OK: VoterTokenIssued},
    request_model=RequestVoterToken,
    required=False,
    errors=[ProblemType.INVALID_CODE, ProblemType.THROTTLED],
)
ISSUE_CHALLENGE: Final = Operation(
    {HTTPStatus.OK: Challenge},
    request_model=RequestChallenge,
    cookie=VOTER_COOKIE,
    errors=[
        ProblemType.NO_VOTER_TOKEN,
        ProblemType.INVALID_VOTER_TOKEN,
        ProblemType.VOTER_TOKEN_EXPIRED,
        ProblemType.UNKNOWN_POLL,
        ProblemType.CLOSED,
        ProblemType.THROTTLED,
    ],
)
VOTE: Final = Operation(
    {HTTPStatus.CREATED: VoteRecorded, HTTPStatus.OK: VoteRecorded},
    request_model=CastVote,
    cookie=VOTER_COOKIE,
    errors=[
        ProblemType.NO_VOTER_TOKEN,
        ProblemType.INVALID_VOTER_TOKEN,
        ProblemType.VOTER_TOKEN_EXPIRED,
        ProblemType.PROOF_NEEDED,
        ProblemType.UNKNOWN_POLL,
        ProblemType.NOT_OPEN_YET,
        ProblemType.CLOSED,
        ProblemType.NOT_ALLOWED,
        ProblemType.INVALID_CODE,
        ProblemType.ALREADY_VOTED,
        ProblemType.THROTTLED,
        ProblemType.NOT_CONFIRMED,
    ],
)
MINT_CODES: Final = Operation(
    {HTTPStatus.CREATED: CodesMinted, HTTPStatus.OK: CodesMinted},
    permission=Permission.EDIT_POLLS,
    current_role=True,
    request_model=MintCodes,
    creates=True,
    errors=[ProblemType.INVALID_STATE, ProblemType.THROTTLED],
)
GET_ABUSE_REPORT: Final = Operation(
    {HTTPStatus.OK: AbuseReport}, permission=Permission.READ, errors=[ProblemType.THROTTLED]
)


def read_voter_token_cookie(app: APIGatewayHttpResolver) -> str | None:
    """Return the value of the voter token cookie, or None. Raises `RepeatedCookie`."""
    return read_cookie(app, VOTER_COOKIE)


def client_address(app: APIGatewayHttpResolver) -> str | None:
    """Return the client's address and port from the edge; trustworthy only with a valid origin secret."""
    address: str | None = app.current_event.headers.get(VIEWER_ADDRESS_HEADER)
    return address


def read_sender(app: APIGatewayHttpResolver) -> RequestIdentity:
    """Return the voter token and client address of the request."""
    return RequestIdentity(read_voter_token_cookie(app), client_address(app))


def voter_token_cookie(voter_token: str) -> Cookie:
    """Return the voter token cookie: same-site and inaccessible to scripts."""
    return Cookie(
        VOTER_COOKIE,
        voter_token,
        path="/",
        secure=True,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=int(COOKIE_MAX_AGE.total_seconds()),
    )

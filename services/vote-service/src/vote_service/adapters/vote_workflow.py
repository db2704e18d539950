"""Runs the vote workflow and says what became of a vote; what it does not hear is not confirmed."""

from typing import TYPE_CHECKING, Annotated, Final

from botocore.exceptions import BotoCoreError, ClientError
from contracts.refusal import DomainError
from gateway.aws import budget
from pydantic import Field, TypeAdapter, ValidationError

from vote_service.adapters.aws import is_throttled
from vote_service.domain import errors
from vote_service.domain.errors import NotConfirmed, Throttled
from vote_service.domain.vote_decision import RecordedVote, Rejection, RejectionReason, SubmittedVote

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

AWS_CONFIG: Final = budget(attempts=1, read=11)
"""One attempt, longer than the workflow may take: the client retries, with its voter token."""

REFUSALS: Final[dict[RejectionReason, type[DomainError]]] = {
    RejectionReason.UNKNOWN_POLL: errors.PollUnknown,
    RejectionReason.NOT_OPEN_YET: errors.NotOpenYet,
    RejectionReason.CLOSED: errors.PollClosed,
    RejectionReason.POLICY_NOT_MET: errors.PolicyNotMet,
    RejectionReason.CODE_REFUSED: errors.CodeRefused,
    RejectionReason.DUPLICATE: errors.AlreadyVoted,
}

_OUTCOMES: Final[TypeAdapter[RecordedVote | Rejection]] = TypeAdapter(
    Annotated[RecordedVote | Rejection, Field(union_mode="left_to_right")]
)


class WorkflowFailed(Exception):
    """How an execution ended that should have ended with an outcome."""


class VoteWorkflow:
    """The Express state machine, run synchronously."""

    def __init__(self, client: "SFNClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def run(self, vote: SubmittedVote) -> RecordedVote:
        """Return how the vote stands in the log.

        Raises the refusal of the workflow's outcome, `Throttled` (it was not started) or `NotConfirmed`
        (nobody knows; running it again with the same vote is safe).
        """
        end = self._outcome_of(vote)
        if isinstance(end, RecordedVote):
            return end
        if end.outcome not in REFUSALS:
            raise NotConfirmed(end.reason)
        raise REFUSALS[end.outcome](end.reason, opens_at=end.opens_at)

    def _outcome_of(self, vote: SubmittedVote) -> RecordedVote | Rejection:
        try:
            execution = self._client.start_sync_execution(
                stateMachineArn=self._arn, input=vote.model_dump_json()
            )
        except ClientError as error:
            if is_throttled(error):
                raise Throttled from error
            raise NotConfirmed from error
        except BotoCoreError as error:
            raise NotConfirmed from error
        # A workflow that failed or took too long is answered with status 200 like any other. What it was
        # given stays out of the log: only how it ended goes into the chain of exceptions.
        if execution["status"] != "SUCCEEDED":
            raise NotConfirmed from WorkflowFailed(execution["status"], execution.get("error"))
        try:
            return _OUTCOMES.validate_json(execution["output"])
        except ValidationError:
            raise NotConfirmed from WorkflowFailed("ended with something that is not an outcome")

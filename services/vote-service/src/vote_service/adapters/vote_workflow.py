"""Run the vote workflow synchronously and return its outcome; an unknown outcome raises `NotConfirmed`."""

from typing import TYPE_CHECKING, Annotated, Final

from botocore.exceptions import BotoCoreError, ClientError
from chassis.aws import budget
from contracts.domain_error import DomainError
from pydantic import Field, TypeAdapter, ValidationError

from vote_service.adapters.aws import is_throttled
from vote_service.domain import errors
from vote_service.domain.errors import NotConfirmed, Throttled
from vote_service.domain.vote_decision import RecordedVote, Rejection, RejectionReason, SubmittedVote

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

AWS_CONFIG: Final = budget(attempts=1, read=11)
"""One attempt with a timeout above the workflow's; the client retries with its voter token."""

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
    """The status of an execution without an outcome."""


class VoteWorkflow:
    """The Express state machine, run synchronously."""

    def __init__(self, client: "SFNClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def run(self, vote: SubmittedVote) -> RecordedVote:
        """Run the workflow and return the recorded vote.

        Raises the domain error of the outcome, `Throttled` (not started) or `NotConfirmed` (outcome unknown;
        it is safe to run the same vote again).
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
                stateMachineArn=self._arn, name=vote.trace_id, input=vote.model_dump_json(exclude_none=True)
            )
        except ClientError as error:
            if is_throttled(error):
                raise Throttled from error
            raise NotConfirmed from error
        except BotoCoreError as error:
            raise NotConfirmed from error
        # A failed or timed-out execution is also returned with HTTP status 200. Its input must not be logged,
        # so the exception contains only its status.
        if execution["status"] != "SUCCEEDED":
            raise NotConfirmed from WorkflowFailed(execution["status"], execution.get("error"))
        try:
            return _OUTCOMES.validate_json(execution["output"])
        except ValidationError:
            raise NotConfirmed from WorkflowFailed("ended with something that is not an outcome")

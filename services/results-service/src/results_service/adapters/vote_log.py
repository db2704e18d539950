"""Read the vote log through vote-service's function `read_vote_log`, not from its table."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from contracts.vote_log import VOTE_LOG_ANSWERS, ReadVoteLog, VoteLogPage, VoteLogRefusal, VoteLogRefused
from pydantic import ValidationError

from results_service.domain.errors import BadCursor, VoteLogUnavailable

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class VoteLog:
    """Reads pages of the vote log. Thread-safe."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def page(self, poll_id: str, bucket: int, cursor: str | None) -> VoteLogPage:
        """Return one page.

        Raises `BadCursor` if the log has no such position, and `VoteLogUnavailable` if it cannot be read,
        also if vote-service does not know the poll (yet).
        """
        try:
            asked = ReadVoteLog(poll_id=poll_id, bucket=bucket, cursor=cursor)
        except ValidationError as error:
            raise BadCursor from error
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=asked.model_dump_json())
            payload = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise VoteLogUnavailable(f"read_vote_log was not reached: {error}") from error
        if answer.get("FunctionError"):
            raise VoteLogUnavailable(f"read_vote_log failed: {_error_type(payload)}")
        try:
            page = VOTE_LOG_ANSWERS.validate_json(payload)
        except ValidationError as error:
            raise VoteLogUnavailable("the response of read_vote_log violates its contract") from error
        if isinstance(page, VoteLogRefused):
            if page.reason is not VoteLogRefusal.UNKNOWN_POLL:
                raise BadCursor
            raise VoteLogUnavailable(f"read_vote_log refused, {page.reason}: {page.detail}")
        return page


def _error_type(payload: bytes) -> str:
    try:
        return str(json.loads(payload)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "unknown error"

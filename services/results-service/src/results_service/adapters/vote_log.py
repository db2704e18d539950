"""Reads the log of votes through vote-service's `read_ledger`: by contract, not by its table."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from contracts.ledger import LEDGER_ANSWERS, LedgerPage, LedgerRefusal, LedgerRefused, ReadLedger
from pydantic import ValidationError

from results_service.domain.errors import BadCursor, LedgerUnavailable

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class Ledger:
    """Pages of the log. Threads may share it."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def page(self, poll_id: str, bucket: int, cursor: str | None) -> LedgerPage:
        """Return one page.

        Raises `BadCursor` where the log has no such place, `LedgerUnavailable`, also where vote-service knows
        no such poll (yet).
        """
        try:
            asked = ReadLedger(poll_id=poll_id, bucket=bucket, cursor=cursor)
        except ValidationError as error:
            raise BadCursor from error
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=asked.model_dump_json())
            payload = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise LedgerUnavailable(f"read_ledger was not reached: {error}") from error
        if answer.get("FunctionError"):
            raise LedgerUnavailable(f"read_ledger failed: {_error_type(payload)}")
        try:
            page = LEDGER_ANSWERS.validate_json(payload)
        except ValidationError as error:
            raise LedgerUnavailable("read_ledger answered against its contract") from error
        if isinstance(page, LedgerRefused):
            if page.reason is not LedgerRefusal.UNKNOWN_POLL:
                raise BadCursor
            raise LedgerUnavailable(f"read_ledger refused, {page.reason}: {page.detail}")
        return page


def _error_type(payload: bytes) -> str:
    try:
        return str(json.loads(payload)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "unknown error"

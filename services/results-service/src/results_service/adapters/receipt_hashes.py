"""Read receipt hashes through vote-service's function `read_receipt_hashes`, not from its table."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from contracts.transparency_log import RECEIPT_HASH_ANSWERS, ReadReceiptHashes, ReceiptHashPage
from contracts.vote_log import VoteLogRefused
from pydantic import ValidationError

from results_service.domain.errors import VoteLogUnavailable

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class ReceiptHashes:
    """Reads pages of receipt hashes. Thread-safe."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def page(self, poll_id: str, bucket: int, cursor: str | None) -> ReceiptHashPage:
        """Return one page. Raises `VoteLogUnavailable` if it cannot be read, also while votes may arrive."""
        asked = ReadReceiptHashes(poll_id=poll_id, bucket=bucket, cursor=cursor)
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=asked.model_dump_json())
            page = RECEIPT_HASH_ANSWERS.validate_json(answer["Payload"].read())
        except (ClientError, BotoCoreError) as error:
            raise VoteLogUnavailable(f"read_receipt_hashes was not reached: {error}") from error
        except ValidationError as error:
            raise VoteLogUnavailable("read_receipt_hashes failed or violates its contract") from error
        if isinstance(page, VoteLogRefused):
            raise VoteLogUnavailable(f"read_receipt_hashes refused, {page.reason}: {page.detail}")
        return page

"""Errors of the adapters, mapped from AWS errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError


class StoreUnavailable(Exception):
    """A table or queue did not respond or rejected the call temporarily; retry."""


class ConditionFailed(Exception):
    """The condition of a write failed; `item` is the stored item, if the call requested it."""

    def __init__(self, item: dict[str, Any]) -> None:
        super().__init__("the condition failed")
        self.item = item


@contextmanager
def map_aws_errors() -> Iterator[None]:
    """Map AWS errors to `ConditionFailed` or `StoreUnavailable`."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise ConditionFailed(cast("dict[str, Any]", error.response).get("Item", {})) from error
        raise StoreUnavailable(str(error)) from error
    except BotoCoreError as error:
        raise StoreUnavailable(str(error)) from error

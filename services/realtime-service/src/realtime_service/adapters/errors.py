"""What the stores raise when AWS does not do what they ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError


class StoreUnavailable(Exception):
    """A table or queue did not answer, or refused for now: try again."""


class ConditionFailed(Exception):
    """The write's condition does not hold; `item` is what stands there, as far as it was asked for."""

    def __init__(self, item: dict[str, Any]) -> None:
        super().__init__("the condition does not hold")
        self.item = item


@contextmanager
def map_aws_errors() -> Iterator[None]:
    """Raise AWS's own errors as `ConditionFailed` or `StoreUnavailable`."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise ConditionFailed(cast("dict[str, Any]", error.response).get("Item", {})) from error
        raise StoreUnavailable(str(error)) from error
    except BotoCoreError as error:
        raise StoreUnavailable(str(error)) from error

"""Authorize a batch of queue messages as its single messages: AWS has no action `sqs:SendMessageBatch`.

ministack asks for one, so it denies a batch to a role with `sqs:SendMessage`.
"""

from typing import Any

from ministack.core import iam_actions
from privileges.actions import single


def apply() -> None:
    """Replace the action of a batch."""
    extract = iam_actions.extract_iam_action

    def extract_single(*request: Any) -> str | None:
        action = extract(*request)
        return action and single(action)

    iam_actions.extract_iam_action = extract_single

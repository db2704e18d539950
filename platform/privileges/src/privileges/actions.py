"""IAM actions of API calls, where the emulator's table differs from AWS's."""


def single(action: str) -> str:
    """Return the action that authorizes a call: a batch of queue messages has that of a single message."""
    return action.removesuffix("Batch") if action.startswith("sqs:") else action

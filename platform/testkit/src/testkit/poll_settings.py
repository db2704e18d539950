"""The settings of a poll with values that differ from their defaults."""

from typing import Any, Final

from contracts.poll_snapshot import PollSettings

ALL_SET: Final[dict[str, Any]] = dict.fromkeys(PollSettings.model_fields, True) | {"presenter_language": "he"}
"""Each setting of a poll, by its name, with another value than its default."""

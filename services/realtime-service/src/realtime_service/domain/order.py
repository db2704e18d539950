"""Orders in the broadcast queue: a broadcast at the end of a window, or one shard of a broadcast."""

from typing import Literal

from contracts.ids import PollId
from contracts.model import Contract
from contracts.tally import TallyChanged

from realtime_service.domain.messages import Outline
from realtime_service.domain.window import WindowNumber


class DueBroadcast(Contract):
    """Broadcast the newest snapshot of a poll, unless its window has been replaced by a later one."""

    type: Literal["due"] = "due"
    poll_id: PollId
    window: WindowNumber


class ShardBroadcast(Contract):
    """Post a change to the connections of one shard; `before` is the outline that was broadcast last."""

    type: Literal["shard"] = "shard"
    shard: int
    tally: TallyChanged
    outline_version: int
    before: Outline | None
    audience: int | None
    """The audience size, if it is to be broadcast now."""


type Order = DueBroadcast | ShardBroadcast

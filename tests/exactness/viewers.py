"""Open pages that keep the newest frame of each poll, as the voter page does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError
from contracts.realtime import FRAMES, Frame, Ping, PollClosedFrame, PollOpenedFrame, ResultsFrame
from contracts.visibility import Scope
from realtime_service.adapters.connections import Connection
from realtime_service.adapters.snapshots import Snapshots
from realtime_service.adapters.sockets import Posted
from realtime_service.domain.messages import answers, encode
from realtime_service.domain.subscriber import Subscriber

from .faults import Interruptions

CONNECTED_AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@dataclass
class Page:
    """One open page. A late frame never replaces a newer one."""

    connection: Connection
    results: dict[str, ResultsFrame] = field(default_factory=dict)
    turns: set[tuple[str, str]] = field(default_factory=set)

    def receive(self, frame: Frame) -> None:
        """Process a frame."""
        if isinstance(frame, ResultsFrame):
            seen = self.results.get(frame.poll_id)
            if seen is None or frame.version > seen.version:
                self.results[frame.poll_id] = frame
        elif isinstance(frame, PollOpenedFrame | PollClosedFrame):
            self.turns.add((frame.poll_id, frame.type))


class Sockets:
    """Test double for open sockets and the table of connections; faults apply to posts too."""

    def __init__(self, interruptions: Interruptions, pages: int = 2) -> None:
        self._interruptions = interruptions
        self.pages = {
            f"page-{number}": Page(Connection(f"page-{number}", Subscriber(Scope.PUBLIC), CONNECTED_AT))
            for number in range(pages)
        }
        self.sent: dict[str, ResultsFrame] = {}
        """The newest results frame that was posted, by poll."""

    def everyone(self, now: datetime) -> list[Connection]:
        """Return all open connections."""
        return [page.connection for page in self.pages.values()]

    def remove_many(self, connection_ids: Iterable[str]) -> None:
        """Do nothing: none of these connections ever closes."""

    def post(self, deliveries: Mapping[str, Sequence[bytes]]) -> Posted:
        """Post its frames to each page; a failed post is counted, not retried."""
        failed: dict[str, int] = {}
        for connection_id, messages in deliveries.items():
            frames = [FRAMES.validate_json(message) for message in messages]
            for frame in frames:
                if isinstance(frame, ResultsFrame):
                    seen = self.sent.get(frame.poll_id)
                    if seen is None or frame.version > seen.version:
                        self.sent[frame.poll_id] = frame
            try:
                self._interruptions.passing(partial(self._receive, connection_id, frames))
            except (ClientError, BotoCoreError):
                failed["unreachable"] = failed.get("unreachable", 0) + 1
        return Posted(len(deliveries) - sum(failed.values()), frozenset(), failed)

    def ping(self, poll_id: str, snapshots: Snapshots) -> None:
        """Send a ping from every page, and process the answers."""
        for page in self.pages.values():
            seen = page.results.get(poll_id)
            ping = Ping(action="ping", poll_id=poll_id, version=seen.version if seen else None)
            viewer = page.connection.viewer
            for frame in answers(ping, snapshots.newest(poll_id), viewer, datetime.now(UTC)):
                page.receive(FRAMES.validate_json(encode(frame)))

    def _receive(self, connection_id: str, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self.pages[connection_id].receive(frame)

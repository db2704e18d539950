"""Open pages that keep the newest message of each poll, as the voter page does."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError
from contracts.realtime import MESSAGES, Message, Ping, PollClosedMessage, PollOpenedMessage, ResultsMessage
from contracts.visibility import Scope
from realtime_service.adapters.audience import ShardCount
from realtime_service.adapters.connections import Connection, shard_of
from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.adapters.sockets import Delivery, Posted
from realtime_service.domain.messages import answers, encode
from realtime_service.domain.subscriber import ConnectionCount, Subscriber

from .faults import Interruptions

CONNECTED_AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@dataclass
class Page:
    """One open page. A late message never replaces a newer one."""

    connection: Connection
    results: dict[str, ResultsMessage] = field(default_factory=dict)
    turns: set[tuple[str, str]] = field(default_factory=set)

    def receive(self, message: Message) -> None:
        """Process a message."""
        if isinstance(message, ResultsMessage):
            seen = self.results.get(message.poll_id)
            if seen is None or message.version > seen.version:
                self.results[message.poll_id] = message
        elif isinstance(message, PollOpenedMessage | PollClosedMessage):
            self.turns.add((message.poll_id, message.type))


class Sockets:
    """Test double for open sockets, their table and their count; faults apply to posts too."""

    def __init__(self, interruptions: Interruptions, pages: int = 2) -> None:
        self._interruptions = interruptions
        self.audience = pages
        self.pages = {
            f"page-{number}": Page(Connection(f"page-{number}", Subscriber(Scope.PUBLIC), CONNECTED_AT))
            for number in range(pages)
        }
        self.sent: dict[str, ResultsMessage] = {}
        """The newest results message that was posted, by poll."""
        self.posts: Counter[str] = Counter()
        """The number of posts to each page that contained messages."""

    def everyone(self, now: datetime) -> list[Connection]:
        """Return all open connections."""
        return [page.connection for page in self.pages.values()]

    def in_shard(self, shard: int, now: datetime) -> Iterator[Connection]:
        """Yield the open connections of a shard."""
        return (each for each in self.everyone(now) if shard_of(each.connection_id) == shard)

    def counts(self) -> tuple[ShardCount, ...]:
        """Return the count of the audience: of the pages, or of so many that every shard has a worker."""
        return (ShardCount(0, ConnectionCount(viewers=self.audience), CONNECTED_AT),)

    def compare(self, *_: object) -> None:
        """Do nothing: the count is the test's choice."""

    def to_announce(self, *_: object) -> int | None:
        """Return that the audience size is not to be broadcast."""
        return None

    def remove_many(self, connection_ids: Iterable[str]) -> None:
        """Do nothing: none of these connections ever closes."""

    def post(self, deliveries: Iterable[Delivery], **_limits: float) -> Posted:
        """Post its messages to each page; a failed post is counted, not retried."""
        failed: dict[str, int] = {}
        sent = 0
        for connection_id, messages in deliveries:
            self.posts[connection_id] += 1
            posted = [MESSAGES.validate_json(message) for message in messages]
            for message in posted:
                if isinstance(message, ResultsMessage):
                    seen = self.sent.get(message.poll_id)
                    if seen is None or message.version > seen.version:
                        self.sent[message.poll_id] = message
            try:
                self._interruptions.passing(partial(self._receive, connection_id, posted))
            except (ClientError, BotoCoreError):
                failed["unreachable"] = failed.get("unreachable", 0) + 1
            else:
                sent += 1
        return Posted(sent, frozenset(), failed)

    def ping(self, poll_id: str, snapshots: Snapshots) -> None:
        """Send a ping from every page, and process the answers."""
        for page in self.pages.values():
            seen = page.results.get(poll_id)
            ping = Ping(action="ping", poll_id=poll_id, version=seen.version if seen else None)
            subscriber = page.connection.subscriber
            stored = snapshots.newest(poll_id)
            for message in answers(ping, stored.known if stored else None, subscriber, datetime.now(UTC)):
                page.receive(MESSAGES.validate_json(encode(message)))

    def _receive(self, connection_id: str, messages: Sequence[Message]) -> None:
        for message in messages:
            self.pages[connection_id].receive(message)

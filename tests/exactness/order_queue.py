"""The broadcast queue, with the behaviour of a standard SQS queue.

It delivers an order at least once, in any order, and again after a failure; delays are up to the test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from testkit.events import lambda_context, queue_event

from .faults import Fault, Interruptions, Killed

MAX_DELIVERIES = 20


@dataclass
class _Message:
    body: str
    due: datetime
    received: int = 0


@dataclass
class OrderQueue:
    """The part of boto3's SQS client that the adapter uses; faults apply to every call."""

    interruptions: Interruptions
    clock: Callable[[], datetime]
    messages: list[_Message] = field(default_factory=list)

    def send_message_batch(self, **call: Any) -> dict[str, Any]:
        """Take orders."""

        def send() -> dict[str, Any]:
            for entry in call["Entries"]:
                due = self.clock() + timedelta(seconds=entry["DelaySeconds"])
                self.messages.append(_Message(entry["MessageBody"], due))
            return {}

        return self.interruptions.passing(send)

    def deliver(
        self, handler: Callable[[Any, Any], Any], which: int, fault: Fault | None, *, twice: bool = False
    ) -> None:
        """Invoke the function with one of the orders. A failed one stays, and one that is delivered twice."""
        if not self.messages:
            return
        message = self.messages[which % len(self.messages)]
        message.received += 1
        event = queue_event(message.body)
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(message.received)
        self.interruptions.arm(fault, lambda: None)
        try:
            handler(event, lambda_context())
        except (Exception, Killed):  # any error makes the order come again
            if message.received >= MAX_DELIVERIES:
                raise
        else:
            if not twice:
                self.messages.remove(message)
        finally:
            self.interruptions.disarm()

    def deliver_due(self, handler: Callable[[Any, Any], Any]) -> int:
        """Deliver the orders whose delay is over, without faults; return their number."""
        number = 0
        while due := [place for place, message in enumerate(self.messages) if message.due <= self.clock()]:
            self.deliver(handler, due[0], None)
            number += 1
        return number

    def drain(self, handler: Callable[[Any, Any], Any]) -> None:
        """Deliver all orders, without faults."""
        while self.messages:
            self.deliver(handler, 0, None)

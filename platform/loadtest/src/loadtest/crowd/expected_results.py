"""Compares the answers that the crowd received with the results that the site shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.api import Counts
from contracts.enums import Choice

from loadtest.crowd.voter import Reply, VoterRecord


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the comparison: an expected number and the number found."""

    name: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.expected == self.found


def confirmed_votes(records: Sequence[VoterRecord]) -> Counter[Choice]:
    """Return the number of voters with a confirmed vote, per option.

    A voter with confirmations for both options counts for both: one of them must be wrong, and the sum shows
    it.
    """
    return Counter(
        choice
        for record in records
        for choice in {reply.choice for reply in record.replies if reply.confirmed}
    )


def compare(
    records: Sequence[VoterRecord], before: Counts, after: Counts, last_message: Counts | None
) -> list[Check]:
    """Return every line of the comparison; `last_message` is the newest snapshot from the WebSocket."""
    votes = confirmed_votes(records)
    grown = Counts(a=after.a - before.a, b=after.b - before.b) if _grew(before, after) else Counts(a=0, b=0)
    checks = [
        Check("votes for A: confirmed / added to the results", votes[Choice.A], grown.a),
        Check("votes for B: confirmed / added to the results", votes[Choice.B], grown.b),
        Check("voters: arrived / with one confirmed vote", len(records), _settled(records)),
        *_double_tap_checks(records),
    ]
    shown = (last_message.a, last_message.b) if last_message else (-1, -1)
    return [
        *checks,
        Check("results A: over HTTP / last message on the WebSocket", after.a, shown[0]),
        Check("results B: over HTTP / last message on the WebSocket", after.b, shown[1]),
    ]


def answers(records: Sequence[VoterRecord]) -> Counter[str]:
    """Count the answers by status and problem, such as `409 already-voted`; `no answer` if there was none."""
    counted = Counter(_label(tap) for record in records for tap in record.replies)
    without_voter_token = sum(1 for record in records if not record.replies)
    return counted + Counter({"no voter token": without_voter_token})


def _grew(before: Counts, after: Counts) -> bool:
    return after.a >= before.a and after.b >= before.b


def _settled(records: Sequence[VoterRecord]) -> int:
    return sum(1 for record in records if _stands_once(record))


def _stands_once(record: VoterRecord) -> bool:
    confirmed = [reply for reply in record.replies if reply.confirmed]
    newly = sum(1 for reply in confirmed if reply.status == 201)  # noqa: PLR2004 (the status is the subject here)
    return len({reply.choice for reply in confirmed}) == 1 and newly <= 1


def _double_tap_checks(records: Sequence[VoterRecord]) -> list[Check]:
    doubles = [
        r for r in records if r.plan.double_tap is not None and any(reply.confirmed for reply in r.replies)
    ]
    same = [r for r in doubles if r.plan.double_tap and r.plan.double_tap.same]
    other = [r for r in doubles if r.plan.double_tap and not r.plan.double_tap.same]
    return [
        Check("double taps, same option: sent / same receipt", len(same), sum(map(_one_receipt, same))),
        Check(
            "double taps, other option: sent / rejected (409)", len(other), sum(map(_other_refused, other))
        ),
    ]


def _one_receipt(record: VoterRecord) -> bool:
    receipts = {reply.receipt for reply in record.replies}
    return all(reply.confirmed for reply in record.replies) and len(receipts) == 1 and None not in receipts


def _other_refused(record: VoterRecord) -> bool:
    refused = [reply for reply in record.replies if not reply.confirmed]
    return len(refused) == 1 and refused[0].status == 409 and refused[0].problem == "already-voted"  # noqa: PLR2004


def _label(reply: Reply) -> str:
    return (
        " ".join(part for part in (str(reply.status), reply.problem) if part) if reply.status else "no answer"
    )

"""What the crowd was told, held against what the site shows: the part of the crowd that can say "wrong"."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.api import Counts
from contracts.ids import Choice

from devstack.crowd.voter import Reply, VoterRecord


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the comparison. It holds only when both sides are equal."""

    name: str
    told: int
    found: int

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.told == self.found


def confirmed_votes(records: Sequence[VoterRecord]) -> Counter[Choice]:
    """Return how many voters were told that their vote for an option stands.

    A voter told so for both options counts for both: one of the two must be wrong, and then the sum shows it.
    """
    return Counter(
        choice for record in records for choice in {told.choice for told in record.told if told.confirmed}
    )


def compare(
    records: Sequence[VoterRecord], before: Counts, after: Counts, last_frame: Counts | None
) -> list[Check]:
    """Return every line of the comparison; `last_frame` is the newest snapshot that the WebSocket showed."""
    votes = confirmed_votes(records)
    grown = Counts(a=after.a - before.a, b=after.b - before.b) if _grew(before, after) else Counts(a=0, b=0)
    checks = [
        Check("votes for A: told / added to the results", votes[Choice.A], grown.a),
        Check("votes for B: told / added to the results", votes[Choice.B], grown.b),
        Check("voters: came / told that one vote of theirs stands", len(records), _settled(records)),
        *_double_tap_checks(records),
    ]
    shown = (last_frame.a, last_frame.b) if last_frame else (-1, -1)
    return [
        *checks,
        Check("results A: over HTTP / last frame on the WebSocket", after.a, shown[0]),
        Check("results B: over HTTP / last frame on the WebSocket", after.b, shown[1]),
    ]


def answers(records: Sequence[VoterRecord]) -> Counter[str]:
    """Count the answers by status and problem, such as `409 already-voted`; `no answer` where none came."""
    told = Counter(_label(tap) for record in records for tap in record.told)
    without_voter_token = sum(1 for record in records if not record.told)
    return told + Counter({"no voter token": without_voter_token})


def _grew(before: Counts, after: Counts) -> bool:
    return after.a >= before.a and after.b >= before.b


def _settled(records: Sequence[VoterRecord]) -> int:
    return sum(1 for record in records if _stands_once(record))


def _stands_once(record: VoterRecord) -> bool:
    confirmed = [told for told in record.told if told.confirmed]
    newly = sum(1 for told in confirmed if told.status == 201)  # noqa: PLR2004 (the status is the subject here)
    return len({told.choice for told in confirmed}) == 1 and newly <= 1


def _double_tap_checks(records: Sequence[VoterRecord]) -> list[Check]:
    doubles = [r for r in records if r.plan.double_tap is not None and any(told.confirmed for told in r.told)]
    same = [r for r in doubles if r.plan.double_tap and r.plan.double_tap.same]
    other = [r for r in doubles if r.plan.double_tap and not r.plan.double_tap.same]
    return [
        Check("double taps, same option: made / same receipt", len(same), sum(map(_one_receipt, same))),
        Check("double taps, other option: made / refused (409)", len(other), sum(map(_other_refused, other))),
    ]


def _one_receipt(record: VoterRecord) -> bool:
    receipts = {told.receipt for told in record.told}
    return all(told.confirmed for told in record.told) and len(receipts) == 1 and None not in receipts


def _other_refused(record: VoterRecord) -> bool:
    refused = [told for told in record.told if not told.confirmed]
    return len(refused) == 1 and refused[0].status == 409 and refused[0].problem == "already-voted"  # noqa: PLR2004


def _label(told: Reply) -> str:
    return " ".join(part for part in (str(told.status), told.problem) if part) if told.status else "no answer"

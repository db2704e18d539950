"""Mint codes for a poll: check its policy and status, derive the codes, count them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from chassis.audit_log import PendingAuditEvent, write_of
from chassis.secret import key_ring
from contracts.codes import CodesMinted
from contracts.enums import VoterPolicy
from contracts.ids import PollId

from vote_service.adapters.minted_codes import MintedCodes
from vote_service.adapters.voting_state import VotingState
from vote_service.config import MintCodesSettings
from vote_service.domain.code import mint_codes
from vote_service.domain.errors import InvalidState, PollUnknown
from vote_service.domain.poll import PollCopy


@dataclass(frozen=True, slots=True)
class CodeMinter:
    """Mints codes, with the copies of the polls and the counters of codes."""

    settings: MintCodesSettings
    polls: VotingState
    minted: MintedCodes

    def mint(
        self, poll_id: PollId, count: int, pending: PendingAuditEvent, key: str | None
    ) -> tuple[CodesMinted, bool]:
        """Return `count` new codes and True; count them and write the audit event in one transaction.

        A repeated idempotency key returns the same codes and False. Raises `PollUnknown`, `InvalidState`,
        `TooManyCodes`, `KeyReused`, `Throttled`, `Unavailable` or the errors of the secret.
        """
        poll = self._poll_for_codes(poll_id, pending.at)
        submission = f"{pending.principal.subject}\0{key or secrets.token_urlsafe(24)}"
        codes = mint_codes(poll, count, key_ring(self.settings.voter_keys_secret_arn), submission)
        written = write_of(pending.entry(poll_id), self.settings.audit_log_table)
        new = self.minted.add(poll_id, count, submission, pending.at, written)
        return CodesMinted(poll_id=poll_id, codes=codes, minted=self.minted.count(poll_id)), new

    def _poll_for_codes(self, poll_id: PollId, now: datetime) -> PollCopy:
        poll = self.polls.find(poll_id)
        if poll is None or poll.is_deleted():
            raise PollUnknown("Where votes are taken this poll is not known; a new one is, within seconds")
        if poll.policy is not VoterPolicy.CODE:
            raise InvalidState(f"This poll takes votes by {poll.policy}: only a poll by code has codes")
        if poll.is_closed(now):
            raise InvalidState("This poll has closed: a code could not be used any more")
        return poll

"""Cast a vote: identify the voter, check the proof of work, run the vote workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from chassis.secret import key_ring
from contracts.api import CastVote, VoteRecorded
from contracts.domain_error import DomainError
from contracts.enums import Choice
from contracts.ids import TraceId
from contracts.results_pass import mint_results_pass

from vote_service.adapters.used_challenges import UsedChallenges
from vote_service.adapters.vote_workflow import VoteWorkflow
from vote_service.adapters.voting_state import OpenPolls
from vote_service.config import VoteWrapperSettings
from vote_service.domain.identity import RequestIdentity, identify
from vote_service.domain.vote_decision import SubmittedVote
from vote_service.domain.voter_key import voter_of
from vote_service.domain.voter_token import read_voter_token
from vote_service.use_cases.note_abuse_signals import AbuseSignalRecorder
from vote_service.use_cases.prove_work import check_proof

STATUS: Final[Mapping[str, HTTPStatus]] = {"recorded": HTTPStatus.CREATED, "already_recorded": HTTPStatus.OK}


@dataclass(frozen=True, slots=True)
class VoteCaster:
    """Casts votes, with the copies of the polls, the vote workflow and the used challenges."""

    settings: VoteWrapperSettings
    polls: OpenPolls
    workflow: VoteWorkflow
    challenges: UsedChallenges
    abuse_recorder: AbuseSignalRecorder

    def cast(
        self, vote: CastVote, sender: RequestIdentity, trace_id: TraceId, now: datetime
    ) -> tuple[VoteRecorded, HTTPStatus]:
        """Return the recorded vote, and 201 if it is new or 200 otherwise.

        Raises the domain errors of the voter token, the poll, its policy, the proof and the workflow. All
        secrets are read before the workflow runs, so that no vote is written and then answered with an error.
        """
        voter_keys = key_ring(self.settings.voter_keys_secret_arn)
        voter_token = read_voter_token(sender.voter_token, voter_keys)
        voter_token.require_valid(now)
        poll = self.polls.get_public(vote.poll_id, now)
        # The workflow rejects a wrong code like a used one, so that both take the same steps.
        identity = identify(poll, voter_token.voter_id, vote.code, sender.client_address, voter_keys)
        voter = voter_of(poll, identity.value, voter_token.voter_id, voter_keys)
        if poll.proof_of_work:
            proof = check_proof(vote.proof, poll, voter_token.voter_id, voter_keys, now)
            self.challenges.use(proof.challenge, voter.key, vote.choice)
        results_pass = mint_results_pass(key_ring(self.settings.results_pass_secret_arn), vote.poll_id, now)
        submitted = SubmittedVote(
            poll_id=vote.poll_id,
            choice=vote.choice,
            voter_key=voter.key,
            bucket=voter.bucket,
            receipt=voter.receipt,
            voter_token=voter.voter_token,
            policy=poll.policy,
            entitled=identity.entitled,
            trace_id=trace_id,
            # A page that does not know the setting shows option A first.
            shown_first=(vote.shown_first or Choice.A) if poll.shuffle_options else None,
        )
        try:
            recorded_vote = self.workflow.run(submitted)
        except DomainError as refusal:
            self.abuse_recorder.refused(poll, refusal, now)
            raise
        if recorded_vote.outcome == "recorded":
            self.abuse_recorder.recorded(poll, sender.client_address, voter_keys, now)
        recorded = VoteRecorded(
            poll_id=vote.poll_id,
            choice=recorded_vote.choice,
            receipt=recorded_vote.receipt,
            recorded_at=recorded_vote.recorded_at,
            results_pass=results_pass,
        )
        return recorded, STATUS[recorded_vote.outcome]

"""Mint single-use codes for an organiser to hand out; they are returned once and not stored."""

from http import HTTPStatus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.audit_log import PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.audit_log import AuditAction

from vote_service import http
from vote_service.adapters.minted_codes import MintedCodes
from vote_service.adapters.voting_state import VotingState
from vote_service.config import MintCodesSettings
from vote_service.use_cases.mint_codes import CodeMinter

logger = Logger()
settings = MintCodesSettings.from_environment()
app = resolver(settings, http.PROBLEMS, current_role=Members.at(settings.members_table).current_role)
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.voting_state_table)
code_minter = CodeMinter(settings, VotingState(*table), MintedCodes(*table))


@app.post("/admin/api/polls/<poll_id>/codes")
@http.MINT_CODES
def mint(poll_id: str) -> Response[str]:
    """Return new codes, 201; they are not stored. A repeated submission returns the same codes, 200."""
    count = http.MINT_CODES.read(app).count
    pending = PendingAuditEvent.by(app, AuditAction.CODES_MINTED, f"{count} codes")
    minted, new = code_minter.mint(poll_in_path(poll_id), count, pending, http.MINT_CODES.read_key(app))
    logger.info("codes minted", poll_id=minted.poll_id, count=count, organiser=pending.principal.subject)
    return json_answer(minted, HTTPStatus.CREATED if new else HTTPStatus.OK)


handler = entry_point(app, "MintCodes")

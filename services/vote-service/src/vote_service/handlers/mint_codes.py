"""Mint single-use codes for an organiser to hand out: the one time that anybody sees them."""

from datetime import UTC, datetime
from http import HTTPStatus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.request import organiser, poll_in_path
from gateway.resolver import resolver

from vote_service import http
from vote_service.config import MintCodesSettings
from vote_service.minting import Minting
from vote_service.store.aws import SDK
from vote_service.store.minted_codes import MintedCodes
from vote_service.store.voting_state import VotingState

logger = Logger()
settings = MintCodesSettings.from_environment()
app = resolver(settings, http.PROBLEMS)
client, table = boto3.client("dynamodb", config=SDK), settings.voting_state_table
minting = Minting(settings, VotingState(client, table), MintedCodes(client, table))


@app.post("/admin/api/polls/<poll_id>/codes")
@http.MINT_CODES
def mint(poll_id: str) -> Response[str]:
    """Answer the codes, 201; none of them is kept here."""
    count, who = http.MINT_CODES.read(app).count, organiser(app)
    minted = minting.mint(poll_in_path(poll_id), count, datetime.now(UTC))
    logger.info("codes minted", poll_id=minted.poll_id, count=count, organiser=who)
    return json_answer(minted, HTTPStatus.CREATED)


handler = entry_point(app, "MintCodes")

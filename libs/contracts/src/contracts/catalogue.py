"""The frozen contracts, by name. A contract's version is that of its newest schema.

`python -m contracts.catalogue FOLDER` writes the next version of each schema that does not match its model.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from contracts import (
    abuse,
    api,
    audit_log,
    codes,
    events,
    images,
    members,
    polls,
    problem,
    proof_of_work,
    realtime,
    recount,
    results_export,
    tally,
    transparency_log,
    vote_log,
    votes_over_time,
)
from contracts.model import Contract

FROZEN: Final[dict[str, type[Contract]]] = {
    "poll_created": events.PollCreated,
    "poll_opened": events.PollOpened,
    "poll_closing": events.PollClosing,
    "poll_closed": events.PollClosed,
    "poll_archived": events.PollArchived,
    "poll_changed": events.PollChanged,
    "poll_deleted": events.PollDeleted,
    "vote_cast": events.VoteCast,
    "tally_changed": tally.TallyChanged,
    "message_results": realtime.ResultsMessage,
    "message_results_hidden": realtime.ResultsHiddenMessage,
    "message_poll_opened": realtime.PollOpenedMessage,
    "message_poll_closed": realtime.PollClosedMessage,
    "message_pong": realtime.PongMessage,
    "message_audience": realtime.AudienceMessage,
    "message_error": realtime.ErrorMessage,
    "ping": realtime.Ping,
    "public_poll": polls.PublicPoll,
    "poll": polls.Poll,
    "poll_list": polls.PollList,
    "active_poll": polls.ActivePoll,
    "image_stored": images.ImageStored,
    "voter_token_issued": api.VoterTokenIssued,
    "codes_minted": codes.CodesMinted,
    "challenge": proof_of_work.Challenge,
    "abuse_report": abuse.AbuseReport,
    "vote_recorded": api.VoteRecorded,
    "results": api.Results,
    "turnout": api.Turnout,
    "ticket_issued": api.TicketIssued,
    "problem": problem.Problem,
    "read_vote_log": vote_log.ReadVoteLog,
    "vote_log_page": vote_log.VoteLogPage,
    "vote_log_refused": vote_log.VoteLogRefused,
    "read_receipt_hashes": transparency_log.ReadReceiptHashes,
    "receipt_hash_page": transparency_log.ReceiptHashPage,
    "public_certificate": transparency_log.PublicCertificate,
    "log_keys": transparency_log.LogKeys,
    "certificate": recount.Certificate,
    "recount": recount.Recount,
    "redrive_poll": recount.RedrivePoll,
    "poll_redriven": recount.PollRedriven,
    "rebuild_poll": recount.RebuildPoll,
    "rebuild_begun": recount.RebuildBegun,
    "series": votes_over_time.Series,
    "exported_totals": results_export.ExportedTotals,
    "exported_series": results_export.ExportedSeries,
    "exported_vote_log": results_export.ExportedVoteLog,
    "members": members.Members,
    "member": members.Member,
    "presenter_session": members.PresenterSession,
    "audit_log_page": audit_log.AuditLogPage,
}


def schema_of(model: type[Contract]) -> dict[str, Any]:
    """Return the JSON Schema of a message as it is sent.

    Constants (`type`, `version`) have defaults in Python, but are always sent: the schema requires them.
    """
    schema = model.model_json_schema(mode="serialization")
    constants = [name for name, field in schema["properties"].items() if field.keys() & {"const", "enum"}]
    required = sorted({*schema.get("required", ()), *constants})
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "required": required}


def comparable(schema: object) -> object:
    """Return the part of a schema that is the contract.

    Descriptions may be reworded. Constants are always sent, so their defaults are no part of it: which of the
    versions that a model reads it also writes.
    """
    match schema:
        case dict():
            ignored = {"description", "default"} if schema.keys() & {"const", "enum"} else {"description"}
            return {key: comparable(value) for key, value in schema.items() if key not in ignored}
        case list():
            return [comparable(value) for value in schema]
    return schema


def newest_versions(folder: Path) -> dict[str, int]:
    """Return the newest version of each schema in the folder."""
    found = (path.stem.split(".v") for path in folder.iterdir())
    return dict(sorted((name, int(version)) for name, version in found))


def write_changed(folder: Path) -> list[Path]:
    """Write the next version of each schema that does not match its model, and return the paths.

    An existing schema is never rewritten.
    """
    newest, written = newest_versions(folder), []
    for name, model in FROZEN.items():
        version, schema = newest.get(name, 0), schema_of(model)
        known = json.loads((folder / f"{name}.v{version}.json").read_text()) if version else None
        if comparable(schema) != comparable(known):
            written.append(folder / f"{name}.v{version + 1}.json")
            written[-1].write_text(json.dumps(schema, indent=2, sort_keys=True) + "\n")
    return written


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m contracts.catalogue", description="Freeze changed contracts.")
    parser.add_argument("folder", type=Path, help="folder of the schemas")
    for written_path in write_changed(parser.parse_args().folder):
        sys.stdout.write(f"froze {written_path}\n")

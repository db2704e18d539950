"""The frozen contracts, by name and version.

`python -m contracts.catalogue FOLDER` writes the schemas that FOLDER lacks.
"""

import json
import sys
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
    vote_log,
    votes_over_time,
)
from contracts.model import Contract

FROZEN: Final[dict[str, type[Contract]]] = {
    "poll_created.v1": events.PollCreated,
    "poll_opened.v1": events.PollOpened,
    "poll_closing.v1": events.PollClosing,
    "poll_closed.v1": events.PollClosed,
    "poll_archived.v1": events.PollArchived,
    "poll_changed.v1": events.PollChanged,
    "poll_deleted.v1": events.PollDeleted,
    "vote_cast.v1": events.VoteCast,
    "tally_changed.v1": tally.TallyChanged,
    "message_results.v1": realtime.ResultsMessage,
    "message_results_hidden.v1": realtime.ResultsHiddenMessage,
    "message_poll_opened.v1": realtime.PollOpenedMessage,
    "message_poll_closed.v1": realtime.PollClosedMessage,
    "message_pong.v1": realtime.PongMessage,
    "message_viewers.v1": realtime.ViewersMessage,
    "message_error.v1": realtime.ErrorMessage,
    "ping.v1": realtime.Ping,
    "public_poll.v1": polls.PublicPoll,
    "poll.v1": polls.Poll,
    "poll_list.v1": polls.PollList,
    "active_poll.v1": polls.ActivePoll,
    "image_stored.v1": images.ImageStored,
    "voter_token_issued.v1": api.VoterTokenIssued,
    "codes_minted.v1": codes.CodesMinted,
    "challenge.v1": proof_of_work.Challenge,
    "abuse_report.v1": abuse.AbuseReport,
    "vote_recorded.v1": api.VoteRecorded,
    "results.v1": api.Results,
    "turnout.v1": api.Turnout,
    "ticket_issued.v1": api.TicketIssued,
    "problem.v1": problem.Problem,
    "read_vote_log.v1": vote_log.ReadVoteLog,
    "vote_log_page.v1": vote_log.VoteLogPage,
    "vote_log_refused.v1": vote_log.VoteLogRefused,
    "certificate.v1": recount.Certificate,
    "recount.v1": recount.Recount,
    "redrive_poll.v1": recount.RedrivePoll,
    "poll_redriven.v1": recount.PollRedriven,
    "rebuild_poll.v1": recount.RebuildPoll,
    "rebuild_begun.v1": recount.RebuildBegun,
    "series.v1": votes_over_time.Series,
    "exported_totals.v1": results_export.ExportedTotals,
    "exported_series.v1": results_export.ExportedSeries,
    "exported_vote_log.v1": results_export.ExportedVoteLog,
    "members.v1": members.Members,
    "member.v1": members.Member,
    "audit_log_page.v1": audit_log.AuditLogPage,
}


def schema_of(model: type[Contract]) -> dict[str, Any]:
    """Return the JSON Schema of a message as it is sent.

    Constants (`type`, `version`) have defaults in Python, but are always sent: the schema requires them.
    """
    schema = model.model_json_schema(mode="serialization")
    constants = [name for name, field in schema["properties"].items() if field.keys() & {"const", "enum"}]
    required = sorted({*schema.get("required", ()), *constants})
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "required": required}


def write_missing(folder: Path) -> list[Path]:
    """Write the missing schemas and return their paths.

    An existing schema is never rewritten: a change is a new version.
    """
    missing = {folder / f"{name}.json": model for name, model in FROZEN.items()}
    written = [path for path in missing if not path.exists()]
    for path in written:
        path.write_text(json.dumps(schema_of(missing[path]), indent=2, sort_keys=True) + "\n")
    return written


if __name__ == "__main__":
    for written_path in write_missing(Path(sys.argv[1])):
        sys.stdout.write(f"froze {written_path}\n")

"""Step 6: a vote, its repetition and a second choice; then an administrator's writes to the vote log."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from botocore.exceptions import ClientError
from contracts.api import VoteRecorded
from contracts.enums import Choice
from devkit.failure import Failure

from smoke.evidence import Evidence, expect

_NO_VOTE: Final = {"pk": {"S": "smoke-test#0"}, "sk": {"S": "no-vote"}}
# Never true, so that a write that is allowed by mistake changes nothing.
_NEVER: Final = {"ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(pk)"}


def vote(evidence: Evidence) -> str:
    """Cast one vote three times: 201, then 200 with the same receipt, then 409 for the other option."""
    voter = evidence.voter_token or evidence.new_voter()[0]
    recorded = evidence.cast_new(voter, Choice.A)
    again = expect(evidence, evidence.cast(voter, Choice.A), HTTPStatus.OK, "vote-wrapper")
    if VoteRecorded.model_validate_json(again.content).receipt != recorded.receipt:
        raise Failure(
            "The repeated vote got another receipt, so it may be counted twice.",
            evidence.environment.logs_command("vote-wrapper"),
        )
    expect(evidence, evidence.cast(voter, Choice.B), HTTPStatus.CONFLICT, "vote-wrapper")
    if evidence.only_on_aws("writes to VotesLog are denied", "the emulator enforces no table policy"):
        return f"201, 200, 409; {_denied_writes(evidence)} kinds of write denied"
    return "201, 200, 409"


def _denied_writes(evidence: Evidence) -> int:
    table = evidence.environment.resources("AWS::DynamoDB::Table")["vote-service.VotesLogTable"]
    database = evidence.environment.client("dynamodb")
    writes: dict[str, Callable[[], Any]] = {
        "PutItem": lambda: database.put_item(TableName=table, Item=_NO_VOTE, **_NEVER),
        "UpdateItem": lambda: database.update_item(
            TableName=table, Key=_NO_VOTE, UpdateExpression="SET x = :x",
            ExpressionAttributeValues={":x": {"S": "x"}}, **_NEVER,
        ),
        "DeleteItem": lambda: database.delete_item(TableName=table, Key=_NO_VOTE, **_NEVER),
        "BatchWriteItem": lambda: database.batch_write_item(
            RequestItems={table: [{"DeleteRequest": {"Key": _NO_VOTE}}]}
        ),
        "PartiQLDelete": lambda: database.execute_statement(
            Statement=f'DELETE FROM "{table}" WHERE pk = ? AND sk = ?',  # noqa: S608 (the stack's own table)
            Parameters=list(_NO_VOTE.values()),
        ),
    }  # fmt: skip
    for action, write in writes.items():
        reason = _refusal(write)
        if "resource-based policy" not in reason:
            raise Failure(
                f"The policy of {table} does not deny {action} to an administrator: {reason or 'allowed'}",
                f"The denial must come from the table's own policy. "
                f"{evidence.environment.deploy_command('vote-service')}",
            )
    return len(writes)


def _refusal(write: Callable[[], Any]) -> str:
    try:
        write()
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error'].get('Message', '')}"
    return ""

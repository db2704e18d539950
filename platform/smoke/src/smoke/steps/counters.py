"""Step 7: the counters of the votes cast, and the dead-letter queues."""

from collections import Counter
from http import HTTPStatus
from typing import Any

from contracts.enums import Choice
from devkit.failure import Failure

from smoke.evidence import Evidence, as_text, expect


def counters(evidence: Evidence) -> str:
    """Check that each vote is counted once, that the public sees none, and that no record was set aside."""
    names, seconds = evidence.until(lambda: _counted(evidence), lambda: _behind(evidence))
    poll_id = evidence.require_poll().poll_id
    hidden = evidence.page().get(f"/results/{poll_id}")
    expect(evidence, hidden, HTTPStatus.FORBIDDEN, "get-results")
    if evidence.only_on_aws("counters carry the shard's id", "the emulator's stream has one shard") and (
        wrong := [name for name in names if not name.startswith("shardId-")]
    ):
        raise Failure(
            f"Counters are not named by stream shards: {as_text(wrong)}. Counting is exact per shard only.",
            "The mapping of count-votes needs TumblingWindowInSeconds. "
            f"{evidence.environment.deploy_command('results-service')}",
        )
    _dead_letters(evidence)
    return f"{evidence.votes.total()} counted after {seconds:.1f} s"


def _counted(evidence: Evidence) -> list[str] | None:
    items = _counters(evidence)
    found = _sum(items)
    if found == evidence.votes:
        return [item["sk"]["S"].rpartition("#")[2] for item in items]
    if any(found[choice] > evidence.votes[choice] for choice in Choice):
        raise _different(evidence, found)
    return None


def _behind(evidence: Evidence) -> Failure:
    return _different(evidence, _sum(_counters(evidence)))


def _different(evidence: Evidence, found: Counter[Choice]) -> Failure:
    poll_id = evidence.require_poll().poll_id
    cast, counted = ({str(choice): votes[choice] for choice in Choice} for votes in (evidence.votes, found))
    recount = "" if evidence.environment.on_aws else f"./dev recount {poll_id}; "
    return Failure(
        f"The counters of poll {poll_id} have {counted}, but the votes cast are {cast}.",
        f"{recount}{evidence.environment.logs_command('count-votes')}; see the runbook, Rebuilding counters",
    )


def _counters(evidence: Evidence) -> list[dict[str, Any]]:
    table = evidence.environment.resources("AWS::DynamoDB::Table")["results-service.GameResultsTable"]
    items: list[dict[str, Any]] = evidence.environment.client("dynamodb").query(
        TableName=table, ConsistentRead=True,
        KeyConditionExpression="pk = :poll AND begins_with(sk, :counter)",
        ExpressionAttributeValues={
            ":poll": {"S": evidence.require_poll().poll_id}, ":counter": {"S": "counter#"},
        },
    )["Items"]  # fmt: skip
    return items


def _sum(items: list[dict[str, Any]]) -> Counter[Choice]:
    return Counter({choice: sum(int(item[choice.value]["N"]) for item in items) for choice in Choice})


def _dead_letters(evidence: Evidence) -> None:
    queues = evidence.environment.resources("AWS::SQS::Queue")
    for name, address in queues.items():
        attributes = evidence.environment.client("sqs").get_queue_attributes(
            QueueUrl=address, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        waiting = int(attributes["ApproximateNumberOfMessages"])
        if waiting and "DeadLetter" in name:
            raise Failure(
                f"The dead-letter queue {name} has {waiting} messages: records that could not be processed.",
                f"aws sqs receive-message --queue-url {address} --region {evidence.environment.region}; "
                "see the runbook, Alarms",
            )

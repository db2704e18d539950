"""The commands that follow a vote on AWS, with the names of the templates."""

import json
import re
from typing import Final

from devkit.failure import Failure
from stacks.catalogue import FUNCTION, MACHINE, logical_id_of
from stacks.resolver import SITE, Resolver

from laptop.vote_trace.timeline import BROADCASTING, FUNCTIONS

TRACE_ID_LENGTH: Final = 32


def commands(receipt_or_trace_id: str, environment: str) -> str:
    """Return shell commands for an environment. They read neither a choice nor a key of a voter.

    Raises `Failure` for a name that no environment can have.
    """
    resolver = Resolver(parameters={"Environment": environment, "SiteOrigin": SITE})
    allowed = resolver.stack_of("vote_wrapper").source["Parameters"]["Environment"]["AllowedPattern"]
    if not re.fullmatch(allowed, environment):
        raise Failure(
            f"{environment!r} is no name of an environment.",
            "It has 2 to 16 small letters, digits and hyphens, such as prod.",
            exit_status=2,
        )
    by = "event.trace_id" if len(receipt_or_trace_id) == TRACE_ID_LENGTH else "receipt"
    values = json.dumps({":id": {"S": receipt_or_trace_id}})
    groups = [*(_log_group(resolver, function) for function in FUNCTIONS), _workflow_log_group(resolver)]
    votes, results = resolver.name("VotesLogTable"), resolver.name("GameResultsTable")
    return f"""\
# 1. The vote: its poll and its trace id. A scan reads the whole table, for about 1 cent per million votes.
aws dynamodb scan --table-name {votes} \\
  --filter-expression '{by} = :id' --expression-attribute-values '{values}' \\
  --projection-expression 'event.poll_id, event.trace_id, event.recorded_at'
POLL=…  TRACE=…

# 2. Its log lines of a day: request, workflow, counting. An Express workflow's log is its only history,
#    in prod of failures only.
{_query("fields @timestamp, @log, @message | filter @message like /$TRACE/ | sort @timestamp", groups)}

# 3. Its first broadcast: of the version in the line of count-votes, or of the next greater one.
VERSION=…
{
        _query(
            "fields @timestamp, @message | filter @message like /$POLL/ and broadcast.0.version >= $VERSION"
            " | sort @timestamp | limit 1",
            [_log_group(resolver, function) for function in BROADCASTING],
        )
    }

# 4. The newest snapshot; if the vote is not counted, the poll's invalid records.
aws dynamodb get-item --table-name {results} --consistent-read \\
  --key '{{"pk": {{"S": "'$POLL'"}}, "sk": {{"S": "totals"}}}}' \\
  --projection-expression 'tally_version, updated_at'
aws dynamodb query --table-name {results} \\
  --key-condition-expression 'pk = :poll AND begins_with(sk, :invalid)' \\
  --expression-attribute-values '{{":poll": {{"S": "'$POLL'"}}, ":invalid": {{"S": "invalid#"}}}}' \\
  --projection-expression 'sk, invalid_at, reason'
"""


def _query(query: str, groups: list[str]) -> str:
    """Return the commands that run a query of CloudWatch Logs Insights over the last day."""
    return f"""\
ID=$(aws logs start-query --start-time $(($(date +%s) - 86400)) --end-time $(date +%s) \\
  --log-group-names {" ".join(groups)} \\
  --query-string "{query}" \\
  --output text --query queryId)
sleep 10; aws logs get-query-results --query-id $ID"""


def _log_group(resolver: Resolver, function: str) -> str:
    slug = function.replace("-", "_")
    stack = resolver.stack_of(slug)
    return resolver.text(stack, stack.properties(FUNCTION)[logical_id_of(slug)]["LoggingConfig"]["LogGroup"])


def _workflow_log_group(resolver: Resolver) -> str:
    ((stack, logging),) = [
        (stack, machine["LoggingConfiguration"])
        for stack in resolver.stacks
        for machine in stack.properties(MACHINE).values()
    ]
    arn = logging["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"]
    return resolver.text(stack, arn).partition(":log-group:")[2].removesuffix(":*")

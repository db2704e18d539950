"""Names of the stack outputs that cross a stack boundary, and who owns each."""

from enum import Enum


class Service(Enum):
    """The stacks, in the order in which they are deployed."""

    PLATFORM = "platform"
    POLL = "poll-service"
    VOTE = "vote-service"
    RESULTS = "results-service"
    REALTIME = "realtime-service"
    FRONTEND = "frontend"


class Export(Enum):
    """An exported output: its name and the stack that exports it.

    CloudFormation refuses to change an export in use: add one, don't rename.
    """

    PUBLIC_API_ID = ("PublicApiId", Service.PLATFORM)
    ADMIN_API_ID = ("AdminApiId", Service.PLATFORM)
    ADMIN_AUTHORIZER_ID = ("AdminAuthorizerId", Service.PLATFORM)
    TOKEN_ISSUER = ("TokenIssuer", Service.PLATFORM)
    SIGN_IN_CLIENT_ID = ("SignInClientId", Service.PLATFORM)
    SIGN_IN_URL = ("SignInUrl", Service.PLATFORM)
    VOTER_KEYS_SECRET_ARN = ("VoterKeysSecretArn", Service.PLATFORM)
    ORIGIN_SECRET_ARN = ("OriginSecretArn", Service.PLATFORM)
    RESULTS_PASS_SECRET_ARN = ("ResultsPassSecretArn", Service.PLATFORM)
    ALARM_TOPIC_ARN = ("AlarmTopicArn", Service.PLATFORM)
    POLLS_STREAM_ARN = ("PollsStreamArn", Service.POLL)
    VOTES_LOG_STREAM_ARN = ("VotesLogStreamArn", Service.VOTE)
    READ_LEDGER_FUNCTION_ARN = ("ReadLedgerFunctionArn", Service.VOTE)
    GAME_RESULTS_STREAM_ARN = ("GameResultsStreamArn", Service.RESULTS)
    WEB_SOCKET_API_ID = ("WebSocketApiId", Service.REALTIME)

    def __init__(self, output: str, owner: Service) -> None:
        self.output = output
        self.owner = owner

    def name_in(self, environment: str) -> str:
        """Return the export's name, such as `tot-prod:PublicApiId`."""
        return f"tot-{environment}:{self.output}"

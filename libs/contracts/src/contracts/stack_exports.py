"""Stack outputs that cross a stack boundary: their names and the stacks that own them."""

from enum import Enum


class Service(Enum):
    """The stacks, in the order of deployment."""

    PLATFORM = "platform"
    MEMBERS = "members"
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
    USER_POOL_ID = ("UserPoolId", Service.PLATFORM)
    AUDIT_LOG_TABLE_NAME = ("AuditLogTableName", Service.MEMBERS)
    MEMBERS_TABLE_NAME = ("MembersTableName", Service.MEMBERS)
    POLLS_STREAM_ARN = ("PollsStreamArn", Service.POLL)
    VOTES_LOG_STREAM_ARN = ("VotesLogStreamArn", Service.VOTE)
    READ_VOTE_LOG_FUNCTION_ARN = ("ReadVoteLogFunctionArn", Service.VOTE)
    READ_RECEIPT_HASHES_FUNCTION_ARN = ("ReadReceiptHashesFunctionArn", Service.VOTE)
    GAME_RESULTS_STREAM_ARN = ("GameResultsStreamArn", Service.RESULTS)
    LOGS_BUCKET_DOMAIN = ("LogsBucketDomain", Service.RESULTS)
    WEB_SOCKET_API_ID = ("WebSocketApiId", Service.REALTIME)

    def __init__(self, output: str, owner: Service) -> None:
        self.output = output
        self.owner = owner

    def name_in(self, environment: str) -> str:
        """Return the export's name, such as `tot-prod:PublicApiId`."""
        return f"tot-{environment}:{self.output}"

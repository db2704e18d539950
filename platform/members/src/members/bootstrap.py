"""Wiring that the three handlers that change a membership share."""

import boto3
from chassis.audit_log import AuditLog
from chassis.aws import AWS_CONFIG, bounded

from members.adapters.aws import LONG_READ_CONFIG
from members.adapters.members import MembersStore
from members.adapters.user_pool import UserPool
from members.config import MembershipSettings
from members.use_cases.change_membership import Membership


def membership_of(settings: MembershipSettings) -> Membership:
    """Return the use case for this pool, table and audit log, with new clients."""
    cognito = bounded(boto3.client("cognito-idp", config=LONG_READ_CONFIG))
    dynamodb = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
    return Membership(
        UserPool(cognito, settings.user_pool_id),
        MembersStore(dynamodb, settings.members_table),
        AuditLog(dynamodb, settings.audit_log_table),
    )

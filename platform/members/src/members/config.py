"""Settings of each function, read from the environment that its template defines."""

from chassis.settings import HttpSettings, MembersSettings, Text


class ReadAuditLogSettings(HttpSettings):
    """Settings of `read_audit_log`."""

    audit_log_table: Text


class ListMembersSettings(HttpSettings):
    """Settings of `list_members`."""

    user_pool_id: Text


class PresenterSettings(MembersSettings):
    """Settings of `presenter_session`."""

    audit_log_table: Text


class MembershipSettings(ListMembersSettings, MembersSettings):
    """Settings of the functions that change members and roles."""

    audit_log_table: Text

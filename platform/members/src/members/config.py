"""What each function is told by its template: each has its own settings, with nothing it does not use."""

from gateway.settings import HttpSettings, MembersSettings, Text


class ReadAuditLogSettings(HttpSettings):
    """What `read_audit_log` needs."""

    audit_log_table: Text


class ListMembersSettings(HttpSettings):
    """What `list_members` needs."""

    user_pool_id: Text


class MembershipSettings(ListMembersSettings, MembersSettings):
    """What the functions need besides that change who may do what."""

    audit_log_table: Text

"""What each function is told by its template: each has its own settings, with nothing it does not use."""

from gateway.settings import HttpSettings, MembersSettings, Text


class ReadTrailSettings(HttpSettings):
    """What `read_trail` needs."""

    trail_table: Text


class ListPeopleSettings(HttpSettings):
    """What `list_people` needs."""

    user_pool_id: Text


class MembershipSettings(ListPeopleSettings, MembersSettings):
    """What the functions need besides that change who may do what."""

    trail_table: Text

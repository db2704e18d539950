"""Enumerations that all services share: choice, poll status, voter policy, result visibility, language."""

from enum import StrEnum


class Choice(StrEnum):
    """One of the two options."""

    A = "a"
    B = "b"


class PollStatus(StrEnum):
    """The status of a poll."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ManagedStatus(StrEnum):
    """The status of a poll for organisers.

    For everyone else a scheduled poll is open, with `opens_at` in the future.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


class VoterPolicy(StrEnum):
    """The identity by which two votes are those of one voter."""

    DEVICE = "device"
    CODE = "code"
    NETWORK = "network"


class ResultVisibility(StrEnum):
    """When the public may see the counts."""

    ALWAYS = "always"
    AFTER_VOTE = "after_vote"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class PageLanguage(StrEnum):
    """A language of the pages."""

    EN = "en"
    DE = "de"
    ES = "es"
    FR = "fr"
    HE = "he"
    AR = "ar"

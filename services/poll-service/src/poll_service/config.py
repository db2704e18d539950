"""What each function is told by its template."""

from gateway import settings
from gateway.settings import EnvironmentSettings, Text


class Settings(EnvironmentSettings):
    """What every function of this service needs."""

    polls_table: Text


class HttpSettings(Settings, settings.HttpSettings):
    """What functions behind an HTTP API need besides."""


class ChangingSettings(HttpSettings, settings.MembersSettings):
    """What functions need besides that take an organiser's step, which goes into the audit log."""

    audit_log_table: Text


class PicturesSettings(settings.HttpSettings):
    """What functions that keep and show pictures need: the bucket, and no table."""

    pictures_bucket: Text


class UploadSettings(PicturesSettings):
    """What the function that keeps an organiser's picture needs besides."""

    audit_log_table: Text


class PageSettings(HttpSettings):
    """What functions that answer pages need besides: where the pages are."""

    site_origin: Text


class ClosingSettings(ChangingSettings):
    """What functions that set a time of closing need besides."""

    environment: Text
    finish_poll_arn: Text
    scheduler_role_arn: Text
    scheduled_close_dead_letter_arn: Text

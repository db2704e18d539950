"""Settings of each function, as its template sets them."""

from chassis import settings
from chassis.settings import EnvironmentSettings, Text


class Settings(EnvironmentSettings):
    """Settings of every function of this service."""

    polls_table: Text


class HttpSettings(Settings, settings.HttpSettings):
    """Settings of functions behind an HTTP API."""


class ChangingSettings(HttpSettings, settings.MembersSettings):
    """Settings of functions that change a poll for an organiser, which the audit log records."""

    audit_log_table: Text


class ImageSettings(settings.HttpSettings):
    """Settings of functions that store and serve images: the bucket, and no table."""

    images_bucket: Text


class UploadSettings(ImageSettings):
    """Settings of the function that stores an organiser's image."""

    audit_log_table: Text


class PageSettings(HttpSettings):
    """Settings of functions that return pages, with the site's origin."""

    site_origin: Text


class ClosingSettings(ChangingSettings):
    """Settings of functions that set a closing time."""

    environment: Text
    finish_poll_arn: Text
    scheduler_role_arn: Text
    scheduled_close_dead_letter_arn: Text

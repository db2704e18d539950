"""Settings come from the environment, once."""

import pytest
from preflight.config import Settings


def test_without_a_list_nobody_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGIN_SECRET_ARN", "arn")
    monkeypatch.delenv("ALLOWED_ORIGINS", raising=False)
    assert Settings.from_environment().allowed_origins == frozenset()


def test_the_list_is_split_at_commas_and_forgives_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGIN_SECRET_ARN", "arn")
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example, https://b.example,")
    assert Settings.from_environment().allowed_origins == {"https://a.example", "https://b.example"}


def test_a_missing_secret_arn_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIGIN_SECRET_ARN", raising=False)
    with pytest.raises(KeyError, match="ORIGIN_SECRET_ARN"):
        Settings.from_environment()

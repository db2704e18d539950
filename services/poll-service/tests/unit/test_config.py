"""Settings: incomplete ones are rejected."""

import pytest
from poll_service.config import ClosingSettings, HttpSettings, Settings
from pydantic import ValidationError


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ClosingSettings.model_fields:
        monkeypatch.setenv(name.upper(), f"the {name}")
    monkeypatch.delenv("ALLOWED_ORIGINS")
    return monkeypatch


def test_each_setting_comes_from_the_variable_of_its_name(environment: pytest.MonkeyPatch) -> None:
    assert ClosingSettings.from_environment().scheduler_role_arn == "the scheduler_role_arn"


@pytest.mark.parametrize("missing", ["POLLS_TABLE", "ORIGIN_SECRET_ARN"])
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, missing: str) -> None:
    environment.delenv(missing)

    with pytest.raises(ValidationError, match=missing.lower()):
        HttpSettings.from_environment()


def test_empty_table_name_is_rejected(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("POLLS_TABLE", "")

    with pytest.raises(ValidationError, match="polls_table"):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", set()),
        ("https://a.example", {"https://a.example"}),
        (" https://a.example ,,https://b.example", {"https://a.example", "https://b.example"}),
    ],
)
def test_allowed_origins_are_comma_separated(
    environment: pytest.MonkeyPatch, text: str, origins: set[str]
) -> None:
    environment.setenv("ALLOWED_ORIGINS", text)

    assert HttpSettings.from_environment().allowed_origins == origins


def test_empty_list_allows_no_origin(environment: pytest.MonkeyPatch) -> None:
    assert HttpSettings.from_environment().allowed_origins == set()

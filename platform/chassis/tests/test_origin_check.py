"""The origin check counts each request that did not come through the distribution."""

import json

import chassis.origin_check
import pytest
from chassis.origin_check import ALL_SERVICES, NAMESPACE, REJECTED, comes_from_distribution


@pytest.fixture(autouse=True)
def rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read an origin secret that is being rotated."""
    monkeypatch.setattr(
        chassis.origin_check, "read_secret", {"arn": {"current": "new", "previous": "old"}}.get
    )
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "vote-service")


@pytest.mark.parametrize("sent", ["new", "old"])
def test_request_with_either_value_is_accepted_and_not_counted(
    sent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comes_from_distribution({"x-origin-verify": sent}, "arn")
    assert capsys.readouterr().out == ""


@pytest.mark.covers("T9")
@pytest.mark.parametrize("headers", [{"x-origin-verify": "older"}, {"x-origin-verify": ""}, {}])
def test_rejected_request_increments_the_metric_of_all_services(
    headers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert not comes_from_distribution(headers, "arn")
    [line] = capsys.readouterr().out.splitlines()
    emitted = json.loads(line)
    [metric] = emitted["_aws"]["CloudWatchMetrics"]
    assert (metric["Namespace"], metric["Dimensions"]) == (NAMESPACE, [["service"]])
    assert (emitted[REJECTED], emitted["service"]) == ([1.0], ALL_SERVICES["service"])

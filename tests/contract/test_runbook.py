"""The runbook names every alarm of every stack by its logical id."""

import re
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
ALARM: Final = re.compile(r"^  (\w+Alarm):", re.MULTILINE)


def test_every_alarm_is_named_in_the_runbook() -> None:
    templates = subprocess.run(
        ["git", "ls-files", "platform/*template.yaml", "services/*template.yaml", ":!platform/lint"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    alarms = {alarm for path in templates for alarm in ALARM.findall((ROOT / path).read_text())}
    runbook = (ROOT / "docs" / "runbook.md").read_text()

    assert len(alarms) > 60
    assert {alarm for alarm in alarms if f"`{alarm}`" not in runbook} == set()

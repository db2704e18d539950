"""The secret scan finds secrets in every file that could be committed."""

from pathlib import Path

import pytest
from checks.committed_secrets import found_in, tracked_files
from devkit.checkout import ROOT

# Concatenated, so that this file itself contains no match.
KEY_ID = "AKIA" + "Q3EGZ7PLD4XUVN5T"
PRIVATE_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----"
RANDOM = "h7Gk2PqZ9vXw4RtYb8Nm" + "Lc5Ds1Fj6Ha3Ue0Ti=="


@pytest.mark.covers("T22")
@pytest.mark.parametrize(
    "name",
    [
        "template.yaml",
        "services/x/tests/conftest.py",
        "services/x/src/x.py",
        ".github/workflows/ci.yml",
        "a.md",
    ],
)
@pytest.mark.parametrize("text", [f"id: {KEY_ID}\n", f"{PRIVATE_KEY}\n"])
def test_a_key_of_a_known_format_is_found_in_any_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(f"first\n{text}")
    (line,) = found_in(tmp_path, [name])
    assert line.startswith(f"{name}:2: ")
    assert text.strip() not in line


@pytest.mark.parametrize(
    ("name", "times"), [("src/settings.py", 1), ("tests/test_settings.py", 0), ("uv.lock", 0)]
)
def test_a_random_string_is_found_outside_tests(tmp_path: Path, name: str, times: int) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(f'KEY = "{RANDOM}"\n')
    assert len(list(found_in(tmp_path, [name]))) == times


def test_an_allowlisted_line_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'KEY = "{RANDOM}"  # pragma: allowlist secret\n')
    assert list(found_in(tmp_path, ["a.py"])) == []


def test_the_scan_covers_untracked_files_and_skips_ignored_ones() -> None:
    names = tracked_files()
    assert "template.yaml" in {Path(name).name for name in names}
    assert not any(name.startswith((".venv/", ".dev/")) for name in names)
    assert str(Path(__file__).relative_to(ROOT)) in names

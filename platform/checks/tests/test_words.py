"""The word check finds avoided words in prose and names, and allowances only shrink."""

import subprocess
from pathlib import Path

import pytest
from checks.words import LIST, WordList

WORDS = """
[prose]
whoever = "a noun"
[names]
gadget = "voter token"
[allowed]
"""


def faults(root: Path, allowed: str = "", **files: str) -> list[str]:
    """Return the faults of a tree with these files, each named without its dot."""
    (root / "docs").mkdir()
    (root / LIST).write_text(WORDS + allowed)
    for name, text in files.items():
        (root / name.replace("_dot_", ".")).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return list(WordList.read(root).faults(root))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a_dot_py", '"""For whoever votes."""'),
        ("a_dot_py", "x = 1  # for whoever votes"),
        ("a_dot_js", "const x = 1; // for whoever votes"),
        ("a_dot_css", "/* for\nwhoever votes */"),
        ("a_dot_yaml", "a: 1 # for whoever votes"),
        ("a_dot_md", "For whoever votes."),
        ("a_dot_py", "read_gadget = 1"),
        ("a_dot_py", "class GadgetKey: ..."),
        ("a_dot_js", "const newGadget = 1;"),
        ("gadget_dot_md", ""),
    ],
)
def test_an_avoided_word_is_found_with_its_replacement(tmp_path: Path, name: str, text: str) -> None:
    (fault,) = faults(tmp_path, **{name: text})
    assert fault.startswith(f"{name.replace('_dot_', '.')}: 1 avoided words, 0 allowed")
    assert "a noun" in fault or "voter token" in fault


@pytest.mark.parametrize(
    "text", ["`whoever` is code", "```\nwhoever\n```", "[a link](whoever.md)", "However,"]
)
def test_code_in_a_document_is_not_prose(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, a_dot_md=text) == []


def test_a_string_literal_is_not_prose(tmp_path: Path) -> None:
    assert faults(tmp_path, a_dot_py='x = "whoever"', b_dot_js='const x = "whoever";') == []


def test_an_allowance_may_only_shrink(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, '"a.md" = 2', a_dot_md="whoever")
    assert "lower its allowance of 2" in fault


def test_an_allowance_of_a_missing_file_is_reported(tmp_path: Path) -> None:
    assert faults(tmp_path, '"gone.md" = 1') == [f"gone.md: not in the tree; remove it from {LIST}"]

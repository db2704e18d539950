"""`dev release` writes heading and digests, commits and tags; a released contract can never change again."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from devkit.failure import Failure
from devkit.progress import Progress
from releases import changelog, digests
from releases.git import extract, has, run, version_tags
from releases.previous import previous_release
from releases.publish import Release
from releases.version import version
from rich.console import Console

UNRELEASED = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n"


def commit(root: Path, message: str = "Work") -> str:
    run("add", "--all", root=root)
    run("commit", "--quiet", "--allow-empty", "--message", message, root=root)
    return run("rev-parse", "HEAD", root=root)


def publish(root: Path, number: str) -> None:
    Release(number, root).publish(Progress(Console(quiet=True)))


@pytest.fixture(autouse=True)
def _fresh_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Mia")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "mia@example.com")
    yield
    version.cache_clear()


def version_of(root: Path) -> str:
    version.cache_clear()
    return version(root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a changelog and one contract."""
    root = tmp_path / "checkout"
    for folder in ("docs", "libs/contracts/schemas", "libs/contracts/examples"):
        (root / folder).mkdir(parents=True)
    (root / "docs/CHANGELOG.md").write_text(UNRELEASED)
    (root / "libs/contracts/schemas/vote_cast.v1.json").write_text("{}")
    (root / "libs/contracts/examples/vote_cast.v1.json").write_text('{"choice": "a"}')
    run("init", "--quiet", "--initial-branch", "main", root=root)
    commit(root)
    return root


def test_release_is_one_commit_with_heading_and_digests_and_its_tag(root: Path) -> None:
    before = commit(root)
    publish(root, "1.0.0")
    assert run("log", "--format=%s", f"{before}..v1.0.0", root=root) == "Release 1.0.0"
    assert run("status", "--porcelain", root=root) == ""
    assert changelog.released(root / "docs/CHANGELOG.md") == ["1.0.0"]
    assert changelog.unreleased_changes(root / "docs/CHANGELOG.md") == {}
    assert "- A thing." in run("tag", "--list", "--format=%(contents)", "v1.0.0", root=root)
    assert set(digests.frozen(root / "libs/contracts")) == {
        "schemas/vote_cast.v1.json",
        "examples/vote_cast.v1.json",
    }


def test_digests_are_in_the_format_of_sha256sum(root: Path) -> None:
    digests.freeze(root / "libs/contracts")
    check = ["sha256sum", "--check", "--strict", "--quiet", "released.sha256"]
    assert subprocess.run(check, cwd=root / "libs/contracts", check=False).returncode == 0


def test_changed_or_removed_released_contract_is_reported_with_the_recipe(root: Path) -> None:
    contracts = root / "libs/contracts"
    changed = contracts / "schemas/vote_cast.v1.json"
    changed.write_text('{"title": "before the release"}')
    assert digests.faults(contracts) == [], "nothing is frozen before a release"
    commit(root)
    publish(root, "1.0.0")
    assert digests.faults(contracts) == []
    changed.write_text("{ }")
    (contracts / "examples/vote_cast.v1.json").unlink()
    (contracts / "schemas/vote_cast.v2.json").write_text("{}")
    removed, other = digests.faults(contracts)
    assert removed.startswith("examples/vote_cast.v1.json is released and is missing")
    assert other.startswith("schemas/vote_cast.v1.json is released and has changed")
    assert digests.RECIPE in other


def test_next_release_freezes_only_new_files(root: Path) -> None:
    publish(root, "1.0.0")
    contracts = root / "libs/contracts"
    before = digests.frozen(contracts)
    (contracts / "schemas/vote_cast.v2.json").write_text("{}")
    (contracts / "schemas/vote_cast.v1.json").write_text("{ }")
    assert digests.freeze(contracts) == ["schemas/vote_cast.v2.json"]
    assert before.items() <= digests.frozen(contracts).items()
    assert len(digests.faults(contracts)) == 1


@pytest.mark.parametrize("number", ["1.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "1.0.0\n"])
def test_release_of_a_text_that_is_no_version_is_refused(root: Path, number: str) -> None:
    with pytest.raises(Failure, match="is not a version"):
        Release(number, root).refuse_unless_ready()


def test_release_of_an_uncommitted_change_is_refused(root: Path) -> None:
    (root / "new.txt").write_text("new")
    with pytest.raises(Failure, match="no commit contains") as refused:
        publish(root, "1.0.0")
    assert "new.txt" in refused.value.advice
    assert version_tags(root) == []


def test_release_from_another_branch_or_a_shallow_clone_is_refused(root: Path, tmp_path: Path) -> None:
    commit(root)
    run("clone", "--quiet", "--depth", "1", f"file://{root}", str(tmp_path / "shallow"), root=root)
    with pytest.raises(Failure, match="lacks older commits"):
        publish(tmp_path / "shallow", "1.0.0")
    run("checkout", "--quiet", "-b", "feature", root=root)
    with pytest.raises(Failure, match="on main, not on feature"):
        publish(root, "1.0.0")


def test_release_that_does_not_follow_the_newest_or_has_no_changes_is_refused(root: Path) -> None:
    publish(root, "1.0.0")
    for number in ("0.9.0", "1.0.0"):
        with pytest.raises(Failure, match=r"does not follow 1\.0\.0"):
            publish(root, number)
    with pytest.raises(Failure, match="no changes under Unreleased"):
        publish(root, "1.1.0")


def test_version_is_that_of_the_tag_and_counts_commits_after_it(root: Path) -> None:
    assert version_of(root) == f"0.0.0+g{run('rev-parse', '--short=7', 'HEAD', root=root)}"
    publish(root, "1.0.0")
    assert version_of(root) == "1.0.0"
    (root / "docs/CHANGELOG.md").write_text("changed")
    assert version_of(root) == "1.0.0+dirty"
    short = commit(root)[:7]
    assert version_of(root) == f"1.0.0+1.g{short}"


def test_version_without_tags_is_that_of_the_changelog(root: Path, tmp_path: Path) -> None:
    """A shallow clone after the release, and an archive that lies in another repository."""
    publish(root, "1.0.0")
    short = commit(root)[:7]
    shallow = tmp_path / "shallow"
    run("clone", "--quiet", "--depth", "1", "--no-tags", f"file://{root}", str(shallow), root=root)
    assert version_of(shallow) == f"1.0.0+g{short}"
    archive = extract("HEAD", root / "archive", root=root)
    assert version_of(archive) == "1.0.0+archive"


def test_previous_release_is_the_newest_tag_before_the_commit(root: Path, tmp_path: Path) -> None:
    assert previous_release(root) is None, "the only commit has none before it"
    publish(root, "1.0.0")
    assert previous_release(root) is None, "neither a tag nor the first commit's stand-in is here"
    (root / "docs/CHANGELOG.md").write_text(
        (root / "docs/CHANGELOG.md")
        .read_text()
        .replace("[Unreleased]", "[Unreleased]\n\n### Added\n\n- More.")
    )
    commit(root)
    assert previous_release(root) == "v1.0.0"
    publish(root, "1.1.0")
    assert previous_release(root) == "v1.0.0", "a release follows another one"
    run("clone", "--quiet", "--depth", "1", f"file://{root}", str(tmp_path / "shallow"), root=root)
    assert previous_release(tmp_path / "shallow") is None


def test_files_of_a_revision_are_extracted_and_a_missing_one_is_reported(root: Path, tmp_path: Path) -> None:
    first = commit(root)
    (root / "docs/CHANGELOG.md").write_text("changed")
    commit(root)
    found = extract(first, tmp_path / "first", "docs", root=root)
    assert (found / "docs/CHANGELOG.md").read_text() == UNRELEASED
    assert not (found / "libs").exists()
    assert has(first, root)
    assert not has("0" * 40, root)
    with pytest.raises(Failure, match="git archive"):
        extract("0" * 40, tmp_path / "none", root=root)


def test_difference_between_changelog_and_tags_is_reported() -> None:
    assert changelog.faults(["1.1.0", "1.0.0"], ["1.1.0", "1.0.0"]) == []
    assert changelog.faults(["1.0.0"], []) == [], "a clone without tags"
    assert changelog.faults(["1.0.0"], ["1.1.0", "1.0.0"]) == ["CHANGELOG.md has no entry for the tag v1.1.0"]
    assert "has no tag" in changelog.faults(["1.1.0", "1.0.0"], ["1.0.0"])[0]
    assert "newest release first" in changelog.faults(["1.9.0", "1.10.0"], [])[0]


def test_notes_of_a_release_have_no_relative_links(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text("## [1.0.0] - 2026-11-29\n\n- [Goals](slo.md), [form](https://x.example).\n")
    text = changelog.notes("1.0.0", path, "https://host.example/docs/")
    assert text == "- [Goals](https://host.example/docs/slo.md), [form](https://x.example).\n"


def test_changelog_of_this_checkout_agrees_with_its_tags() -> None:
    assert changelog.faults(changelog.released(), version_tags()) == []
    assert changelog.released() or changelog.unreleased_changes()


def test_released_contracts_of_this_checkout_are_unchanged() -> None:
    assert digests.faults() == []

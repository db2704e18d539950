"""How browser tests find or install Chromium."""

import os
from pathlib import Path

import pytest
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console
from testrunner import browser

QUIET = Progress(Console(quiet=True))


@pytest.fixture
def _no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_APPLICATION", tmp_path / "no application")


def put_program(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    return program


def test_chromium_from_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/opt/my/chromium")
    assert browser.ensure_chromium(QUIET) == Path("/opt/my/chromium")


@pytest.mark.usefixtures("_no_browser")
def test_an_installed_chromium_is_found(tmp_path: Path) -> None:
    chromium = put_program(tmp_path, "chromium")
    assert browser.ensure_chromium(QUIET) == chromium


@pytest.mark.usefixtures("_no_browser")
def test_headless_shell_is_preferred(tmp_path: Path) -> None:
    put_program(tmp_path, "chromium")
    shell = put_program(tmp_path, "chromium-headless-shell")
    assert browser.ensure_chromium(QUIET) == shell


@pytest.mark.usefixtures("_no_browser")
def test_a_missing_chromium_without_root_names_the_package_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Failure, match="need Chromium") as failure:
        browser.ensure_chromium(QUIET)
    assert "apt install chromium" in failure.value.advice


@pytest.mark.usefixtures("_no_browser")
def test_root_on_debian_installs_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    installer = put_program(tmp_path, "apt-get")
    installer.write_text(f'#!/bin/sh\nif [ "$1" = install ]; then : > {tmp_path}/chromium; '
                         f"/bin/chmod 755 {tmp_path}/chromium; fi\n")  # fmt: skip
    assert browser.ensure_chromium(QUIET) == tmp_path / "chromium"


@pytest.mark.usefixtures("_no_browser")
def test_the_whole_browser_is_installed_if_headless_shell_is_not_packaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    installer = put_program(tmp_path, "apt-get")
    installer.write_text(f'#!/bin/sh\ncase "$*" in *shell*) exit 100;; *chromium) : > {tmp_path}/chromium; '
                         f"/bin/chmod 755 {tmp_path}/chromium;; esac\n")  # fmt: skip
    assert browser.ensure_chromium(QUIET) == tmp_path / "chromium"


@pytest.mark.usefixtures("_no_browser")
@pytest.mark.parametrize(("exit_code", "used"), [(0, "chromium-headless-shell"), (100, "chromium")])
def test_root_on_debian_gets_headless_shell_beside_the_whole_browser_if_it_can_be_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, exit_code: int, used: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    put_program(tmp_path, "chromium")
    shell = tmp_path / "chromium-headless-shell"
    installs = f": > {shell}; /bin/chmod 755 {shell}" if exit_code == 0 else ":"
    put_program(tmp_path, "apt-get").write_text(f"#!/bin/sh\n{installs}\nexit {exit_code}\n")
    assert browser.ensure_chromium(QUIET) == tmp_path / used


@pytest.mark.usefixtures("_no_browser")
def test_a_failed_installation_reports_the_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    put_program(tmp_path, "apt-get").write_text("#!/bin/sh\necho no space left >&2; exit 100\n")
    with pytest.raises(Failure, match="apt-get update") as failure:
        browser.ensure_chromium(QUIET)
    assert failure.value.advice == "no space left"

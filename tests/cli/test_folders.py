"""A folder that cannot be used ends a command in one sentence that names its setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.paths import PROJECT_FOLDER


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("QOOERP_")}
    command = [sys.executable, "-m", "cli.main", *arguments]
    given = {**others, **variables}
    return subprocess.run(
        command, check=False, cwd=PROJECT_FOLDER, env=given, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", ["credentials", "check", "backup", "up"])
def test_a_state_folder_that_is_a_file_is_named(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    ended = run(command, QOOERP_HOME=str(file))
    assert ended.returncode == 1
    assert f"QOOERP_HOME: {file} cannot be used" in ended.stderr or f"{file} has no demo company" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_archive_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    ended = run("check", QOOERP_HOME=str(tmp_path / "home"), QOOERP_ARCHIVE_DIR=str(file / "archive"))
    assert ended.returncode == 1
    assert f"QOOERP_ARCHIVE_DIR: {file / 'archive'} cannot be used" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_is_there_by_its_short_name_too() -> None:
    for arguments in (["-h"], ["backup", "-h"], ["anomalies", "-h"]):
        ended = run(*arguments)
        assert ended.returncode == 0, ended.stderr
        assert "Usage" in ended.stdout

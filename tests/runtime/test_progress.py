from __future__ import annotations

import io
import threading

import pytest
from rich.console import Console

from runtime.progress import PlainProgress, SilentProgress, TerminalProgress, make_progress


class Watched(io.StringIO):
    """A stream that tells when a line of a kind was written."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self._awaited = awaited
        self.seen = threading.Event()

    def write(self, text: str) -> int:
        if self._awaited in text:
            self.seen.set()
        return super().write(text)


def test_a_short_step_says_only_that_it_is_done() -> None:
    stream = io.StringIO()
    with PlainProgress(stream).step("Schema"):
        pass
    assert stream.getvalue() == "Schema: done (0.0 s)\n"


def test_a_long_step_says_how_far_it_is() -> None:
    stream = Watched("3 of 12")
    progress = PlainProgress(stream, quiet_seconds=0.01, every_seconds=0.01)
    with progress.step("Orders"):
        progress.advance(3, 12)
        assert stream.seen.wait(5)
        progress.advance(12, 12)
    assert stream.getvalue().splitlines()[-1].startswith("Orders: done")
    assert stream.getvalue().splitlines()[-1].endswith(", 12)")


def test_a_step_inside_a_step_is_indented() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, quiet_seconds=0)
    with progress.step("Company"), progress.step("Orders"):
        progress.advance(1, 2)
    lines = stream.getvalue().splitlines()
    assert [line for line in lines if "done" in line] == ["  Orders: done (0.0 s)", "Company: done (0.0 s)"]


@pytest.mark.parametrize("terminal", [False, True])
def test_a_step_that_fails_says_so_and_lets_the_error_through(*, terminal: bool) -> None:
    stream = io.StringIO()
    progress = TerminalProgress(Console(file=stream, force_terminal=True)) if terminal else PlainProgress(stream)
    with pytest.raises(ValueError, match="broken"), progress.step("Load"):
        raise ValueError("broken")
    assert "failed" in stream.getvalue()


def test_a_terminal_sees_a_bar() -> None:
    stream = io.StringIO()
    progress = TerminalProgress(Console(file=stream, force_terminal=True, width=120))
    with progress.step("Orders"):
        progress.advance(7, 9)
        assert progress._display is not None
        progress._display.refresh()
    assert "7/9" in stream.getvalue()
    assert "done" in stream.getvalue()


def test_a_file_gets_plain_lines() -> None:
    assert isinstance(make_progress(io.StringIO()), PlainProgress)


def test_silence_is_possible(capsys: pytest.CaptureFixture[str]) -> None:
    progress = SilentProgress()
    with progress.step("Import"):
        progress.advance(1, 2)
    assert capsys.readouterr() == ("", "")

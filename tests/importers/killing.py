"""An import in a process of its own that ends itself in the middle."""

import importlib
import os
import signal
from pathlib import Path
from typing import Any

from importers.run import HELPED_FROM, run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings, load_settings
from tests.factories.forked import start_forked

Moment = tuple[str, str, int]
"""A module, a step of it, and the how-manieth time it is reached."""


def kill_import(
    settings: Settings, source: str, folder: Path, moment: Moment, *, helped_from: int = HELPED_FROM
) -> None:
    """Nothing: the import was killed at that moment, and not before or after."""
    dead = start_forked(_import_and_die, settings.database_name, source, folder, moment, helped_from)
    dead.join()
    assert dead.exitcode == -signal.SIGKILL


def _import_and_die(database: str, source: str, folder: Path, moment: Moment, helped_from: int) -> None:
    module, step, left = moment
    place = importlib.import_module(module)
    original = getattr(place, step)

    def kill(*given: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)

    setattr(place, step, kill)
    settings = load_settings().model_copy(update={"database_name": database})
    run_import(settings, source, folder, progress=SilentProgress(), helped_from=helped_from)

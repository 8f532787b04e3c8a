"""An import in a process of its own that ends itself in the middle."""

import signal
import subprocess
import sys
from pathlib import Path

from runtime.settings import Settings

PROJECT = Path(__file__).parents[2]
# The named step of the import kills its own process when it is reached for the given time.
_KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from runtime.progress import SilentProgress
from runtime.settings import load_settings
database, source, folder, module, step, times = sys.argv[1:]
place = importlib.import_module(module)
original, left = getattr(place, step), [int(times)]
def kill(*given, **named):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*given, **named)
setattr(place, step, kill)
from importers.run import run_import
settings = load_settings().model_copy(update={"database_name": database})
run_import(settings, source, Path(folder), progress=SilentProgress())
"""
Moment = tuple[str, str, int]
"""A module, a step of it, and the how-manieth time it is reached."""


def kill_import(settings: Settings, source: str, folder: Path, moment: Moment) -> None:
    """Nothing: the import was killed at that moment, and not before or after."""
    arguments = [settings.database_name, source, str(folder), *map(str, moment)]
    dead = subprocess.run(  # our own code, killed by itself
        [sys.executable, "-c", _KILLED, *arguments], cwd=PROJECT, capture_output=True, check=False
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()

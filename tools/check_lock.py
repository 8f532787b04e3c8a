"""Whether the lock file is complete and says nothing about where packages were fetched from."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
_ADDRESS = re.compile(r"https?://|file://|--(extra-)?index-url|--find-links|@ ")
_PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(\[[^]]*])?==", re.MULTILINE)


def problems(lock: str, wanted: list[str]) -> list[str]:
    """What is wrong with a lock file, given the requirements it must answer; empty when nothing is."""
    found = [
        f"line {number} names an address: {line.strip()}"
        for number, line in enumerate(lock.splitlines(), 1)
        if _ADDRESS.search(line) and not line.lstrip().startswith("#")
    ]
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    found += [f"no hash for {entry.split()[0]}" for entry in entries if _PINNED.match(entry) and "--hash=" not in entry]
    pinned = {match["name"] for match in _PINNED.finditer(lock)}
    found += [f"{name} of pyproject.toml is not locked: run `make lock`" for name in wanted if name not in pinned]
    return found


def wanted_names(pyproject: str) -> list[str]:
    """The names of the packages that pyproject.toml asks for, as a lock file writes them."""
    project = tomllib.loads(pyproject)["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0] for requirement in requirements]
    return sorted(re.sub(r"[-_.]+", "-", name).lower() for name in names)


def main() -> int:
    """1 when something is wrong, after saying what."""
    wanted = wanted_names((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    found = [
        f"{file}: {problem}"
        for file, names in (("requirements.lock", wanted), ("tools/bootstrap.lock", ["uv"]))
        for problem in problems((PROJECT / file).read_text(encoding="utf-8"), names)
    ]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the program is made of: `python tools/inventory.py` (make audit), without asking anybody.

Compares what is installed with the lock file, whose hashes the installer has checked, has the installer look for
conflicts, and writes the parts with their licences as CycloneDX to build/sbom.json, for a scanner of advisories.
Exit code 1 when something is installed that the lock file does not name, or in another version.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "tools/bootstrap.lock")
TARGET = PROJECT / "build" / "sbom.json"
_LOCKED = r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)"
_OWN = {"qooerp", "pip", "setuptools", "uv"}
"""What is there before the lock file is read."""


def locked() -> dict[str, str]:
    """The version of every package that a lock file names."""
    text = "\n".join((PROJECT / name).read_text(encoding="utf-8") for name in LOCKS)
    return {
        _plain(name): version
        for name, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text)
    }


def installed() -> dict[str, Distribution]:
    """Every package of the environment that runs this."""
    return {_plain(each.metadata["Name"]): each for each in distributions() if each.metadata["Name"]}


def differences(there: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """What is installed and not locked, or locked in another version."""
    return [
        f"{name} {version} is installed; the lock file says {wanted.get(name, 'nothing of it')}"
        for name, version in sorted(there.items())
        if name not in _OWN and wanted.get(name) != version
    ]


def bill_of_materials(parts: Mapping[str, Distribution]) -> dict[str, Any]:
    """The parts as CycloneDX 1.5 writes them, in the order of their names."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": name,
                "version": each.version,
                "purl": f"pkg:pypi/{name}@{each.version}",
                "licenses": [{"license": {"name": _licence(each)}}],
            }
            for name, each in sorted(parts.items())
        ],
    }


def main() -> int:
    """Compare, write, and say what was found."""
    parts = installed()
    found = differences({name: each.version for name, each in parts.items()}, locked())
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(bill_of_materials(parts), indent=1) + "\n", encoding="utf-8")
    conflicts = subprocess.run(
        [str(Path(sys.executable).parent / "uv"), "pip", "check", "--quiet"], cwd=PROJECT, check=False
    ).returncode
    for line in found:
        print(line)
    print(f"{len(parts)} parts, {len(found)} not as locked; {TARGET.relative_to(PROJECT)} lists them.")
    return 1 if found or conflicts else 0


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(part: Distribution) -> str:
    about = part.metadata.json
    told = str(about.get("license_expression") or about.get("license") or "")
    listed = [each.rpartition(" :: ")[2] for each in about.get("classifier", []) if "License" in each]
    return told.splitlines()[0][:80] if told.strip() else ", ".join(listed) or "not told"


if __name__ == "__main__":
    sys.exit(main())

"""A17: what is installed is what the lock file names, with hashes; what is not is said."""

import re

from runtime.paths import PROJECT_FOLDER
from tools.inventory import bill_of_materials, differences, installed, locked


def test_every_locked_package_has_its_hashes_and_no_address() -> None:
    text = (PROJECT_FOLDER / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert len(packages) >= len(locked()) - len(packages)
    assert [package.split("==")[0] for package in packages if "--hash=sha256:" not in package] == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_a_package_beside_the_lock_is_named() -> None:
    wanted = {"a": "1", "b": "2"}
    assert differences({"a": "1", "b": "2"}, wanted) == []
    assert differences({"a": "1", "b": "3", "c": "1"}, wanted) == [
        "b 3 is installed; the lock file says 2",
        "c 1 is installed; the lock file says nothing of it",
    ]


def test_the_inventory_lists_every_part_with_its_version() -> None:
    listed = {each["name"]: each["version"] for each in bill_of_materials(installed())["components"]}
    assert listed["psycopg"] == locked()["psycopg"]
    assert len(listed) == len(installed())

"""A pytest plugin that writes which test names which row of the feature list, under the names of the junit file."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from _pytest.junitxml import mangle_test_address


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write one line per mark: row, test."""
    with Path(os.environ["QOOERP_FEATURE_MARKS"]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for item in session.items:
            *classes, name = mangle_test_address(item.nodeid)
            for mark in item.iter_markers("feature"):
                writer.writerows((row, f"{'.'.join(classes)}::{name}") for row in mark.args)

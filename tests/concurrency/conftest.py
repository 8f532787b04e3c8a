"""The application under many clients: fixtures of the black box tests."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from tests.api.conftest import (  # noqa: F401  # pytest finds fixtures by their names here
    admin,
    anonymous,
    app,
    as_admin,
    http,
    item_id,
    make_tenant,
    services,
    shop,
)


@pytest.fixture(autouse=True)
def _no_dead_connections() -> Iterator[None]:
    """Connections that a test has killed go with it: collected during another one they would be held against that."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()

"""The application under many clients: fixtures of the black box tests."""

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

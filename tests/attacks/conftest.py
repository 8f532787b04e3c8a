"""The application as an attacker meets it: fixtures of the black box tests."""

from tests.api.conftest import (  # noqa: F401  # pytest finds fixtures by their names here
    admin,
    anonymous,
    app,
    as_admin,
    customer,
    http,
    item_id,
    make_role,
    make_tenant,
    make_user,
    services,
    shop,
)

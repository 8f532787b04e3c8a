"""A copy of a request is known for one whatever its verb did: answered as the first was, without a second effect."""

import pytest
from sqlalchemy import func, select
from starlette.requests import Request

from api.calls import Call
from api.context import Services
from tests.api.conftest import Login
from transactional.catalog.models import ItemCategory
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.kernel.writes import ROWS_MAX


def call_with(services: Services, principal: Principal, key: str) -> Call:
    headers = [(b"idempotency-key", key.encode())]
    scope = {"type": "http", "method": "POST", "path": "/many", "query_string": b"", "headers": headers}
    return Call(Request(scope), services, principal, b"{}")


@pytest.mark.feature("GW-09")
@pytest.mark.parametrize("rows", [1, ROWS_MAX + 1, 3 * ROWS_MAX])
def test_a_verb_that_only_wrote_rows_is_not_done_twice(
    services: Services, admin: Login, as_admin: Principal, rows: int
) -> None:
    """More rows than a round trip carries are under way before anything is looked at."""
    assert admin.tenant_id == as_admin.tenant_id

    def write(session: Session) -> dict[str, int]:
        insert_all(session, [ItemCategory(id=new_id(), code=f"C{new_id()}", name="Many") for _ in range(rows)])
        return {"rows": rows}

    first, copy = (call_with(services, as_admin, "once").write(write, status=201) for _ in range(2))
    assert (first.status_code, first.body) == (copy.status_code, copy.body) == (201, b'{"rows":%d}' % rows)
    assert ("Idempotent-Replayed" in first.headers, "Idempotent-Replayed" in copy.headers) == (False, True)
    with services.database.transaction(as_admin) as session:
        assert session.scalar(select(func.count()).select_from(ItemCategory)) == rows

"""What several roles of one user come to, without a database."""

from typing import Any
from uuid import UUID

import pytest

from transactional.kernel.field_access import Access, FieldRule, compile_access, hidden_codes, masked_text, veiled_codes
from transactional.kernel.policy import Place, RoleGrant, compile_filters
from transactional.resources import THINGS

REGION = "01980000-0000-7000-8000-000000000001"
USER = UUID("01980000-0000-7000-8000-00000000000a")


def role(*rights: str, scope: str = "all", hides: tuple[str, ...] = (), **more: Any) -> RoleGrant:
    """A role that may do this and hides that."""
    return RoleGrant(frozenset(rights), scope, more.get("rows", {}), frozenset(hides), more.get("fields", ()))


def masked(field: str, *states: str) -> FieldRule:
    """A rule that shows the end of a field only."""
    return FieldRule(field, Access.MASKED, frozenset(states))


@pytest.mark.feature("PERM-10")
def test_a_field_is_hidden_when_every_role_that_reads_the_thing_hides_it() -> None:
    blind, seeing, other = role("item.read", hides=("item.cost",)), role("item.read"), role("order.read")
    assert hidden_codes(compile_access([blind])) == {"item.cost"}
    assert hidden_codes(compile_access([blind, other])) == {"item.cost"}
    assert compile_access([blind, seeing]) == {}
    # Whom no role lets read items meets their cost on other things only: it stays hidden there.
    assert hidden_codes(compile_access([role("order.read", hides=("item.cost",)), other])) == {"item.cost"}


@pytest.mark.feature("PERM-11")
def test_a_role_that_only_reads_opens_no_field_for_writing() -> None:
    closed = role("supplier.*", fields=(FieldRule("supplier.tax_number", Access.READ),))
    assert compile_access([closed, role("supplier.read")]) == {"supplier.tax_number": {None: Access.READ}}
    assert compile_access([closed, role("supplier.*")]) == {}


@pytest.mark.feature("ARCH-07")
def test_the_least_masked_role_decides_state_by_state() -> None:
    always = role("supplier_bank_account.*", fields=(masked("supplier_bank_account.iban"),))
    approved = role("supplier_bank_account.*", fields=(masked("supplier_bank_account.iban", "approved"),))
    [states] = compile_access([always, approved]).values()
    assert states == {None: Access.WRITE, "approved": Access.MASKED}
    # A figure knows no state: what is masked in one is told in none.
    assert veiled_codes(compile_access([always, approved])) == {"supplier_bank_account.iban"}


def test_a_short_text_is_masked_whole() -> None:
    assert [masked_text(each) for each in ("DE89370400440532013000", "1234", "", None)] == ["3000", "", "", None]


@pytest.mark.feature("PERM-09")
def test_a_rule_compares_with_what_is_said_of_the_user() -> None:
    rows = {"customer": [{"field": "region", "operator": "in", "values": "user.regions"}]}
    grant = role("order.read", "customer.read", rows=rows)
    filters = compile_filters([grant], Place(USER, attributes={"regions": [REGION, "nowhere"]}), THINGS)
    assert filters["customer"] == [[{"field": "region_id", "operator": "in", "values": [REGION]}]]
    assert filters["order"] == [[{"field": "customer.region_id", "operator": "in_or_empty", "values": [REGION]}]]
    nothing = compile_filters([grant], Place(USER), THINGS)
    assert nothing["customer"] == [[{"field": "region_id", "operator": "in", "values": []}]]


@pytest.mark.feature("PERM-09")
def test_a_rule_limits_figures_by_a_thing_that_may_not_be_read_itself() -> None:
    rows = {"customer": [{"field": "region", "operator": "in", "values": [REGION]}]}
    limited = [[{"field": "region_id", "operator": "in", "values": [REGION]}]]
    looking = role("metric.read", "order.read", rows=rows)
    assert compile_filters([looking], Place(USER), THINGS)["customer"] == limited
    # Another role without the rule that looks at figures is an alternative; one that looks at none is not.
    assert compile_filters([looking, role("item.read")], Place(USER), THINGS)["customer"] == limited
    assert "customer" not in compile_filters([looking, role("metric.*")], Place(USER), THINGS)
    assert "customer" not in compile_filters([role("order.read", rows=rows)], Place(USER), THINGS)


@pytest.mark.feature("PERM-03")
def test_rows_of_two_roles_add_up() -> None:
    own, regional = (
        role("order.read", scope="own"),
        role("order.read", rows={"order": [{"field": "region", "values": [REGION]}]}),
    )
    [first, second] = compile_filters([own, regional], Place(USER), THINGS)["order"]
    assert first == [{"field": "created_by", "operator": "in", "values": [str(USER)]}]
    assert second == [{"field": "region_id", "operator": "in", "values": [REGION]}]
    assert "order" not in compile_filters([own, role("order.read")], Place(USER), THINGS)

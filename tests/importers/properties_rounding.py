"""Cents that add up."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from importers.rounding import CENT, carry_to_cents, fit_price, lines_to_cents, to_cents

amounts = st.lists(st.decimals(0, 10_000, places=6), max_size=80)


@given(amounts)
def test_lines_add_up_to_the_rounded_sum_and_none_is_off_by_a_cent(exact: list[Decimal]) -> None:
    cents = lines_to_cents(exact)
    assert sum(cents, Decimal(0)) == to_cents(sum(exact, Decimal(0)))
    assert all(abs(rounded - amount) < CENT for rounded, amount in zip(cents, exact, strict=True))


def test_the_line_that_rounding_treated_worst_takes_the_odd_cent() -> None:
    assert lines_to_cents([Decimal("1.004"), Decimal("2.001")]) == [Decimal("1.01"), Decimal("2.00")]


@given(st.lists(st.tuples(st.decimals(-1_000, 10_000, places=4), st.sampled_from("ab")), max_size=80))
def test_any_run_of_a_stream_adds_up_to_within_a_cent(drawn: list[tuple[Decimal, str]]) -> None:
    exact, streams = [amount for amount, _ in drawn], [stream for _, stream in drawn]
    cents = carry_to_cents(exact, streams)
    for stream in "ab":
        off = [mine - theirs for mine, theirs, own in zip(cents, exact, streams, strict=True) if own == stream]
        sums = [Decimal(0), *accumulate(off)]
        # From any amount to any other: the runs between two sums, the single amounts among them.
        assert max(sums) - min(sums) < CENT
    assert all(amount == mine for amount, mine in zip(exact, cents, strict=True) if amount == to_cents(amount))


@given(amounts, st.sampled_from([ROUND_CEILING, ROUND_FLOOR]))
def test_lines_add_up_to_a_total_that_was_carried(exact: list[Decimal], way: str) -> None:
    whole = sum(exact, Decimal(0))
    total = whole.quantize(CENT, rounding=way)
    cents = lines_to_cents(exact, total)
    assert sum(cents, Decimal(0)) == total
    assert all(abs(rounded - amount) < CENT for rounded, amount in zip(cents, exact, strict=True))


def test_an_amount_that_repeats_does_not_drift() -> None:
    freight = [Decimal("8.9985")] * 1_000
    assert sum(map(to_cents, freight)) - sum(freight) == Decimal("1.5")
    assert sum(carry_to_cents(freight, ["online"] * 1_000)) == sum(freight)


@given(st.integers(1, 500).map(Decimal), st.decimals("0.01", 4_000, places=4), st.sampled_from([-1, 0, 1]))
def test_a_fitted_price_comes_to_the_net_and_hardly_moves(qty: Decimal, price: Decimal, cents: int) -> None:
    net = max(to_cents(qty * price) + cents * CENT, Decimal(0))
    fitted = fit_price(qty, price, net)
    assert to_cents(qty * fitted) == net
    assert abs(fitted - price) <= 2 * CENT / qty

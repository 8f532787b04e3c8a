"""Batches keep every item's moves in the order of their days, whatever the history."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from importers.batches import Touch, cut_into_batches

START = date(2012, 1, 20)
touches = st.lists(
    st.builds(
        Touch,
        on=st.integers(0, 40).map(lambda days: START + timedelta(days=days)),
        rank=st.integers(0, 3),
        item=st.sampled_from("ABC"),
    ),
    max_size=60,
)


@given(touches)
def test_booking_rank_by_rank_never_goes_back_in_time(moved: list[Touch]) -> None:
    booked: list[Touch] = []
    for batch in cut_into_batches([], moved):
        booked += sorted([touch for touch in moved if touch.on in batch], key=lambda touch: (touch.rank, touch.on))
    assert len(booked) == len(moved)
    for item in "ABC":
        days = [touch.on for touch in booked if touch.item == item]
        assert days == sorted(days)


@given(touches)
def test_no_batch_spans_two_months_and_no_day_is_lost(moved: list[Touch]) -> None:
    extra = START + timedelta(days=3)
    batches = cut_into_batches([extra], moved)
    assert [day for batch in batches for day in batch] == sorted({extra, *[touch.on for touch in moved]})
    assert all(len({day.month for day in batch}) == 1 for batch in batches)


def test_items_that_do_not_matter_are_not_cut() -> None:
    days = [START, START + timedelta(days=1)]
    assert cut_into_batches(days, [Touch(days[0], 1, "A"), Touch(days[1], 0, "B")]) == [days]


def test_an_arrival_after_an_issue_starts_a_new_batch() -> None:
    days = [START, START + timedelta(days=1)]
    assert cut_into_batches(days, [Touch(days[0], 1, "A"), Touch(days[1], 0, "A")]) == [days[:1], days[1:]]

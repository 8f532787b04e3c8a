"""Names at the ends of lines: none upon another, none further off than it has to be, in the order of the lines."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.ends import ends_of, spread
from charts.marks import Line, Series

GAP = 15.0
CLOSE = 1e-6
heights = st.lists(st.floats(-1e4, 1e4), max_size=12)


@pytest.mark.feature("5.2.12")
@given(heights)
def test_names_keep_their_distance_and_their_order(wanted: list[float]) -> None:
    found = spread(wanted, GAP)
    ordered = sorted(found)
    assert all(upper - lower >= GAP - CLOSE for lower, upper in itertools.pairwise(ordered))
    pairs = [(a, b) for a in range(len(wanted)) for b in range(len(wanted)) if wanted[a] < wanted[b]]
    assert all(found[a] < found[b] for a, b in pairs)
    # As a whole nothing is pushed to one side, and what has room stays where it is.
    assert sum(found) == pytest.approx(sum(wanted), abs=CLOSE * 10)


@given(st.lists(st.integers(-100, 100), unique=True, max_size=12))
def test_what_has_room_stays(places: list[int]) -> None:
    wanted = [place * GAP for place in places]
    assert spread(wanted, GAP) == pytest.approx(wanted)


def test_three_at_one_height_stand_around_it() -> None:
    assert spread([100.0, 0.0, 0.0, 0.0], GAP) == [100.0, -15.0, 0.0, 15.0]


def test_the_last_point_with_a_height_is_the_end_of_a_named_line() -> None:
    named = Line(((0, 1.0), (1, 4.0), (2, None)), 0, Series(label="A"))
    hidden = Line(((0, 1.0),), 1, Series(label="B"), is_named=False)
    empty = Line(((0, None),), 2, Series(label="C"))
    assert [(end.x, end.y, end.series.label) for end in ends_of([named, hidden, empty])] == [(1, 4.0, "A")]

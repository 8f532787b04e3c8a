"""The shipped handbook: the right place is found, and nothing is cited where nothing fits."""

import pytest

from ai.embeddings.embedders import DEFAULT, Embedder, hashed_vectors
from ai.evals.retrieval import measure


@pytest.mark.feature("5.8.2")
def test_at_least_four_of_five_questions_about_the_handbook_are_right() -> None:
    found = measure(DEFAULT)
    assert found.answered_rightly >= 0.8
    assert found.at_three >= 0.9
    assert found.passes


def test_vectors_that_say_nothing_are_measured_as_such() -> None:
    blank = Embedder("blank", lambda texts: [[0.0] * 4 for _ in texts])
    assert measure(blank).by_vectors_alone < 0.2


def test_hashed_vectors_are_the_same_everywhere() -> None:
    [one], [again] = hashed_vectors(["tents"]), hashed_vectors(["tents"])
    assert one == again
    assert len(one) == 256
    assert abs(sum(value * value for value in one) - 1) < 1e-4

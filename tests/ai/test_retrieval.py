"""The shipped handbook: the right place is found, and nothing is cited where nothing fits."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
import yaml

from ai.embeddings.choosing import embedder_for
from ai.embeddings.embedders import DEFAULT, Embedder, Vector, hashed_vectors
from ai.embeddings.transformer import transformer_embedder
from ai.evals.retrieval import OTHER, QUESTIONS, measure
from ai.models.endpoint import ModelFailed
from runtime.settings import Settings


def _by_place(texts: Sequence[str]) -> list[Vector]:
    """One dimension a place: vectors of a model that would understand every question."""
    asked = [each for each in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8")) if "place" in each]
    places = sorted({each["place"] for each in asked})
    place_of = {each["question"]: each["place"] for each in asked}
    meant = [place_of.get(text, text.partition("\n")[0]) for text in texts]
    return [[float(place == each) for each in places] for place in meant]


KNOWING = Embedder("knowing", _by_place, 0.9)


@pytest.mark.feature("5.8.2")
def test_at_least_four_of_five_questions_about_the_handbook_are_right() -> None:
    found = measure(DEFAULT)
    assert found.answered_rightly >= 0.8
    assert found.at_three >= 0.9
    assert found.passes


def test_vectors_that_say_nothing_are_measured_as_such() -> None:
    blank = Embedder("blank", lambda texts: [[0.0] * 4 for _ in texts])
    assert measure(blank).by_vectors_alone < 0.2


@pytest.mark.feature("5.8.2")
def test_questions_in_other_words_are_found_by_meaning_and_not_by_letters() -> None:
    assert measure(DEFAULT, wording=OTHER).at_three < measure(DEFAULT).at_three
    assert measure(KNOWING, wording=OTHER).answered_rightly == 1.0
    assert measure(replace(KNOWING, meaning_from=math.inf), wording=OTHER).answered_rightly < 0.2


def test_an_unreadable_local_model_is_a_model_that_failed() -> None:
    with pytest.raises(ModelFailed):
        transformer_embedder("no/such/folder").embed(["tents"])


def test_one_maker_of_vectors_is_chosen() -> None:
    assert embedder_for(Settings()) is DEFAULT
    chosen = embedder_for(Settings(embedding_model="/models/all-MiniLM-L6-v2"))
    assert (chosen.name, chosen.meaning_from) == ("transformer:models/all-MiniLM-L6-v2", 0.5)


def test_hashed_vectors_are_the_same_everywhere() -> None:
    [one], [again] = hashed_vectors(["tents"]), hashed_vectors(["tents"])
    assert one == again
    assert len(one) == 256
    assert abs(sum(value * value for value in one) - 1) < 1e-4

"""Marts against the books, in steps and from scratch."""

from tests.warehouse.story import Story
from tests.warehouse.warehouse import Warehouse


def test_all_tests_of_the_project_pass_on_the_story(warehouse: Warehouse, story: Story) -> None:
    failed = [f"{result.unique_id}: {result.message}" for result in warehouse.test() if not result.succeeded]
    assert failed == []


def test_marts_grown_in_steps_equal_marts_built_from_scratch(warehouse: Warehouse, story: Story) -> None:
    warehouse.build(full=True)
    for mart, rows in story.grown.items():
        assert warehouse.rows(mart) == rows, mart

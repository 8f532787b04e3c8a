"""Every ready report, run over the marts of a company whose figures are known."""

from collections import Counter
from decimal import Decimal

import pytest

from olap.asker import Asker
from olap.service import Numbers
from reports.dashboards import Scope, boards, boards_for, show
from reports.run import Request, run
from reports.templates import templates, templates_for
from tests.warehouse.story import Story

AREAS = {"sales", "purchase", "stock", "production", "project", "finance", "hr"}
LEAST = 40
D = Decimal


@pytest.fixture
def asker(story: Story) -> Asker:
    return Asker(str(story.tenant_id), frozenset({"*"}))


@pytest.mark.feature("5.2.1")
def test_there_are_ready_reports_over_each_area(numbers: Numbers, asker: Asker) -> None:
    """None is left out for what it asks: each one can be run by somebody who may see everything."""
    usable = templates_for(numbers, asker)
    assert {each.key for each in usable} == set(templates())
    assert len(usable) >= LEAST
    assert set(Counter(each.area for each in usable)) == AREAS


@pytest.mark.feature("5.2.1")
@pytest.mark.parametrize("key", sorted(templates()))
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_each_ready_report_runs(key: str, locale: str, numbers: Numbers, story: Story) -> None:
    asker = Asker(str(story.tenant_id), frozenset({"*"}), locale=locale)
    template = templates()[key]
    sheet = run(numbers, Request(template.definition), asker)
    assert sheet.title == template.title[locale]
    assert sheet.columns
    assert all(len(line.cells) == len(sheet.columns) for line in sheet.lines)


@pytest.mark.feature("5.2.13")
@pytest.mark.parametrize("key", list(boards()))
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_each_tile_of_a_ready_dashboard_is_shown_to_who_may_see_everything(
    key: str, locale: str, numbers: Numbers, story: Story
) -> None:
    board, asker = boards()[key], Asker(str(story.tenant_id), frozenset({"*"}), locale=locale)
    assert board in boards_for(numbers, asker)
    shown = show(numbers, board.tiles, asker, scope=Scope())
    assert [each.tile.id for each in shown] == [each.id for each in board.tiles]
    assert [each.sheet.title for each in shown] == [each.definition.title[locale] for each in board.tiles]


@pytest.mark.feature("5.2.13")
def test_who_may_see_one_area_has_the_dashboard_of_it_alone(numbers: Numbers, story: Story) -> None:
    def keys(*rights: str) -> set[str]:
        return {each.key for each in boards_for(numbers, Asker(str(story.tenant_id), frozenset(rights)))}

    assert keys("metric.hr.read") == {"hr"}
    assert keys("metric.production.read") == {"production"}
    assert keys("metric.inventory.read").isdisjoint({"hr", "production", "project"})


@pytest.mark.feature("5.2.13")
def test_the_dashboard_of_projects_tells_what_the_story_posted(numbers: Numbers, asker: Asker) -> None:
    shown = show(numbers, boards()["project"].tiles, asker, scope=Scope(period={"end": "2099-12-31"}, compare="none"))
    figures = {each.tile.id: each.sheet for each in shown}
    assert figures["project_cost"].lines[0].cells == (D(450),)
    assert ("Town hall", D(450)) in [line.cells for line in figures["costs"].lines]


@pytest.mark.feature("5.2.1")
def test_the_report_of_projects_tells_what_the_story_posted(numbers: Numbers, asker: Asker) -> None:
    sheet = run(numbers, Request(templates()["projects_against_budget"].definition), asker)
    told = [tuple(cell for cell in line.cells) for line in sheet.lines]
    assert ("HALL", "Town hall", D(1000), D(450), D(550)) in told

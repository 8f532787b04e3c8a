"""The assistant on questions with known answers, over the companies that are loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from ai.evals.careless import careless_model
from ai.evals.cases import read_cases
from ai.evals.demo import WORLD as DEMO
from ai.evals.demo import judge_daily, read_daily
from ai.evals.judging import DAILY as DAILY_BOUNDS
from ai.evals.judging import OUTSIDE as OUTSIDE_BOUNDS
from ai.evals.judging import OWN, REWORDED, VERDICTS, Bounds, Outcome, Score, World, judge, score
from ai.evals.judging import UNMASTERED as UNMASTERED_BOUNDS
from ai.evals.outside import UNMASTERED, judge_outside, read_questions, read_reworded
from ai.evals.outside import WORLD as OUTSIDE
from ai.models.choosing import model_for
from ai.models.endpoint import Endpoint
from olap.asker import Asker
from olap.catalogue import dimension_values
from olap.engines.duckdb import DuckDBEngine
from olap.lake import Lake
from olap.service import Numbers
from runtime.settings import Settings, load_settings

COMPANIES = {"Alpenhof Outdoor GmbH": "demo", "Adventure Works Cycles": "adventureworks"}
MAPPING = Path(__file__).parents[2] / "importers" / "adventureworks" / "mapping.toml"


def evaluate() -> bool:
    """Ask the questions of ai/evals over the loaded companies and print a table: whether the bounds are kept."""
    settings = load_settings()
    worlds = worlds_of(settings)
    cases = read_cases()
    for missing in sorted({case.world for case in cases} - set(worlds)):
        typer.echo(f"Left out: the questions about {missing}, which is not loaded here.")
    passes = []
    if OUTSIDE in worlds:
        asked = judge_outside(read_questions(), worlds[OUTSIDE])
        passes.append(_reported("the rules alone, outside authors' questions", asked, OUTSIDE_BOUNDS))
        newest = judge_outside(read_questions(UNMASTERED), worlds[OUTSIDE])
        passes.append(_reported("the rules alone, outside authors' newest questions", newest, UNMASTERED_BOUNDS))
        reworded = judge_outside(read_reworded(), worlds[OUTSIDE])
        passes.append(_reported("the rules alone, those questions in other words", reworded, REWORDED))
    if DEMO in worlds:
        daily = judge_daily(read_daily(), worlds[DEMO])
        passes.append(_reported("the rules alone, daily questions", daily, DAILY_BOUNDS))
    outcomes = judge(cases, worlds)
    passes.append(_reported("the rules alone", outcomes))
    with careless_model() as careless:
        passes.append(_reported("beside a model that never says no", _helped(outcomes, worlds, careless)))
    if model := model_for(settings):
        passes.append(_reported(f"beside {model.name}", _helped(outcomes, worlds, model)))
    else:
        typer.echo("Left out: a language model, QOOERP_MODEL_URL is not set.")
    return all(passes)


def _helped(alone: Sequence[Outcome], worlds: Mapping[str, World], model: Endpoint) -> list[Outcome]:
    """The outcomes beside a model, which is asked only where the rules did not answer."""
    unanswered = [each.case for each in alone if each.status != "answered"]
    again = {id(each.case): each for each in judge(unanswered, worlds, model)}
    return [again.get(id(each.case), each) for each in alone]


def _reported(reader: str, outcomes: Sequence[Outcome], bounds: Bounds = OWN) -> bool:
    found = score(outcomes, bounds)
    Console().print(_table(found))
    typer.echo(
        f"{found.total} questions by {reader}; "
        f"{found.helpful} of {found.answerable} answerable right or asked back (at least {bounds.helpful_min:.0%}); "
        f"{len(found.wrong)} silently wrong (at most {bounds.wrong_max:.0%})."
    )
    for outcome in outcomes:
        _tell(outcome)
    return found.passes


def _tell(outcome: Outcome) -> None:
    if outcome.verdict != "right":
        typer.echo(f"{outcome.verdict.replace('_', ' ')}: {outcome.case.question} -> {outcome.text[:160]}")


def worlds_of(settings: Settings) -> Mapping[str, World]:
    """The companies that are loaded, by the name their questions have for them."""
    numbers = Numbers(
        DuckDBEngine.over(settings.lake_dir), settings.dbt_target_dir, today=lambda: datetime.now(UTC).date()
    )
    worlds = {}
    for tenant_id in Lake(settings.lake_dir).current().marts["dim_companies"].files:
        asker = Asker(tenant_id, frozenset({"*"}))
        for company in dimension_values(numbers, asker, "company"):
            if company in COMPANIES:
                world = COMPANIES[company]
                worlds[world] = World(numbers, tenant_id, _terms() if world == "adventureworks" else {})
    return worlds


def _terms() -> Mapping[str, str]:
    """The words for sales that the importer of AdventureWorks teaches."""
    terms: Mapping[str, str] = tomllib.loads(MAPPING.read_text(encoding="utf-8"))["settings"]["terms"]
    return terms


def _table(found: Score) -> Table:
    table = Table()
    for name in ("kind of question", *(each.replace("_", " ") for each in VERDICTS)):
        table.add_column(name)
    for kind, counts in found.counts.items():
        table.add_row(kind, *(str(counts[verdict]) for verdict in VERDICTS))
    return table

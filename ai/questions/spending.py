"""What something cost by the ledger: rent, the costs of a cost centre, what a project took and may take.

Paid, spent and cost are said of suppliers and prices as well; where an account, a cost centre or a project is named and
nothing that is bought or sold, what was posted there is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.dialect import VERBS
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import meant
from ai.questions.said import Named, Reading
from ai.questions.words import words_of

POSTED: Mapping[str, str] = {
    "account": "account_movement",
    "cost_centre": "operating_expenses",
    "project": "project_cost",
}
"""What was posted on each of them, the first that is named."""
ALONE: Mapping[str, frozenset[str]] = {
    "account": frozenset({"account", "account_code", "account_group", "statement_line", "journal"}),
    "cost_centre": frozenset({"cost_centre", "cost_centre_code", "unit", "unit_code"}),
    "project": frozenset({"project", "project_code"}),
}
"""What else the name of one of them may be without another thing being meant."""
PLANNED: Mapping[str, str] = {"project": "project_budget"}
COSTS = frozenset(
    ("cost", "costs", "expense", "expenses", "spend", "spent", "spending", "expenditure", "pay", "paid", "charged")
) | {"booked", "posted", "charges", "bill", "outlay"}
COSTS_CHINESE = ("费用", "成本", "花", "支出", "开支", "付", "入账", "合计", "多少钱")
PLAN = frozenset({"budget", "budgets", "预", "算"})
EVERYDAY = frozenset(
    ("list_price", "standard_cost", "operating_expenses", "purchase_spend", "payments_made", "budget_amount")
) | {"freight_revenue", "paid_to_suppliers"}
"""Figures that everyday words for costs name besides."""
SPENT = frozenset({"purchase_spend", "payments_made", "supplier_standard_price", "list_price", "payments_received"})
"""What verbs of paying and spending are measured by elsewhere."""


def settle_spending(reading: Reading, lexicon: Lexicon) -> None:
    """Costs of what the ledger alone knows are those that were posted there."""
    whose = _whose(reading)
    if whose is None or reading.has("why", "future"):
        return
    is_plan = bool(PLAN & set(reading.words)) and whose in PLANNED
    figure = PLANNED[whose] if is_plan else POSTED[whose]
    mentioned = {each.meanings[0].name for each in reading.metrics}
    done = {VERBS[verb][0] for verb in reading.verbs}
    if figure not in lexicon.metrics or mentioned - EVERYDAY or done - SPENT:
        return
    if whose != "project" and "operating_expenses" in mentioned:
        # Expenses are told by accounts and cost centres as they are.
        return
    if whose == "account" and not _named(reading, whose):
        figure = "operating_expenses"
    if not (is_plan or _is_of_costs(reading)):
        return
    first = reading.metrics[0] if reading.metrics else None
    said = replace(meant(figure, lexicon), word=first.word, start=first.start) if first else meant(figure, lexicon)
    reading.metrics = [said]
    reading.verbs = []
    reading.unplaced = [word for word in reading.unplaced if word not in COSTS]
    reading.dimensions = [name for name in reading.dimensions if name != "budget_name"]
    if any(name == whose for name in reading.dimensions) and _named(reading, whose) and whose not in reading.each:
        # The cost centre Logistics: the kind beside the name tells nothing more.
        reading.dimensions = [name for name in reading.dimensions if name != whose]
        reading.grouped = [name for name in reading.grouped if name != whose]
    for at, each in enumerate(reading.members):
        own = tuple(one for one in each.candidates if one.dimension == whose)
        reading.members[at] = replace(each, candidates=own or each.candidates)


def _whose(reading: Reading) -> str | None:
    """The account, cost centre or project that is named, or by which costs are to be told."""
    return next((name for name in POSTED if _named(reading, name) or name in reading.each), None)


def _named(reading: Reading, name: str) -> list[Named]:
    """The members that are of such a kind and of no other trade."""
    is_said = name in reading.dimensions
    return [
        each
        for each in reading.members
        if (kinds := {one.dimension for one in each.candidates}) & {name} and (is_said or kinds <= ALONE[name])
    ]


def _is_of_costs(reading: Reading) -> bool:
    text = "".join(reading.words)
    said = {word for each in reading.metrics for word in words_of(each.word)} | {*reading.words}
    return bool(COSTS & said) or any(each in text for each in COSTS_CHINESE)

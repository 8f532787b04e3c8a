"""Online Retail in our terms: what each sort of line becomes, and that none is lost.

| lines of the source | become |
|---|---|
| ordinary number, with a price | a sale, delivered and invoiced that day |
| ordinary number, price 0, positive, in an invoice that sells or has a customer | a line of that sale, given free |
| ordinary number, price 0, positive, nothing else on it and no customer | stock found |
| ordinary number, price 0, negative | stock written off |
| number with C, goods, covered by the customer's earlier sales at that price | a return with its credit note |
| number with C, everything else | a credit note that stands alone; listed with its reason |
| number with A | bad debt: an invoice or credit note on the bad debt account |

The opening stock is the least that keeps every day at zero or above, not counting on what comes back.
The source knows no payments: invoices stay open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from importers.countries import region_key
from importers.days import History, NamedDay
from importers.online_retail.masters import item_code, median_prices, plan_masters
from importers.online_retail.returns import SoldBook
from importers.plan import (
    CompanyPlan,
    Credit,
    CreditLine,
    Fate,
    Figure,
    Note,
    NoteKind,
    NoteLine,
    Paper,
    PaperKind,
    PaperLine,
    Plan,
    Sale,
    SaleLine,
    counted,
    recorded,
)
from importers.problems import RowProblem
from importers.rounding import CENT, lines_to_cents, to_cents
from importers.source import Row, Tables
from importers.stock import Flow, least_opening

ZERO = Decimal(0)
FILE = "online_retail.csv.gz"
PLACE = "MAIN"
SERVICE_CREDIT = "credited fee, discount or manual entry: nothing came back, credit note on its own"
REFUSED, NOTHING = "refused", "a service without price"
_NOT_BOOKED = {REFUSED: "listed below", NOTHING: "neither money nor goods: nothing to book"}
UNMATCHED = "no earlier sale of this item to this customer at this price: credit note on its own, no goods taken in"


@dataclass(slots=True)
class _Work:
    settings: Mapping[str, Any]
    plan: Plan
    goods: frozenset[str]
    costs: Mapping[str, Decimal]
    history: History
    sold: SoldBook = field(default_factory=SoldBook)
    flows: list[Flow] = field(default_factory=list)
    rows: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    amounts: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    def customer(self, row: Row) -> str:
        return str(row.customer) if row.customer is not None else str(self.settings["cash_customer"])

    def customers(self, rows: Iterable[Row]) -> set[str]:
        return {self.customer(row) for row in rows}

    def count(self, fate: str, row: Row) -> None:
        self.rows[fate] += 1
        self.amounts[fate] += row.qty * row.price

    def refuse(self, number: str, rows: list[Row], column: str, reason: str) -> None:
        self.plan.problems.append(RowProblem(FILE, rows[0].line, column, reason, number))
        for row in rows:
            self.count(REFUSED, row)


def make_plan(settings: Mapping[str, Any], tables: Tables) -> Plan:
    """The whole import, invoice by invoice in the order of their days."""
    company = CompanyPlan(
        code=settings["company_code"],
        name=settings["company_name"],
        currency_code=settings["currency_code"],
        country_code=settings["country_code"],
        first_year=settings["opening_on"].year,
        last_year=settings["ends_on"].year,
    )
    plan = Plan(company, locations={PLACE: "Main stock"})
    rows = tables["lines"]
    prefixes = tuple(settings["goods_prefixes"])
    goods = frozenset(code for code in {item_code(row.code) for row in rows} if code.startswith(prefixes))
    share = Decimal(settings["cost_share"])
    costs = {code: to_cents(price * share) for code, price in median_prices(rows).items()}
    plan.masters = plan_masters(settings, rows, goods, costs)
    plan.usual_location = dict.fromkeys(goods, PLACE)
    work = _Work(settings, plan, goods, costs, History.of(settings, "ends_on"))
    for number, lines in _invoices(rows):
        _book(number, lines, work)
    _close(work, tables)
    return plan


def _invoices(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    invoices: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        invoices[row.invoice].append(row)
    return sorted(invoices.items(), key=lambda pair: (pair[1][0].on, pair[1][0].line))


def _book(number: str, rows: list[Row], work: _Work) -> None:
    day = NamedDay("InvoiceDate", rows[0].on)
    if len({(row.customer, row.country, row.on) for row in rows}) > 1:
        work.refuse(number, rows, "InvoiceNo", "the invoice has several customers, countries or days")
    elif fault := work.history.fault(NamedDay(day.column, None), day):
        work.refuse(number, rows, *fault)
    elif number.startswith("C"):
        _book_cancellation(number, rows, work)
    elif number.startswith("A"):
        _book_bad_debt(number, rows, work)
    else:
        _book_invoice(number, rows, work)


def _book_invoice(number: str, rows: list[Row], work: _Work) -> None:
    is_sale = any(row.price for row in rows) or rows[0].customer is not None
    sold = [row for row in rows if is_sale and row.qty > 0 and row.price >= 0]
    moved = [row for row in rows if row.price == 0 and row.qty and (row.qty < 0 or not is_sale)]
    if len(sold) + len(moved) < len(rows):
        reason = "an ordinary invoice with a negative quantity at a price, a negative price or nothing at all"
        work.refuse(number, rows, "InvoiceNo", reason)
        return
    if sold:
        _book_sale(number, sold, work)
    if moved:
        _book_correction(number, moved, work)


def _book_sale(number: str, rows: list[Row], work: _Work) -> None:
    first = rows[0]
    nets = lines_to_cents([row.qty * row.price for row in rows])
    customer = work.customer(first)
    lines = []
    for row, net in zip(rows, nets, strict=True):
        item, qty = item_code(row.code), Decimal(row.qty)
        lines.append(SaleLine(str(row.line), item, qty, row.price, ZERO, net, ZERO))
        work.count("sold" if row.price else "given free", row)
        if item in work.goods:
            work.sold.sell((customer, item, row.price), number, str(row.line), qty)
            work.flows.append(Flow(item, row.on, -qty))
    sale = Sale(
        ref=number,
        customer=customer,
        ordered_on=first.on,
        lines=lines,
        delivered_on=first.on,
        region=region_key(first.country),
    )
    work.plan.sales.append(sale)


def _book_correction(number: str, rows: list[Row], work: _Work) -> None:
    lines = []
    for row in rows:
        item, qty = item_code(row.code), Decimal(row.qty)
        if item not in work.goods:
            work.count(NOTHING, row)
            work.plan.not_booked.append(RowProblem(FILE, row.line, "UnitPrice", _NOT_BOOKED[NOTHING], number))
            continue
        work.count("stock written off" if qty < 0 else "stock found", row)
        lines.append(PaperLine(item, qty, work.costs.get(item, ZERO) if qty > 0 else None))
        work.flows.append(Flow(item, row.on, qty))
    if lines:
        reason = " ".join((rows[0].description or "Stock correction").split())
        work.plan.papers.append(Paper(number, PaperKind.ADJUSTMENT, rows[0].on, lines, reason))


def _book_cancellation(number: str, rows: list[Row], work: _Work) -> None:
    customer = work.customer(rows[0])
    back: defaultdict[str, list[CreditLine]] = defaultdict(list)
    alone: list[NoteLine] = []
    for row in rows:
        item, qty = item_code(row.code), Decimal(-row.qty)
        taken = work.sold.take_back((customer, item, row.price), qty) if item in work.goods else []
        for sale, line, part in taken:
            back[sale].append(CreditLine(sale, line, part))
        if taken:
            work.count("taken back", row)
        else:
            reason = UNMATCHED if item in work.goods else SERVICE_CREDIT
            work.count(reason, row)
            alone.append(NoteLine(item, qty, row.price, to_cents(qty * row.price)))
    for sale, lines in back.items():
        work.plan.credits.append(Credit(f"{number}/{sale}", sale, rows[0].on, _merged(lines), f"Cancelled by {number}"))
    if alone:
        work.plan.notes.append(Note(number, NoteKind.CREDIT, customer, rows[0].on, alone))


def _merged(lines: Sequence[CreditLine]) -> list[CreditLine]:
    """One line for each line of the sale."""
    quantities: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        quantities[line.sale, line.line] += line.qty
    return [CreditLine(sale, line, qty) for (sale, line), qty in quantities.items()]


def _book_bad_debt(number: str, rows: list[Row], work: _Work) -> None:
    total = sum((row.qty * row.price for row in rows), ZERO)
    kind = NoteKind.INVOICE if total > 0 else NoteKind.CREDIT
    amount = to_cents(abs(total))
    for row in rows:
        work.count("bad debt", row)
    line = NoteLine(item_code(rows[0].code), Decimal(1), amount, amount)
    note = Note(number, kind, work.customer(rows[0]), rows[0].on, [line], is_bad_debt=True)
    work.plan.notes.append(note)


def _close(work: _Work, tables: Tables) -> None:
    plan = work.plan
    plan.papers.insert(0, _opening(work))
    rows, read = tables["lines"], tables.read["lines"]
    source, whole = _value(read), _value(rows)
    if len(read) > len(rows):
        work.rows[REFUSED] += len(read) - len(rows)
        work.amounts[REFUSED] += source - whole
    for name, count in sorted(work.rows.items()):
        reason = _NOT_BOOKED.get(name, "")
        plan.fates.append(Fate(name, count, work.amounts[name], not reason, reason))
    rounded = len(plan.sales) + sum(len(note.lines) for note in plan.notes) + sum(len(c.lines) for c in plan.credits)
    sold = work.rows["sold"] + work.rows["given free"]
    plan.figures += [
        Figure("lines accounted for", Decimal(len(read)), Decimal(sum(work.rows.values()))),
        recorded("customers", len(work.customers(rows)), "customers", work.customers(rows)),
        recorded("items", len(work.costs), "items", work.costs),
        counted("sales order lines", sold, sum(len(sale.lines) for sale in plan.sales)),
        Figure("net sales", source, _booked(plan), work.amounts[REFUSED], CENT * rounded),
    ]


def _value(rows: Iterable[Row]) -> Decimal:
    """Quantity times price, as far as both can be read."""
    return sum((row.qty * row.price for row in rows if row.qty is not None and row.price is not None), ZERO)


def _booked(plan: Plan) -> Decimal:
    """What the invoices less the credit notes will come to, each line of a sale to be credited as it was invoiced."""
    sold = {(sale.ref, line.ref): line for sale in plan.sales for line in sale.lines}
    total = sum((line.net_amount for line in sold.values()), ZERO)
    for credit in plan.credits:
        for line in credit.lines:
            origin = sold[line.sale, line.line]
            total -= to_cents(origin.net_amount * line.qty / origin.qty)
    for note in plan.notes:
        amount = sum((line.net_amount for line in note.lines), ZERO)
        total += amount if note.kind is NoteKind.INVOICE else -amount
    return total


def _opening(work: _Work) -> Paper:
    levels = least_opening(work.flows)
    lines = [PaperLine(item, qty, work.costs.get(item, ZERO)) for item, qty in sorted(levels.items()) if qty]
    on: date = work.settings["opening_on"]
    return Paper("opening", PaperKind.OPENING, on, lines, "The least stock that covers every later day")

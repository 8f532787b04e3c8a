"""The demo: two tenants that trade up to today, made once from one seed."""

import gc
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from random import Random
from uuid import UUID

from sqlalchemy import select

from runtime.demo_logins import DemoLogin, replace_logins
from runtime.processes import end_with_parent
from runtime.progress import Progress
from runtime.settings import DatabaseRole, Settings
from simulator.buying import Buying
from simulator.company import Cast, Plans, set_up, shrink
from simulator.demand import WantedOrder, orders
from simulator.irregularities import Planted, plant, spike
from simulator.making import Workshop, open_workshop
from simulator.stock import StockRoom
from simulator.trade import Trade, open_stock
from simulator.world import customers, items, suppliers
from transactional.identity.models import Tenant, User
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser, create_users
from transactional.kernel.clock import day_of, utc_now
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import update_all
from transactional.kernel.session import Database, Session

WEEKS = 104
ORDERS = 5_200
CUSTOMERS = 140
ROLES = ("admin", "sales_manager", "warehouse_clerk", "accountant", "buyer", "analyst")
SEATS = {"sales_manager": "SALES", "warehouse_clerk": "LOGISTICS", "accountant": "FINANCE", "buyer": "BUYING"}
"""The departments that people of a role work in."""


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """A tenant to make: its size is a share of the full demo."""

    slug: str
    name: str
    seed: int
    share: float


TENANTS = (
    DemoTenant("demo", "Alpenhof Outdoor GmbH", seed=7, share=1.0),
    DemoTenant("harbour", "Harbour Supply B.V.", seed=11, share=0.06),
)


def build_demo(settings: Settings, *, scale: float, progress: Progress) -> None:
    """Make the tenants that are missing, with their logins; a tenant is there whole or not at all."""
    missing = _missing(settings)
    if missing:
        with progress.step(f"Demo companies {', '.join(tenant.name for tenant in missing)}"):
            _make_beside(settings, missing, scale=scale, progress=progress)
    replace_logins(settings.home, [login for tenant in TENANTS for login in _logins(settings, tenant)])


def _missing(settings: Settings) -> list[DemoTenant]:
    database = Database(settings.database_url(DatabaseRole.APP), pool_size=1)
    try:
        return [tenant for tenant in TENANTS if not _exists(database, tenant.slug)]
    finally:
        database.close()


def _make_beside(settings: Settings, tenants: Sequence[DemoTenant], *, scale: float, progress: Progress) -> None:
    """The first is made here, the others meanwhile in processes of their own.

    Each uses one processor, and the database most of another.
    """
    first, *others = tenants
    ends_with_us = partial(end_with_parent, parent=os.getpid())
    with ProcessPoolExecutor(max(1, len(others)), get_context("spawn"), initializer=ends_with_us) as beside:
        made = [beside.submit(make_tenant, settings, tenant, scale=scale) for tenant in others]
        try:
            make_tenant(settings, first, scale=scale, progress=progress)
            for one in made:
                one.result()
        except BaseException:
            beside.shutdown(wait=False, cancel_futures=True)
            raise


def make_tenant(
    settings: Settings,
    tenant: DemoTenant,
    *,
    scale: float,
    progress: Progress | None = None,
    today: date | None = None,
) -> None:
    """Nothing: the tenant is there, made now or before; it has traded until the day before today."""
    database = Database(settings.database_url(DatabaseRole.APP))
    # Millions of short-lived rows and no cycles among them: looking for garbage costs a third of the time.
    gc.disable()
    try:
        if not _exists(database, tenant.slug):
            days = _days(today or day_of(utc_now()))
            _build(database, settings, tenant, days, scale=scale * tenant.share, progress=progress)
    finally:
        gc.enable()
        database.close()


def _exists(database: Database, slug: str) -> bool:
    with database.outside_tenants() as session:
        return session.scalar(select(Tenant.id).where(Tenant.slug == slug)) is not None


def _build(
    database: Database,
    settings: Settings,
    tenant: DemoTenant,
    days: tuple[date, date],
    *,
    scale: float,
    progress: Progress | None,
) -> None:
    """The whole tenant in one transaction: killed in the middle, nothing is there and the next start begins again."""
    now = utc_now()
    with database.transaction(system_principal(new_id(), channel="simulator")) as session:
        users = _people(settings, tenant)
        # Browsers take every name below localhost for this machine.
        new = NewTenant(slug=tenant.slug, name=tenant.name, admin=users[0], host=f"{tenant.slug}.localhost")
        admin = create_tenant(session, new, at=now)
        others = create_users(session, users[1:], at=now)
        session.principal = _acting(session.principal, admin.id)
        random = Random(tenant.seed)
        plans = Plans(items(random), customers(random, CUSTOMERS), suppliers(random))
        plans = shrink(plans, scale) if scale < 1 else plans
        cast = set_up(session, tenant.name, plans, days=days, random=random)
        _take_seats(session, others, cast)
        wanted = list(
            orders(random, days=days, total=round(ORDERS * scale), items=plans.items, customers=plans.customers)
        )
        wanted, strange = spike(wanted, days[1])
        trade = Trade(session, cast, plans, StockRoom(plans.items), random)
        open_stock(trade, wanted, days[0], weeks=WEEKS)
        buying = Buying(trade, days[0], size=Decimal(str(round(scale, 3))))
        workshop = open_workshop(session, cast, days[0], size=scale, months=WEEKS // 4)
        _trade(trade, buying, workshop, _by_week(wanted), days, progress)
        planted = [strange, *plant(trade, days[1])]
        _write_truth(settings, tenant, trade, planted)


def _trade(
    trade: Trade,
    buying: Buying,
    workshop: Workshop,
    weeks: dict[date, list[WantedOrder]],
    days: tuple[date, date],
    progress: Progress | None,
) -> None:
    week, done = days[0], 0
    while week <= days[1]:
        trade.run_week(week, weeks.get(week, []), until=days[1])
        buying.run_week(week, until=days[1])
        if done % 4 == 0:
            workshop.run_month(week, until=days[1])
        done += 1
        if progress:
            progress.advance(done, WEEKS)
        week += timedelta(days=7)


def _days(today: date) -> tuple[date, date]:
    """Two years of whole weeks, the last day being yesterday: today is left to whoever tries the demo."""
    last = today - timedelta(days=1)
    return last - timedelta(days=last.weekday() + 7 * (WEEKS - 1)), last


def _by_week(wanted: Sequence[WantedOrder]) -> dict[date, list[WantedOrder]]:
    weeks: defaultdict[date, list[WantedOrder]] = defaultdict(list)
    for order in wanted:
        weeks[order.ordered_on - timedelta(days=order.ordered_on.weekday())].append(order)
    return weeks


def _people(settings: Settings, tenant: DemoTenant) -> list[NewUser]:
    return [
        NewUser(
            username=login.username,
            name=login.role.replace("_", " ").capitalize(),
            password=login.password,
            email=f"{login.role}@{tenant.slug}.example",
            role_codes=(login.role,),
        )
        for login in _logins(settings, tenant)
    ]


def _logins(settings: Settings, tenant: DemoTenant) -> list[DemoLogin]:
    return [
        DemoLogin(
            tenant=tenant.slug,
            role=role,
            username=f"{role}@{tenant.slug}",
            password=settings.secrets.password(f"demo.{role}@{tenant.slug}"),
        )
        for role in ROLES
    ]


def _take_seats(session: Session, users: Sequence[User], cast: Cast) -> None:
    """Who works in a department belongs to its unit; administrator and analyst belong to none."""
    seated = [user for user in users if user.email.partition("@")[0] in SEATS]
    for user in seated:
        user.unit_id = cast.department_ids[SEATS[user.email.partition("@")[0]]]
    update_all(session, seated, User.unit_id)


def _acting(principal: Principal, user_id: UUID) -> Principal:
    return system_principal(principal.tenant_id, channel="simulator", user_id=user_id)


def _write_truth(settings: Settings, tenant: DemoTenant, trade: Trade, planted: Sequence[Planted]) -> None:
    """What was planted, kept outside the database: whoever looks for anomalies is judged by it."""
    folder = settings.home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    truth = {
        "tenant": tenant.slug,
        "counts": dict(trade.ledger.counts),
        "planted": [each.as_record() for each in planted],
    }
    (folder / f"truth-{tenant.slug}.json").write_text(json.dumps(truth, indent=2, default=str), encoding="utf-8")

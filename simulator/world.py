"""The company the demo is about: what it sells, to whom, from whom, and how each of them behaves."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

CITIES = {
    "DE": ("Hamburg", "Berlin", "München", "Köln", "Leipzig"),
    "NL": ("Rotterdam", "Utrecht", "Eindhoven"),
    "FR": ("Lyon", "Paris", "Nantes", "Lille"),
    "IT": ("Torino", "Milano", "Bologna"),
    "PL": ("Gdańsk", "Kraków", "Poznań"),
    "US": ("Denver", "Portland", "Boston", "Seattle", "Austin"),
}
REGIONS = (
    ("NORTH", "Northern Europe", ("NL", "PL")),
    ("CENTRAL", "Central Europe", ("DE",)),
    ("SOUTH", "Southern Europe", ("FR", "IT")),
    ("AMERICAS", "Americas", ("US",)),
)
TAX_RATES = {"DE": "0.19", "NL": "0.21", "FR": "0.20", "IT": "0.22", "PL": "0.23", "US": "0"}
CUSTOMER_CATEGORIES = (("RETAIL", "Retail chains"), ("SPECIAL", "Specialist shops"), ("ONLINE", "Online shops"))
SUPPLIER_CATEGORIES = (("MAKER", "Makers"), ("TEXTILE", "Textile mills"), ("IMPORT", "Importers"))
SHOP_WORDS = ("Trail", "Summit", "Ridge", "Camp", "Forest", "River", "Valley", "Stone", "Meadow", "Harbour", "Alpine")
SHOP_KINDS = ("Outfitters", "Sports", "Outdoor", "Supply", "Store", "Trading", "Gear")
SALESPEOPLE = ("Anna Berger", "Jonas Vogt", "Claire Martin", "Luca Rossi", "Mia Jansen", "Sam Carter")
BUYERS = ("Petra König", "Daan Visser", "Ewa Nowak")


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """What an item costs, sells for and how its demand moves."""

    code: str
    name: str
    category: str
    unit_cost: Decimal
    list_price: Decimal
    costing_method: str
    popularity: float
    peak_month: int
    seasonality: float
    supplier: int
    lead_time_days: int


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """How big a customer is, where, and how it pays."""

    code: str
    name: str
    category: str
    region: str
    country: str
    city: str
    currency: str
    size: float
    salesperson: int
    pay_delay_days: int
    credit_limit: Decimal | None


@dataclass(frozen=True, slots=True)
class SupplierPlan:
    """How well a supplier delivers."""

    code: str
    name: str
    category: str
    country: str
    late_share: float
    reject_share: float
    buyer: int


CATEGORIES: dict[str, tuple[str, int, float, tuple[tuple[str, str], ...]]] = {
    # code: (name, peak month, seasonality, ((item, cost), ...))
    "TENT": (
        "Tents",
        6,
        0.8,
        (
            ("Trekking tent 1P", "92"),
            ("Trekking tent 2P", "118"),
            ("Family tent 4P", "210"),
            ("Tarp 3x3", "31"),
            ("Bivy bag", "38"),
            ("Tent pegs, set of 10", "4.20"),
            ("Footprint 2P", "14.50"),
        ),
    ),
    "PACK": (
        "Backpacks",
        7,
        0.5,
        (
            ("Daypack 20 l", "24.80"),
            ("Daypack 28 l", "31.40"),
            ("Trekking pack 45 l", "58"),
            ("Trekking pack 65 l", "79"),
            ("Running vest 8 l", "33"),
            ("Rain cover", "6.10"),
            ("Dry bag 20 l", "8.90"),
        ),
    ),
    "SLEEP": (
        "Sleeping",
        6,
        0.6,
        (
            ("Down bag -5", "134"),
            ("Down bag -15", "189"),
            ("Synthetic bag 0", "62"),
            ("Foam mat", "11.30"),
            ("Air mat R4", "54"),
            ("Inflatable pillow", "9.40"),
            ("Silk liner", "22"),
        ),
    ),
    "COOK": (
        "Stoves and cookware",
        7,
        0.4,
        (
            ("Gas stove", "28.60"),
            ("Multi-fuel stove", "74"),
            ("Titanium pot 0.9 l", "26"),
            ("Pan set", "21.70"),
            ("Gas cartridge 230 g", "2.85"),
            ("Gas cartridge 450 g", "4.40"),
            ("Titanium spork", "3.90"),
            ("Water filter", "19.80"),
        ),
    ),
    "WEAR": (
        "Clothing",
        11,
        0.6,
        (
            ("Rain jacket women", "68"),
            ("Rain jacket men", "68"),
            ("Down jacket women", "87"),
            ("Down jacket men", "87"),
            ("Merino shirt", "29"),
            ("Trekking trousers", "36"),
            ("Gloves", "11.80"),
            ("Beanie", "6.40"),
            ("Gaiters", "15.20"),
        ),
    ),
    "SHOE": (
        "Footwear",
        4,
        0.4,
        (
            ("Hiking boot women", "71"),
            ("Hiking boot men", "71"),
            ("Trail runner women", "52"),
            ("Trail runner men", "52"),
            ("Approach shoe", "58"),
            ("Camp sandal", "17"),
            ("Wool socks", "5.20"),
        ),
    ),
    "LIGHT": (
        "Lights and navigation",
        12,
        0.7,
        (
            ("Head torch 200 lm", "14.20"),
            ("Head torch 500 lm", "27.50"),
            ("Camp lantern", "18.40"),
            ("Compass", "9.70"),
            ("GPS watch", "164"),
            ("Power bank 20 Ah", "23"),
        ),
    ),
}


def items(random: Random) -> list[ItemPlan]:
    """Every item; the last of each category is FIFO, cheap consumables are at standard cost, the rest average."""
    plans: list[ItemPlan] = []
    for category, (_, peak, seasonality, goods) in CATEGORIES.items():
        supplier = random.randrange(3)
        for position, (name, cost) in enumerate(goods):
            unit_cost = Decimal(cost)
            method = "fifo" if position == len(goods) - 1 else "standard" if unit_cost < 5 else "moving_average"
            margin = Decimal(str(round(random.uniform(1.55, 2.1), 2)))
            plans.append(
                ItemPlan(
                    code=f"{category}-{position + 1:02d}",
                    name=name,
                    category=category,
                    unit_cost=unit_cost,
                    list_price=(unit_cost * margin).quantize(Decimal("0.1")) - Decimal("0.05"),
                    costing_method=method,
                    popularity=random.lognormvariate(0, 0.6) * (2.5 if unit_cost < 10 else 1.0),
                    peak_month=peak,
                    seasonality=seasonality,
                    supplier=supplier * 4 + random.randrange(4),
                    lead_time_days=random.choice((10, 14, 21, 28)),
                )
            )
    return plans


def customers(random: Random, count: int) -> list[CustomerPlan]:
    """Customers of very different size, a tenth of whom pay late."""
    plans: list[CustomerPlan] = []
    names = [f"{word} {kind}" for word in SHOP_WORDS for kind in SHOP_KINDS]
    random.shuffle(names)
    for number in range(count):
        region, _, countries = random.choices(REGIONS, weights=(2, 4, 3, 2))[0]
        country = random.choice(countries)
        late = random.random() < 0.12
        plans.append(
            CustomerPlan(
                code=f"C{number + 1:04d}",
                name=names[number % len(names)] + ("" if number < len(names) else f" {number // len(names) + 1}"),
                category=random.choices(CUSTOMER_CATEGORIES, weights=(2, 5, 3))[0][0],
                region=region,
                country=country,
                city=random.choice(CITIES[country]),
                currency="USD" if country == "US" else "EUR",
                size=1 / (number + 3) ** 0.7,
                salesperson=number % len(SALESPEOPLE),
                pay_delay_days=random.randrange(25, 60) if late else random.randrange(-4, 6),
                credit_limit=None if number % 20 != 4 else Decimal(900_000),
            )
        )
    return plans


def suppliers(random: Random) -> list[SupplierPlan]:
    """Twelve suppliers, two of them unreliable."""
    words = (
        *("Nordtex", "Alpina", "Feldmann", "Kestrel", "Tatra", "Orbis"),
        *("Lumen", "Vela", "Pioneer", "Sirius", "Rheintal", "Costa"),
    )
    return [
        SupplierPlan(
            code=f"S{number + 1:03d}",
            name=f"{word} {'GmbH' if number % 2 else 'B.V.'}",
            category=SUPPLIER_CATEGORIES[number % 3][0],
            country=("DE", "NL", "PL", "IT")[number % 4],
            late_share=0.45 if number in {4, 9} else round(random.uniform(0.03, 0.15), 3),
            reject_share=0.09 if number == 4 else round(random.uniform(0.0, 0.02), 3),
            buyer=number % len(BUYERS),
        )
        for number, word in enumerate(words)
    ]

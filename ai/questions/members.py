"""Names of members as one asker sees them: held while the data version stays, looked up where they are too many."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from babel import Locale

from ai.questions.names import other_names
from ai.questions.words import key_of
from olap.asker import Asker
from olap.catalogue import dimension_values, member_names
from olap.service import Numbers

Key = tuple[str, ...]
_LEGAL_FORM = re.compile(
    r",?\s+(?:inc|ltd|llc|co|corp|gmbh|ag|corporation|company|limited|incorporated)\.?$", re.IGNORECASE
)
"""What a firm is by law is seldom said with its name."""
HELD_MAX = 60_000
"""A dimension with more members than this is looked up instead of held."""
INDEXES_KEPT = 8
FEW = 200
"""A dimension of so few members is a vocabulary of its own: a misspelt name in it is mended."""
LOOKED_UP_MAX = 20
COUNTRIES = ("country", "region_country", "supplier_country", "company_country")
ALIASES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("channel", "online"): ("internet", "web", "e-commerce", "webshop", "线上", "在线", "网上", "网络"),
    ("channel", "store"): ("offline", "in store", "reseller", "dealer", "经销商"),
    ("channel", "field"): ("offline", "in person", "through salespeople", "线下"),
    ("country", "US"): (
        "usa",
        "the us",
        "u.s",
        "u.s.a",
        "the u.s",
        "us customer",
        "america",
        "united states of america",
        "the states",
        "american",
    ),
    ("country", "GB"): ("uk", "great britain", "england", "british"),
    ("country", "DE"): ("german",),
    ("country", "FR"): ("french",),
    ("country", "CA"): ("canadian",),
    ("country", "AU"): ("australian",),
    ("country", "AT"): ("austrian",),
    ("country", "CH"): ("swiss",),
    ("country", "NL"): ("dutch",),
    ("country", "IT"): ("italian",),
    ("country", "ES"): ("spanish",),
    ("country", "CN"): ("chinese",),
    ("country", "JP"): ("japanese",),
    ("region_group", "Europe"): ("european",),
    ("region_group", "North America"): ("north american",),
    ("aging_bucket", "current"): ("not due",),
    ("customer_category", "Stores"): (
        "reseller",
        "dealer",
        "shop",
        "retailer",
        "retail store",
        "business customer",
        "经销商",
        "门店",
        "零售商",
    ),
    ("customer_category", "Individual customers"): (
        "individual",
        "consumer",
        "individual consumer",
        "private customer",
        "private person",
        "end customer",
        "retail customer",
        "individual buyer",
        "个人客户",
        "消费者",
    ),
    ("supplier_category", "Preferred vendors"): (
        "preferred",
        "preferred supplier",
        "preferred list",
        "our preferred list",
        "preferred vendor list",
        "优选供应商",
    ),
    ("purchase_status", "pending"): (
        "awaiting approval",
        "not yet approved",
        "waiting for approval",
        "待审批",
        "待处理",
    ),
    ("purchase_status", "approved"): ("已批准",),
    ("purchase_status", "complete"): ("completed", "已完成"),
    ("purchase_status", "rejected"): ("refused", "turned down", "已拒绝", "被拒绝"),
    ("supplier_activity", "inactive"): ("no longer active", "not active", "not active any more", "停用", "不再活跃"),
    ("gender", "female"): ("woman", "women", "females", "ladies", "女性", "女员工"),
    ("gender", "male"): ("man", "men", "males", "男性", "男员工"),
    ("marital_status", "married"): ("已婚",),
    ("marital_status", "single"): ("unmarried", "未婚", "单身"),
    ("pay_kind", "paid by the hour"): ("hourly paid", "paid hourly", "not salaried", "wage earner", "hourly employee"),
    ("pay_kind", "salaried"): ("on salary", "on a salary", "salaried employee", "月薪"),
    ("pay_frequency", "biweekly"): ("every two weeks", "twice a month", "bi weekly", "fortnightly"),
    ("pay_frequency", "monthly"): ("once a month", "every month"),
    ("shift", "Night"): ("night shift", "nights", "夜班", "晚班", "上夜班"),
    ("shift", "Day"): ("day shift", "days shift", "白班", "日班"),
    ("shift", "Evening"): ("evening shift", "evenings", "中班", "小夜班"),
    ("item_stage", "finished goods"): ("finished good", "finished product", "成品"),
    ("rate_from_currency", "USD"): ("dollar", "us dollar", "american dollar", "美元"),
    ("rate_to_currency", "GBP"): ("pound", "pound sterling", "british pound", "sterling", "英镑"),
    ("rate_to_currency", "JPY"): ("yen", "日元"),
    ("rate_to_currency", "MXN"): ("peso", "mexican peso"),
    ("rate_to_currency", "CNY"): ("yuan", "renminbi", "人民币"),
    ("payment_currency", "GBP"): ("pounds", "pounds sterling", "sterling"),
    ("item_category_group", "Bikes"): ("自行车", "单车", "bicycle"),
    ("item_category_group", "Accessories"): ("配件", "附件"),
    ("item_category_group", "Clothing"): ("服装", "clothes", "apparel", "garment"),
    ("item_category_group", "Components"): ("零部件", "部件"),
    ("item_source", "made"): (
        "make ourselves",
        "we make ourselves",
        "make ourselves rather than buy",
        "make rather than buy",
        "made ourselves",
        "produce ourselves",
        "manufacture ourselves",
        "made rather than bought",
        "自己生产",
        "made in house",
        "manufactured",
        "self made",
        "produced in house",
        "made by us",
        "自制",
    ),
    ("item_source", "bought"): (
        "bought in product",
        "bought in item",
        "bought in part",
        "purchased product",
        "purchased part",
        "purchased item",
        "bought from outside",
        "buy rather than make",
        "bought rather than made",
        "purchased rather than made",
        "purchased rather than manufactured",
        "外购",
    ),
    ("superior_title", "Chief Executive Officer"): ("ceo", "chief executive", "managing director", "首席执行官"),
    ("job_title", "Chief Executive Officer"): ("ceo", "chief executive", "首席执行官"),
    ("unit", "Purchasing"): ("采购部", "采购部门"),
    ("unit", "Production"): ("生产部", "生产部门"),
    ("unit", "Sales"): ("销售部", "销售部门"),
    ("unit", "Marketing"): ("市场部", "市场营销部"),
    ("unit", "Finance"): ("财务部", "财务部门"),
    ("unit", "Human Resources"): ("人力资源部", "人事部", "hr"),
    ("unit", "Engineering"): ("工程部",),
    ("unit", "Information Services"): ("信息部", "信息服务部", "it department"),
    ("unit", "Quality Assurance"): ("质量部", "质检部"),
    **{
        ("item_color", english): (chinese,)
        for english, chinese in (
            ("Red", "红色"),
            ("Black", "黑色"),
            ("Blue", "蓝色"),
            ("Silver", "银色"),
            ("Yellow", "黄色"),
            ("White", "白色"),
            ("Multi", "多色"),
            ("Grey", "灰色"),
        )
    },
    ("item_color", "Grey"): ("gray", "灰色"),
    ("item_color", "Multi"): ("multicoloured", "multicolored", "multicolour", "多色"),
}
"""Other names of members that mean the same in every company."""
FACTS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "customer_occupation": "occupation occupations profession professions job jobs 职",
        "customer_education": "education educated degree degrees school schooling 学 教",
        "customer_income": "income incomes earn earning 入",
        "commute_distance": "commute commuting distance",
        "store_specialty": "specialty speciality specialise specialising specialize specializing specialised focus",
        "store_internet": "internet connection",
        "store_brands": "brand brands",
        "store_bank": "bank banks banking",
        "business_type": "type",
        "cars_owned": "car cars",
        "child_count": "child children kids",
    }.items()
}
"""Facts of customers whose single words mean something else, where none of these words is said with them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a dimension."""

    dimension: str
    value: str


@dataclass
class Members:
    """All names that may be filtered by, for one asker at one data version."""

    numbers: Numbers
    asker: Asker
    dimensions: Sequence[Mapping[str, Any]]
    _looked_up: dict[str, tuple[Member, ...]] = field(default_factory=dict)

    @cached_property
    def held(self) -> Mapping[str, Sequence[str]]:
        """The members of every dimension that is small enough, by dimension."""
        found = {}
        for entry in self.dimensions:
            if entry["type"] == "text" and not entry["is_as_of"] and not entry["is_document"]:
                names = member_names(self.numbers, self.asker, entry["name"], limit=HELD_MAX + 1)
                if len(names) <= HELD_MAX:
                    found[entry["name"]] = names
        return found

    @cached_property
    def by_name(self) -> Mapping[Key, Sequence[Member]]:
        """Members by their whole name, by the names of countries behind codes, and by what else they are called."""
        found: defaultdict[Key, dict[Member, None]] = defaultdict(dict)
        for member, name in self._named():
            key = key_of(name)
            if key:
                found[key][member] = None
        return {key: tuple(members) for key, members in found.items()}

    def _named(self) -> Iterable[tuple[Member, str]]:
        for dimension, values in self.held.items():
            if set(values) <= {"true", "false"}:
                continue
            for value in values:
                member = Member(dimension, value)
                yield member, value
                for name in _other_names(dimension, value):
                    yield member, name

    @cached_property
    def by_word(self) -> Mapping[str, Sequence[Member]]:
        """Members by each word of their name."""
        found: defaultdict[str, list[Member]] = defaultdict(list)
        for key, members in self.by_name.items():
            for word in set(key):
                found[word].extend(members)
        return found

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Member, ...]]:
        """Categories of items that share the last word of their names, by that word: mountain, road, touring frames."""
        found: defaultdict[str, list[Member]] = defaultdict(list)
        for value in self.held.get("item_category", ()):
            key = key_of(value)
            if len(key) > 1:
                found[key[-1]].append(Member("item_category", value))
        return {
            word: tuple(members) for word, members in found.items() if len(members) > 1 and (word,) not in self.by_name
        }

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest name."""
        return min(max(map(len, self.by_name), default=0), 12)

    @cached_property
    def few_words(self) -> frozenset[str]:
        """The words of names in dimensions that have few members."""
        small = {name for name, values in self.held.items() if len(values) <= FEW}
        return frozenset(
            word for key, members in self.by_name.items() if any(m.dimension in small for m in members) for word in key
        )

    def holding(self, words: Sequence[str]) -> tuple[Member, ...]:
        """The members whose names hold all the words in a row."""
        key = key_of(" ".join(words))
        candidates = self.by_word.get(max(key, key=len), ()) if key else ()
        return tuple(member for member in dict.fromkeys(candidates) if _holds(key_of(member.value), key))

    def document(self, word: str) -> tuple[Member, ...]:
        """The documents and large dimensions' members that are called exactly so, whatever the letters' case."""
        if word not in self._looked_up:
            self._looked_up[word] = tuple(
                Member(entry["name"], value)
                for entry in self.dimensions
                if entry["type"] == "text" and not entry["is_as_of"] and entry["name"] not in self.held
                for value in dimension_values(self.numbers, self.asker, entry["name"], search=word, limit=LOOKED_UP_MAX)
                if value.casefold() == word
            )
        return self._looked_up[word]


class MemberCache:
    """The names of the last askers; two askers share them only where both see the same rows."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._kept: OrderedDict[Hashable, Members] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, numbers: Numbers, asker: Asker, dimensions: Sequence[Mapping[str, Any]]) -> Members:
        """The names as an asker sees them now."""
        stamp = numbers.vocabularies.current().stamp
        key = (id(numbers), asker.policy_hash, numbers.engine.version().id, stamp)
        with self._lock:
            known = self._kept.pop(key, None)
            if known is None or known.numbers is not numbers:
                known = Members(numbers, asker, dimensions)
            self._kept[key] = known
            while len(self._kept) > INDEXES_KEPT:
                self._kept.popitem(last=False)
            return known


def least_specific(members: Sequence[Member]) -> list[Member]:
    """Of one name found in several dimensions of one thing, that which tells most of it.

    A group takes in its parts; what holds now goes before what held then, and the document's own before the customer's.
    """
    spoken = [member for member in members if not member.dimension.endswith(("_code", "_path"))] or list(members)
    names = {(member.dimension, member.value) for member in spoken}
    return [
        member
        for member in spoken
        if not any(_is_beside(member, Member(*other)) for other in names if other[0] != member.dimension)
    ]


def _is_beside(member: Member, other: Member) -> bool:
    if member.value != other.value:
        return False
    name, base = member.dimension, other.dimension
    if base == f"{name}_group":
        # A department may be called as the group above it, and then has other people.
        return name != "unit"
    is_second = name.endswith(f"_{base}") and base in {"region", "country", "unit", "salesperson"}
    return is_second or (name.startswith(f"{base}_") and name != f"{base}_group")


def _other_names(dimension: str, value: str) -> Iterable[str]:
    if dimension in COUNTRIES and len(value) == 2:  # noqa: PLR2004  # codes of ISO 3166
        for language in ("en", "zh"):
            name = Locale(language).territories.get(value.upper())
            if name:
                yield name
        yield from ALIASES.get(("country", value), ())
    yield from (*ALIASES.get((dimension, value), ()), *other_names().get((dimension, value), ()))
    if dimension.startswith("region") and value in _territory_codes():
        yield Locale("zh").territories[_territory_codes()[value]]
    if dimension.endswith("currency") and len(value) == 3:  # noqa: PLR2004  # codes of ISO 4217
        for language in ("en", "zh"):
            name = Locale(language).currencies.get(value)
            if name:
                yield name
    if "_" in value:
        yield value.replace("_", " ")
    if dimension == "unit":
        yield f"{value} department"
    yield from _shorter(value)


def _shorter(value: str) -> Iterable[str]:
    """A name without the form of the firm, and without the code behind it that tells it from another."""
    plain = _LEGAL_FORM.sub("", value)
    if plain != value and " " in plain:
        yield plain
    if value.endswith(")") and " (" in value:
        yield value[: value.rindex(" (")]


@cache
def _territory_codes() -> Mapping[str, str]:
    """Codes of the parts of the world by their English names; countries are known by their own codes."""
    known = Locale("zh").territories
    return {name: code for code, name in Locale("en").territories.items() if code in known and code.isdecimal()}


def _holds(inside: Sequence[str], words: Sequence[str]) -> bool:
    return any(tuple(inside[at : at + len(words)]) == tuple(words) for at in range(len(inside) - len(words) + 1))


MEMBERS = MemberCache()

"""Words whose sense the rest of the question decides: the cheapest, the oldest, beaten quotas, figures of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from ai.questions.dialect import VERBS
from ai.questions.kinship import ITEM_DIMENSIONS, QUANTITIES
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of, meant, settle_documents, settle_owners
from ai.questions.said import Limit, Reading
from ai.questions.words import key_of, words_of

ONE = Decimal(1)
RANKED = frozenset({"customer", "item", "supplier", "employee"})
REFUSED = frozenset({"rejected", "refused"})
GOODS = frozenset(
    {"item", "items", "piece", "pieces", "goods", "product", "products", "part", "parts", "unit", "units"}
)
PRICED = frozenset(
    {"cheapest", "dearest", "priciest", "costliest", "most expensive", "least expensive", "lowest priced"}
    | {
        "最贵",
        "最贵的",
        "最便宜",
        "最便宜的",
        "最 贵",
        "最 贵 的",
        "最 便 宜",
        "最 便 宜 的",
        "highest priced",
        "most costly",
        "cheapest first",
        "expensive",
        "pricey",
        "costly",
    }
)
FAST, SLOW = frozenset({"fastest", "quickest", "soonest"}), frozenset({"slowest"})
AGED = frozenset({"oldest", "youngest"})
MISSED = frozenset({"missed", "miss", "short", "failed", "below", "under"})
REACHED = frozenset(
    {"beat", "exceeded", "exceed", "met", "meet", "reached", "reach", "reaching", "hit", "made", "attained"}
)
QUOTA = "quota_attainment_rate"
DONE_BY = {"hired_employee_count": ("employee_count", "current_employee_count")}
"""What is counted where a verb says what people did: employees who joined."""
BEGUN = frozenset({"started", "began", "start", "begun"})
PARTNERS: Mapping[str, Mapping[str, str]] = {
    "supplier": {"item_count": "supplying_supplier_count"},
    "item": {"recorded_supplier_count": "supplied_item_count"},
    "component": {"item_count": "component_count"},
}
"""What is counted of each where one kind is said to have a number of another: products with two vendors."""
CHANGED = {"list_price": "list_price_change_count", "standard_cost": "standard_cost_change_count"}
STAFF = "customer_staff"
OUTSIDERS = frozenset({"customer", "customer_account", "customer_category"})
ON_HAND = frozenset({"safety_stock", "reorder_point"})


def settle_senses(reading: Reading, lexicon: Lexicon) -> None:
    """Figures and bounds that no single word names."""
    _settle_refused(reading, lexicon)
    _settle_staff(reading, lexicon)
    _settle_priced(reading, lexicon)
    _settle_speed(reading, lexicon)
    _settle_ages(reading, lexicon)
    _settle_per_kind(reading, lexicon)
    _settle_changes(reading, lexicon)
    _settle_quota(reading)
    settle_documents(reading, lexicon)
    _settle_deeds(reading, lexicon)
    _settle_on_hand(reading, lexicon)
    _settle_supply(reading)
    _settle_count_behind(reading, lexicon)
    _settle_without_reason(reading, lexicon)
    _settle_fewest(reading)
    _settle_counted_partners(reading, lexicon)
    _settle_ranked_kind(reading, lexicon)
    settle_owners(reading, lexicon)


def _settle_refused(reading: Reading, lexicon: Lexicon) -> None:
    """Goods that were rejected are no rejected orders: their share is a figure, and otherwise nobody knows the word."""
    refused = [each for each in reading.members if each.word in REFUSED]
    if not refused or any("status" in each for each in reading.dimensions):
        return
    at = refused[0].start + refused[0].length
    is_of_goods = bool(GOODS & set(reading.words[at : at + 1])) or "item" in reading.dimensions
    if not is_of_goods:
        return
    reading.members = [each for each in reading.members if each not in refused]
    rate = lexicon.own("supplier_defect_rate")
    if reading.has("share", "percent") and rate in lexicon.metrics and not reading.grouped:
        reading.metrics = [meant(rate, lexicon)]
        reading.dimensions = [each for each in reading.dimensions if each != "item"]
        reading.operators = [each for each in reading.operators if each not in {"share", "percent"}]
        reading.verbs = [verb for verb in reading.verbs if VERBS[verb][0] != "receipt_value"]
    elif _is_rejected(reading, refused[0].start) and (found := lexicon.own("rejected_quantity")) in lexicon.metrics:
        reading.metrics = reading.metrics or [meant(found, lexicon)]
    else:
        # With the goods behind it, or it would be taken for rejected orders.
        reading.unplaced.append(" ".join(reading.words[refused[0].start : at + 1]))


def _is_rejected(reading: Reading, at: int) -> bool:
    """Whether goods were rejected, most often or at all, and no number of rejected pieces is named."""
    is_done = reading.words[at - 1 : at] in (["was"], ["were"], ["got"], ["been"])
    return is_done and reading.is_descending is not None and not reading.metrics


def _settle_staff(reading: Reading, lexicon: Lexicon) -> None:
    """Shops with more than 75 employees have them on their own staff."""
    named = {*reading.dimensions, *reading.parties, *(c.dimension for each in reading.members for c in each.candidates)}
    if not reading.limits or STAFF not in lexicon.metrics or not named & OUTSIDERS:
        return
    for at, mention in enumerate(reading.metrics):
        if first_of(mention) in _PEOPLE and mention.start == reading.limits[0].end:
            reading.metrics[at] = replace(meant(STAFF, lexicon), word=mention.word, start=mention.start)


def _ranking_words(reading: Reading) -> set[str]:
    return {each.word for each in reading.said if each.operator in {"top", "bottom"}}


def _settle_priced(reading: Reading, lexicon: Lexicon) -> None:
    """The cheapest product we sell has the lowest list price, whatever was sold of it."""
    said = _ranking_words(reading)
    if reading.metrics or reading.limits:
        return
    if said & PRICED and "list_price" in lexicon.metrics:
        of_suppliers = {"supplier"} & {
            *reading.dimensions,
            *(c.dimension for m in reading.members for c in m.candidates),
        }
        name = (
            "supplier_standard_price" if of_suppliers and "supplier_standard_price" in lexicon.metrics else "list_price"
        )
        reading.metrics.append(meant(name, lexicon))
    else:
        return
    reading.verbs = [
        verb for verb in reading.verbs if VERBS[verb][0] not in {"net_revenue", "list_price", "item_weight"}
    ]


def _settle_speed(reading: Reading, lexicon: Lexicon) -> None:
    """Who delivers fastest has the shortest time from the order to the goods."""
    said = set(reading.words)
    if reading.metrics or not said & (FAST | SLOW) or {"selling", "moving"} & said:
        return
    named = {*reading.dimensions, *(each.dimension for one in reading.members for each in one.candidates)}
    of_suppliers = any(name.startswith("supplier") for name in named)
    name = "agreed_lead_time_days" if of_suppliers else "average_shipping_days"
    if name not in lexicon.metrics:
        return
    reading.metrics.append(meant(name, lexicon))
    reading.is_descending = bool(said & SLOW)
    reading.unplaced = [word for word in reading.unplaced if word not in FAST]
    reading.verbs = [verb for verb in reading.verbs if VERBS[verb][0] != "delivered_quantity"]


def _settle_ages(reading: Reading, lexicon: Lexicon) -> None:
    """The oldest employee was born first, and was not hired first."""
    if not AGED & set(reading.words) or "birth_count" not in lexicon.metrics:
        return
    is_of_people = "employee" in reading.dimensions or any(first_of(each) in _PEOPLE for each in reading.metrics)
    if not is_of_people:
        return
    reading.metrics = [meant("birth_count", lexicon)]
    if "employee" not in reading.dimensions:
        reading.dimensions.append("employee")
        reading.grouped.append("employee")
    if "oldest" in reading.words and not reading.has("earliest"):
        reading.operators.append("earliest")


_PEOPLE = frozenset({"employee_count", "current_employee_count", "hired_employee_count", "birth_count"})


def _settle_per_kind(reading: Reading, lexicon: Lexicon) -> None:
    """On average per road bike sold is for one piece; per buying store, for each of the stores."""
    named = next((each for each in reading.members if _is_behind_per(reading, each.start)), None)
    if named is None or len(reading.metrics) != 1 or not reading.has("average"):
        return
    kinds = {each.dimension for each in named.candidates}
    figure = first_of(reading.metrics[0])
    pieces = lexicon.own(QUANTITIES.get(lexicon.own(figure), QUANTITIES.get(figure, "")))
    pieces = "ordered_quantity" if figure == "confirmed_order_value" else pieces
    if any(name.startswith("item") for name in kinds) and pieces in lexicon.metrics:
        reading.metrics.append(meant(pieces, lexicon))
        reading.operators = [*(each for each in reading.operators if each != "average"), "ratio"]
        reading.verbs = [verb for verb in reading.verbs if VERBS[verb][0] != "net_revenue"]
    elif "customer_category" in kinds and "customer_account" in lexicon.dimensions:
        reading.dimensions.append("customer_account")
        reading.grouped.append("customer_account")


def _is_behind_per(reading: Reading, start: int) -> bool:
    before = [word for word in reading.words[max(start - 2, 0) : start] if word not in {"buying", "active", "ordering"}]
    return before[-1:] == ["per"]


def _settle_changes(reading: Reading, lexicon: Lexicon) -> None:
    """How often, or when last, a list price changed is told from its changes."""
    if len(reading.metrics) != 1 or not reading.has("change") or reading.has("percent", "share", "versus"):
        return
    mention = reading.metrics[0]
    changed = CHANGED.get(first_of(mention))
    is_event = reading.has("when", "latest", "earliest", "count") or mention.is_counted
    if changed not in lexicon.metrics or not is_event:
        return
    reading.metrics = [meant(str(changed), lexicon)]
    reading.operators = [each for each in reading.operators if each not in {"change", "count"}]


def _settle_quota(reading: Reading) -> None:
    """Who beat the quota reached all of it; who missed it, less."""
    for mention in reading.metrics:
        said = set(words_of(mention.word))
        if first_of(mention) != QUOTA or reading.limits or reading.has("percent", "share", "average", "top", "bottom"):
            continue
        is_who = bool({"which", "who", "what", "many"} & set(reading.words))
        if is_who and said & MISSED:
            reading.limits.append(Limit("less", ONE))
        elif is_who and said & REACHED:
            reading.limits.append(Limit("at_least", ONE))


def _settle_deeds(reading: Reading, lexicon: Lexicon) -> None:
    """Employees who joined are those hired, and not all there are."""
    begun = [word for word in reading.unplaced if word in BEGUN]
    people = [each for each in reading.metrics if first_of(each) in DONE_BY["hired_employee_count"]]
    if (
        begun
        and len(people) == len(reading.metrics) == 1
        and reading.times
        and "hired_employee_count" in lexicon.metrics
    ):
        # How many employees started in January: who did was hired then.
        reading.metrics = [meant("hired_employee_count", lexicon, is_counted=people[0].is_counted)]
        reading.unplaced = [word for word in reading.unplaced if word not in BEGUN]
    for verb in list(reading.verbs):
        done = VERBS[verb][0]
        for at, mention in enumerate(reading.metrics):
            if first_of(mention) in DONE_BY.get(done, ()) and done in lexicon.metrics:
                reading.metrics[at] = meant(done, lexicon, is_counted=mention.is_counted)
                reading.verbs.remove(verb)
                return


def _settle_supply(reading: Reading) -> None:
    """Vendors who supply more than five products: the products are what is bounded."""
    if reading.limits and any(VERBS[verb][0] == "supplied_item_count" for verb in reading.verbs):
        reading.dimensions = [each for each in reading.dimensions if each != "item" or each in reading.grouped]
        reading.metrics = [each for each in reading.metrics if first_of(each) != "item_count"]


def _settle_count_behind(reading: Reading, lexicon: Lexicon) -> None:
    """Red products, how many kinds of them are there: in Chinese the count comes behind what is counted."""
    is_bare = not (reading.metrics or reading.verbs or reading.times or reading.limits or reading.grouped)
    is_bare = is_bare and reading.is_descending is None and reading.top is None and not reading.has_pieces
    if is_bare and reading.has("count") and reading.dimensions == ["item"] and "item_count" in lexicon.metrics:
        reading.metrics = [meant("item_count", lexicon, is_counted=True)]
        reading.dimensions, reading.counted = [], None


def _settle_on_hand(reading: Reading, lexicon: Lexicon) -> None:
    """Products below their safety stock have less in stock than that."""
    figures = [each for each in reading.metrics if not each.is_counted]
    if len(figures) != 1 or first_of(figures[0]) not in ON_HAND or reading.limits or len(reading.metrics) > 2:  # noqa: PLR2004
        return
    if reading.has("less", "more") and "stock_quantity" in lexicon.metrics:
        # How many products do counts them as well.
        reading.metrics.insert(len(reading.metrics) - 1, meant("stock_quantity", lexicon))


def _settle_without_reason(reading: Reading, lexicon: Lexicon) -> None:
    """Orders without a reason are not among those with one: they are all orders less those."""
    named = [first_of(each) for each in reading.metrics]
    known = {"order_count", "reasoned_order_count"} <= set(lexicon.metrics)
    if known and "sales_reason" in reading.missing and named in (["order_count"], ["reasoned_order_count"]):
        reading.missing.remove("sales_reason")
        reading.metrics = [meant("order_count", lexicon), meant("reasoned_order_count", lexicon)]
        reading.operators.append("difference")


def _settle_fewest(reading: Reading) -> None:
    """Fewest is said of what is counted, whatever it is worth: who bought the fewest helmets."""
    if reading.verbs and not reading.metrics and "fewest" in reading.words:
        named = {*reading.dimensions, *(c.dimension for each in reading.members for c in each.candidates)}
        reading.has_pieces = reading.has_pieces or bool(named & ITEM_DIMENSIONS)


def _settle_counted_partners(reading: Reading, lexicon: Lexicon) -> None:
    """How many products have more than one vendor: the vendors of each are what is bounded."""
    subjects = [each for each in reading.metrics if each.is_counted]
    partners = [each for each in reading.dimensions if each in PARTNERS and each not in reading.grouped]
    if not reading.limits or len(partners) != 1 or len(reading.metrics) != len(subjects) or len(subjects) != 1:
        return
    name = PARTNERS[partners[0]].get(first_of(subjects[0]), "")
    if name in lexicon.metrics:
        reading.dimensions.remove(partners[0])
        reading.metrics.append(meant(name, lexicon))


def _settle_ranked_kind(reading: Reading, lexicon: Lexicon) -> None:
    """The best private customers are customers: the name of the kind also says what is ranked."""
    if reading.is_descending is None or reading.dimensions or reading.grouped or reading.grains or reading.counted:
        return
    for member in reading.members:
        noun = words_of(member.word)[-1:]
        meanings = lexicon.phrases.get(key_of(" ".join(noun)), ()) if len(words_of(member.word)) > len(noun) else ()
        named = next((each.name for each in meanings if each.kind == "dimension" and each.name in RANKED), None)
        if named is not None:
            reading.dimensions.append(named)
            reading.grouped.append(named)
            return

"""Figures of documents, and documents that only say of what a figure is: freight on purchases, pieces on orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.dialect import COUNTED
from ai.questions.kinship import COUNTS_MEMBERS, LINES_OF, PART_OF, REFINED
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.said import Mention, Reading
from ai.questions.times import number_of
from ai.questions.words import words_of

OF_DOCUMENTS: Mapping[tuple[str, str], str] = {
    ("ordered_quantity", "production_order_count"): "production_ordered_quantity",
    ("ordered_quantity", "started_production_order_count"): "started_production_quantity",
    ("production_ordered_quantity", "started_production_order_count"): "started_production_quantity",
    ("production_scrapped_quantity", "started_production_order_count"): "started_scrapped_quantity",
    **{
        (stocked, orders): "produced_quantity"
        for stocked in ("reported_stocked_quantity", "stock_receipts_quantity")
        for orders in ("production_order_count", "started_production_order_count", "finished_production_order_count")
    },
    ("ordered_quantity", "written_purchase_order_count"): "written_purchase_quantity",
    ("ordered_quantity", "purchase_order_count"): "purchased_quantity",
    ("order_freight", "written_purchase_order_count"): "purchase_order_freight",
    ("order_freight", "purchase_order_count"): "purchase_order_freight",
    ("freight_revenue", "purchase_order_count"): "purchase_order_freight",
    ("order_tax", "written_purchase_order_count"): "purchase_order_tax",
    ("order_tax", "purchase_order_count"): "purchase_order_tax",
    ("output_tax", "purchase_order_count"): "purchase_order_tax",
    ("order_total_value", "written_purchase_order_count"): "purchase_order_total_value",
    ("order_total_value", "purchase_order_count"): "purchase_order_total_value",
    ("confirmed_order_value", "written_purchase_order_count"): "written_purchase_order_value",
    ("confirmed_order_value", "purchase_order_count"): "purchase_order_value",
    ("order_line_count", "written_purchase_order_count"): "purchase_line_count",
    ("order_line_count", "purchase_order_count"): "purchase_line_count",
}
"""A figure said beside the documents of another side of the business: freight on purchase orders."""
OF_SAME_WORK: Mapping[tuple[str, str], str] = {
    ("ordered_quantity", "production_scrapped_quantity"): "production_ordered_quantity",
    ("ordered_quantity", "started_scrapped_quantity"): "started_production_quantity",
    ("production_ordered_quantity", "started_scrapped_quantity"): "started_production_quantity",
    ("ordered_quantity", "produced_quantity"): "production_ordered_quantity",
    ("ordered_quantity", "reported_rejected_quantity"): "written_purchase_quantity",
    ("ordered_quantity", "reported_received_quantity"): "written_purchase_quantity",
    ("ordered_quantity", "arrived_quantity"): "purchased_quantity",
    ("ordered_quantity", "rejected_quantity"): "purchased_quantity",
}
"""What ordered pieces are where another figure tells that goods were made or bought: scrap of those ordered."""
PIECES_ON = {
    "production_order_count": "production_ordered_quantity",
    "started_production_order_count": "started_production_quantity",
    "written_purchase_order_count": "written_purchase_quantity",
    "purchase_order_count": "purchased_quantity",
    "order_count": "ordered_quantity",
}
"""What the pieces on documents are, where those are said behind them."""
SCRAPPED_ON = {
    "production_order_count": "production_scrapped_quantity",
    "started_production_order_count": "started_scrapped_quantity",
}
"""And what they are told by a reason for scrap, or asked for one: those that were scrapped for it."""


def settle_documents(reading: Reading, lexicon: Lexicon) -> None:
    """What documents beside a figure say of it."""
    begun = {each.start for each in reading.metrics}
    # Actual routing hours: the word says of the figure behind it that it is no plan.
    reading.metrics = [each for each in reading.metrics if each.word != "actual" or each.start + 1 not in begun]
    _settle_same_work(reading, lexicon)
    _settle_largest(reading, lexicon)
    _settle_ranked(reading, lexicon)
    _settle_documents(reading, lexicon)
    _settle_part_of_ordered(reading, lexicon)
    _settle_lines(reading)


def settle_owners(reading: Reading, lexicon: Lexicon) -> None:
    """Documents that are no figure of their own: pieces stand on them, they head or own a figure."""
    _settle_scrap(reading, lexicon)
    _settle_pieces_on(reading, lexicon)
    _settle_headed(reading)
    _settle_owners(reading, lexicon)


def meant(name: str, lexicon: Lexicon, *, is_counted: bool = False) -> Mention:
    """A figure as if it had been said by its name."""
    return Mention((Meaning("metric", name, str(lexicon.metrics[name]["label"]), NAME_WEIGHT),), name, 0, is_counted)


def first_of(mention: Mention) -> str:
    """The figure that a phrase most likely names."""
    return mention.meanings[0].name


def _settle_ranked(reading: Reading, lexicon: Lexicon) -> None:
    """The three largest orders by freight are told one by one, each by its number, and not how many there are."""
    documents = [each for each in reading.metrics if COUNTED.get(first_of(each), ("",))[0].endswith("_number")]
    figures = [each for each in reading.metrics if each not in documents and not each.is_counted]
    if reading.is_descending is None or reading.limits or len(documents) != 1 or len(figures) != 1:
        return
    named, figure = documents[0], figures[0]
    number = COUNTED[first_of(named)][0]
    measured = OF_DOCUMENTS.get((first_of(figure), first_of(named)), first_of(figure))
    is_each = (named.is_asked and named.start < figure.start) or _is_ranked(named, reading)
    is_told = measured in lexicon.metrics and number in lexicon.metrics[measured]["dimensions"]
    if named.is_counted or not is_each or not is_told or set(reading.dimensions) - {number}:
        return
    if number not in reading.dimensions:
        reading.dimensions.append(number)
    if number not in reading.grouped:
        reading.grouped.append(number)
    if (first_of(figure), first_of(named)) not in OF_DOCUMENTS:
        reading.metrics.remove(named)


def _settle_same_work(reading: Reading, lexicon: Lexicon) -> None:
    """Pieces ordered are those of the work or the purchase that the figure beside them is of."""
    for at, mention in enumerate(reading.metrics):
        found = next(
            (
                OF_SAME_WORK[one.name, first_of(other)]
                for other in reading.metrics
                for one in mention.meanings
                if OF_SAME_WORK.get((one.name, first_of(other))) in lexicon.metrics
            ),
            None,
        )
        if found is not None:
            reading.metrics[at] = replace(meant(found, lexicon), word=mention.word, start=mention.start)


def _settle_largest(reading: Reading, lexicon: Lexicon) -> None:
    """Which store had the highest single order: the order by what it is worth, with whose it is."""
    named = reading.metrics[0] if len(reading.metrics) == 1 else None
    if named is None or reading.is_descending is None or reading.limits or not reading.dimensions or named.is_counted:
        return
    number, measure = COUNTED.get(first_of(named), ("", ""))
    is_one = number.endswith("_number") and not named.is_asked and _is_ranked(named, reading)
    is_told = measure in lexicon.metrics and {number, *reading.dimensions} <= set(
        lexicon.metrics[measure]["dimensions"]
    )
    if is_one and is_told and number not in reading.dimensions:
        reading.metrics = [replace(meant(measure, lexicon), word=named.word, start=named.start)]
        reading.dimensions.append(number)
        reading.grouped.append(number)


ORDERED = frozenset({"ordered", "order", "订购"})


def _settle_part_of_ordered(reading: Reading, lexicon: Lexicon) -> None:
    """Scrap in percent of the pieces ordered: those of the same work orders, where the verb alone names them."""
    parts = [each for each in reading.metrics if first_of(each) in PART_OF]
    figures = [
        each for each in reading.metrics if first_of(each) not in COUNTED and first_of(each) not in COUNTS_MEMBERS
    ]
    said = [verb for verb in reading.verbs if verb in ORDERED]
    is_part = bool({"share", "percent", "ratio"} & {each.operator for each in reading.said})
    if not (said and is_part) or len(parts) != 1 or figures != parts or reading.limits:
        return
    whole = PART_OF[first_of(parts[0])]
    if whole in lexicon.metrics and not parts[0].is_counted:
        reading.metrics = [parts[0], replace(meant(whole, lexicon), word=said[0], start=_place_of(said[0], reading))]
        reading.verbs = [verb for verb in reading.verbs if verb not in said]
        used = {"share", "percent", "ratio"}
        reading.operators = [each for each in reading.operators if each not in used] + ["ratio"]
        reading.said = [each for each in reading.said if each.operator not in used]


def _place_of(word: str, reading: Reading) -> int:
    return reading.words.index(word) if word in reading.words else 0


NUMEROUS = frozenset({"most", "the most", "fewest", "the fewest", "least", "the least"})
"""Said of documents these are how many of them there are."""


def _is_ranked(mention: Mention, reading: Reading) -> bool:
    """Whether documents stand right behind what ranks them, with only numbers, names and days between."""
    ranks = [each for each in reading.said if each.operator in {"top", "bottom"} and each.word not in NUMEROUS]
    named = {at for each in reading.members for at in range(each.start, each.start + each.length)}
    for each in ranks:
        between = range(each.start + len(words_of(each.word)), mention.start)
        known = {"single", "individual", "sales", "of", "our", "张", "笔", "个", "份", "的"}
        words = [reading.words[at] for at in between if at not in named]
        if each.start < mention.start and all(word.isdecimal() or number_of(word) or word in known for word in words):
            return True
    return False


def _settle_documents(reading: Reading, lexicon: Lexicon) -> None:
    """Freight on purchase orders is theirs and not that of sales; the documents are only named with it."""
    if len(reading.metrics) != 2:  # noqa: PLR2004  # a figure and its documents
        return
    for one, other in ((0, 1), (1, 0)):
        if first_of(reading.metrics[one]) in {
            told for (said, _), told in OF_DOCUMENTS.items() if said == first_of(reading.metrics[other])
        }:
            # The total due of purchase orders, tax and freight included: the same said twice.
            reading.metrics.pop(other)
            return
        figure, documents = reading.metrics[one], reading.metrics[other]
        found = next(
            (
                OF_DOCUMENTS[each.name, beside.name]
                for each in figure.meanings
                for beside in documents.meanings
                if OF_DOCUMENTS.get((each.name, beside.name)) in lexicon.metrics
            ),
            None,
        )
        if found is None:
            continue
        is_mean = first_of(figure) == "order_line_count" and (reading.has("average") or _is_per(reading, documents))
        said = meant(found, lexicon, is_counted=figure.is_counted)
        named = Mention(said.meanings, figure.word, figure.start, figure.is_counted)
        reading.metrics = [named, documents] if is_mean else [named]
        return


def _settle_lines(reading: Reading) -> None:
    """The order with the most lines, or with only one: orders told one by one by their lines."""
    names = [first_of(each) for each in reading.metrics]
    pair = next(((a, b) for a in names for b in names if (a, b) in LINES_OF), None)
    if pair is None or reading.limits or reading.is_descending is None:
        return
    reading.metrics = [each for each in reading.metrics if first_of(each) == pair[0]]
    reading.dimensions.append("order_number")
    reading.grouped.append("order_number")


def _is_per(reading: Reading, mention: Mention) -> bool:
    return reading.words[mention.start - 1 : mention.start] in (["per"], ["each"], ["every"])


SCRAPPING = ("production_order_count", "scrapping_order_count")
COSTS = frozenset({"list_price", "standard_cost"})
HAVING = frozenset({"had", "have", "has", "having", "with", "any"})


def _settle_scrap(reading: Reading, lexicon: Lexicon) -> None:
    """Reasons for scrap cost pieces and no money; work orders that had scrapped pieces are counted as orders."""
    told_by = {*reading.dimensions, *(each.dimension for named in reading.members for each in named.candidates)}
    scrapped = SCRAPPED_ON["production_order_count"]
    names = {first_of(each) for each in reading.metrics}
    if "scrap_reason" in told_by and reading.has_pieces and names <= COSTS and scrapped in lexicon.metrics:
        reading.metrics = [meant(scrapped, lexicon)]
        return
    orders, scrapping = SCRAPPING
    pieces = [each for each in reading.metrics if first_of(each) == scrapped]
    counted = [each for each in reading.metrics if first_of(each) == orders and each.is_counted]
    is_had = bool(pieces) and bool(HAVING & set(reading.words[pieces[0].start - 1 : pieces[0].start]))
    if len(reading.metrics) == 2 and counted and is_had and scrapping in lexicon.metrics and not reading.limits:  # noqa: PLR2004
        reading.metrics = [replace(counted[0], meanings=meant(scrapping, lexicon).meanings)]
        reading.has_pieces = False


def _settle_pieces_on(reading: Reading, lexicon: Lexicon) -> None:
    """Pieces ordered on work orders: the documents' pieces, and not how many documents there are."""
    if not reading.has_pieces or len(reading.metrics) != 1 or reading.metrics[0].is_counted or reading.limits:
        return
    mention = reading.metrics[0]
    told_by = {*reading.dimensions, *(each.dimension for named in reading.members for each in named.candidates)}
    pieces = PIECES_ON | SCRAPPED_ON if "scrap_reason" in told_by else PIECES_ON
    found = next((pieces[each.name] for each in mention.meanings if each.name in pieces), None)
    before = [word for word in reading.words[: mention.start] if word not in {"the", "all", "our"}][-1:]
    is_ranked = reading.is_descending is not None and not mention.is_asked
    if found in lexicon.metrics and is_ranked and {"quantity", "units", "pieces", "volume"} & set(reading.words):
        # Work orders by product, the top five by quantity.
        before = ["by"]
    if found in lexicon.metrics and before in (["on"], ["in"], ["by"], ["of"], ["for"], ["with"]):
        reading.metrics[0] = replace(meant(str(found), lexicon), word=mention.word, start=mention.start)
        reading.verbs = [verb for verb in reading.verbs if verb not in {"pieces of", "ordered", "purchased", "bought"}]


def _settle_headed(reading: Reading) -> None:
    """Purchase orders of 2013: pieces rejected in percent of those received. The documents only say of what."""
    documents = [
        each for each in reading.metrics if first_of(each) in COUNTED and not (each.is_counted or each.is_asked)
    ]
    if reading.has("ratio") and len(reading.metrics) == 3 and len(documents) == 1:  # noqa: PLR2004
        reading.metrics.remove(documents[0])


def _settle_owners(reading: Reading, lexicon: Lexicon) -> None:
    """Revenue on lines, revenue of the order lines: what brought it is said, and not how many there were."""
    for mention in list(reading.metrics):
        is_asked = mention.is_counted or mention.is_asked or len(reading.metrics) == 1
        is_owner = _is_behind(reading, mention, "on") or _is_owner(reading, mention) or _is_place(reading, mention)
        is_owner = is_owner or (
            first_of(mention) == "delivery_count" and first_of(reading.metrics[0]).startswith("purchase")
        )
        if is_owner and not is_asked and lexicon.metrics[first_of(mention)]["unit"] == "count":
            reading.metrics.remove(mention)
            if first_of(mention) in NARROWER:
                # Revenue of discounted lines, of new items: the figure knows nothing of that.
                reading.idle.append(mention.word)


NARROWER = frozenset(name for names in REFINED.values() for name in names) - {
    "production_scrapped_quantity",
    # The day on which documents began or ended is told apart: it says which days count.
    "started_production_order_count",
    "finished_production_order_count",
}
"""Counts of those of a kind to which something was done."""
BESIDE = frozenset("和与及、并同每")
NOUNS = frozenset({"订单", "销售订单", "采购订单", "工单", "生产订单", "采购单", "生产工单"})


def _is_place(reading: Reading, mention: Mention) -> bool:
    """Whether documents are where another figure is told, in Chinese: 订单中销量最高的产品, 订单一共收了多少运费."""
    following = next((each for each in reading.metrics if each.start > mention.start), None)
    if following is None or mention.word not in NOUNS:
        return False
    between = reading.words[mention.start + len(words_of(mention.word)) : following.start]
    before = reading.words[max(mention.start - 1, 0) : mention.start]
    return not BESIDE & {*between, *before} and not reading.has("ratio", "share")


def _is_behind(reading: Reading, mention: Mention, word: str) -> bool:
    return reading.words[mention.start - 1 : mention.start] == [word]


def _is_owner(reading: Reading, mention: Mention) -> bool:
    """Whether a count of documents stands right behind another figure and of."""
    at = mention.start
    while at and reading.words[at - 1] in {"the", "all", "our"}:
        at -= 1
    ends = {each.start + len(words_of(each.word)) for each in reading.metrics}
    is_of_documents = COUNTS_MEMBERS.get(first_of(mention), "_number").endswith("_number")
    return is_of_documents and reading.words[at - 1 : at] == ["of"] and at - 1 in ends

"""The words around figures as data, in English and Chinese: what orders, compares, counts, or carries nothing."""
# ruff: noqa: E501  # phrases are listed, not read as lines

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Literal, cast

from ai.questions.frames import deeds, framed, opaque
from ai.questions.words import words_of

Operator = Literal[
    "filler", "by", "top", "bottom", "trend", "share", "count", "average", "growth", "versus", "percent", "change",
    "over_all", "when", "who", "not", "split", "year_ago", "before", "future", "their", "also", "each_grain", "more", "less",
    "at_least", "at_most", "and", "difference", "why", "only", "latest", "earliest", "falling", "rising", "exactly",
    "where", "standard", "beyond", "ratio", "median", "led", "exploded", "lead", "pair", "running", "age", "tenure",
]  # fmt: skip

Key = tuple[str, ...]

PHRASES: Mapping[Operator, str] = {
    "filler": """very|someone|somebody|who sits in|sits in|sit in|only those who|only those that|only the ones that|only those|those who|on that day|that day|over everything we ever ordered|over everything|everything we ever ordered|everything we ordered|张|笔|份|book|anymore|any longer|write up|wrote up|written up|appear|appears|appeared|occur|occurs|occurred|show up|shows up|showed up|at current pay|at present pay|不同|不同的|used the|using the|use the|win|won|acquire|acquired|gain|gained|attract|attracted|of the people with sales|of the people with sales in|of those with sales|that year|that month|that quarter|of that year|in that year|the ship-to|ship-to|by the ship-to address|ship to address|the ship-to address|按现行物料清单|按当前物料清单|按物料清单|根据物料清单|根据现行物料清单|现行物料清单中|i would be grateful for|i would be grateful|would be grateful for|grateful for|grateful|i would appreciate|would appreciate|appreciate|
        let me know|could you let me know|would you let me know|let us know|how big|how large|how high|how great|counting only|considering only|
        looking only at|looking at|taking only|with sales in both years|in both years|both years|in each of the two years|going by|judging by|measured by|measured in|
        calculated as|counted|asks|asks for|quotes|demands|saw|sees|saw their|see their|saw its|see its|witnessed|experienced|enjoyed|
        all in all|and what is it|and what was it|and how much is it|and how much was it|of them|out there|at our company|in our company|we've|we're|there's|
        i want|i need|i'd love to know|curious to know|do you know|can you tell|help me|i am looking for|looking for|i'm looking for|
        the exact|exact|precise|in absolute terms|in numbers|figures for|the figures for|in question|each one|concerned|involved|
        come in|comes in|come|earn|earns|dated|held|hold|holds|stored|sold under the|under the special offer|under the offer|under offer|
        with the quantity of each|the quantity of each|with quantities|with their quantities|and the quantity of each|a|an|the|current|do we offer|we offer|do you offer|in the range|in our range|in the catalogue|in the assortment|on receipt|upon receipt|on arrival|passed|elapsed|went by|at some point|on file|some|per hour|an hour|split the|keep|keeps|per head|frequent|造成|造成的|导致|每小时|is|are|was|were|be|been|do|does|did|has|have|had|what|which|whose|how much|many|show|us|tell|
        give|list|find|get|please|can|could|would|you|i|we|our|my|it|its|of|in|on|at|to|for|from|with|that|this|these|
        those|there|value|amount|total|totals|number|figure|figures|all|overall|much|like|see|want|know|company|
        business|during|within|over|make|made|what's|about|me|me the|how|how did|how have|how were|how was|how is|how are|may i|may we|i want to know|and how much|and how many|
        together|combined|bring us|brought us|before tax and freight|before tax|excluding tax|before freight and tax|before taxes and freight|net of tax|
        net of tax and freight|net of freight and tax|net of freight|without tax and freight|excluding tax and freight|not counting tax and freight|
        excluding freight and tax|before freight|without freight|不含税和运费|不含税|税前|未税|
        without tax|net of discounts|after discounts|altogether|in total|right now|currently|at the moment|now|
        at present|any|anything|something|how many dollars|by how many dollars|how many euros|by how many euros|by how much|take|took|taken|handle|handled|different|distinct|one|customer base|placed|place|places|between|was placed|were placed|brought|came in|
        generated|generate|generates|earned|achieved|recorded|booked|come to|came to|got|gets|gotten|ever got|break down|breakdown|breaking down|per cent of the|amount to|add up to|
        worth|hi|hello|thanks|thank you|let|let's|exactly|actually|just|then|so|our company|up to now|display|report|
        calculate|compute|data|company wide|is there|are there|do we have|did we have|have we|we have|as|work out|
        chart|graph|plot|table|draw|dollars|dollar|usd|us dollars|euro|euros|eur|money|through|via|who's|
        here|still|kindly|bring|brings|bringing|contribute|contributed|contributes|billed|bill|billing|charged|charge|charges|charging|
        give|gave|given|giving|grant|granted|offered|collect|collecting|in terms of|when it comes to|with regard to|with respect to|
        regarding|concerning|single|account for|accounts for|accounted for|accounting for|cost us|costs us|have cost us|has cost us|
        did we issue|we issue|we issued|was issued|were issued|tie up|ties up|tied up|tie|name|pls|plz|please can you|but|registered|exist|exists|existing|they|them|he|she|his|her|
        contain|contained|containing|contains|include|included|includes|including|carry|carried|carrying|stand at|stood at|stand|stands|
        reach|reached|hit|total up|sum|summed|sum up|provide|present|pull|pull up|fetch|view|quick|quickly|tell me|
        i'd like|i'd|like to know|like to see|wonder|wondering|curious|interested in|need|needed|need to know|interested|
        were there|are there|was there|there were|there are|overview|summary|summarise|summarize|listing|details|detail|
        altogether how many|into|onto|both|each other|every single|so far as|as far as|throughout|
        respective|respectively|corresponding|own|ours|your|myself|whole|entire|entirely|complete|grand total|grand|
        roughly|approximately|about how many|about how much|existing|made up|make up|represent|represents|represented|
        belong to|belongs to|belonging to|belong|belongs|attributable to|attributed to|located in|located at|based in|
        living in|live in|lives in|situated in|sitting in|lying in|kept in|kept at|kept|lie|lies|sit|sits|sitting|
        enter|entered|posted|logged|written|raised|issued|process|processed|closed out|ran up|run up|ran|
        over the whole history|over the entire history|over the whole period|for the whole period|over all years|in the whole history|
        among|completely|away|according to its current bill of materials|according to the current bill of materials|
        according to its bill of materials|in its current bill of materials|in its bill of materials|by its bill of materials|
        which were|say|said|answer|question|adventure works|adventure works cycles|sold goods|going|fare|fared|do best|
        via|per se|ever had|has ever|have ever|ever|yet|already|again|today's|presently|as of today|as of now|
        average out|works out|work out to|stack up|stacked up|gone through|
        类|类产品|类商品|系列的|位于|请列出|请给出|请告诉|分别是|分别有|分别为|各自|总的|的总|名|多少名|多少位|来|带来|带来了|总数|请显示|
        looked|look|looks|doing|went|go|been like|perform|performed|happened|by value|by amount|in value|in money|
        的|是|了|多少|有|吗|呢|请|问|我|们|我们|给|看|一|下|看一下|显|示|显示|列|出|和|与|在|为|请问|一共|总共|共|总|
        什么|是什么|如何|怎么样|怎样|情况|哪|几|个|分别|现在|目前|家|种|款|位|些|哪些|哪一|查询|查|统|计|告诉|公司|中|里|内|人民币|元|总额|总计|金额""",
    "pair": "既",
    "by": "looked after by each|looked after by|taken care of by|taken care of by each|spread over|spread across|distributed over|distributed across|split across|split up by|broken down into|for every single|by each of the|in each|in every|at each|at every|from each|of each|on each|to each|did each|do each|does each|has each|have each|each of our|each of the|every one of|by|per|each|every|for each|for every|by each|split by|broken down by|grouped by|according to|across|按|每|各|每个|每张|每笔|每份|按照|分",
    "top": """most frequent|most common|commonest|top|main|best|number one|number 1|no 1|biggest selling|top selling|最贵|最贵的|best performing|heaviest|dearest|priciest|most expensive|most often|most frequently|most popular|strongest selling|highest|largest|biggest|most|greatest|the most|the highest|the largest|strongest|maximum|max|
        best selling|longest|rank|ranking|ranked|rank the|leading|most of all|peak|peaked|前|最高|最大|最多|最好|排名前|最高的|最多的|最大的""",
    "bottom": """bottom|worst|cheapest|least expensive|lightest|slowest|slowest selling|worst selling|least often|weakest selling|lowest priced|lowest|smallest|least|fewest|the least|the lowest|weakest|minimum|min|poorest|shortest|
        后|最低|最小|最少|最差|排名后""",
    "trend": "development over time|developed over|over time|trend|trends|over the years|through the years|over the months|develop|developed|development|timeline|evolve|evolved|evolution|over time|course|趋势|走势|变化趋势|变化情况",
    "share": """account for what share|what share|share|shares|percentage|proportion|what percentage|which percentage|what share|what proportion|what percent|
        which percent|what part|which part|fraction|how many percent|share of total|占比|比例|百分比|占多少|份额|占""",
    "percent": "百分之多少|百分之几|percent|percentage points|in percent|by how many percent|by what percentage|by how much percent",
    "count": "how many of the|how many of our|how many of all|how many of all our|how many of all the|how many of these|how many of my|how many of your|有多少种|多少种|几种|几位|几名|几家|有几位|有几名|有几家|有几款|几款|有几种|有多少名|有多少位|多少款|有多少款|how often|how many times|多少人|how many|number of|count of|the number of|count|how many different|number of different|有多少|几个|多少个|数量|多少家|多少笔|多少张",
    "average": "average|mean|on average|typical|avg|平均",
    "growth": "grow by|grew by|growing by|improve|improved|climb|climbed|went up by|go up|went up|gone up|go up or down|growth|growth rate|grow|grew|grown|increase|increased|rise|rose|rising|growing|beat|beats|outdid|surpassed|增长|增长率|增长了|增幅",
    "change": "lose|lost|slump|slumped|sink|sank|worsen|worsened|drops|declines|decreases|多了|少了|change between|shrink|shrank|shrunk|dip|dipped|went down by|differ|gap|go down|went down|gone down|change|changed|decline|declined|decrease|decreased|fall|fell|fallen|drop|dropped|difference|变化|下降|减少",
    "versus": """versus|vs|compared to|compared with|compare|against|in comparison with|in comparison to|comparison|
        compared|relative to|than in|than|对比|相比|比较|较|比""",
    "year_ago": """versus last year|vs last year|compared to last year|compared with last year|than last year|
        compared to the previous year|compared with the previous year|versus the previous year|vs previous year|
        versus previous year|than the year before|than in the previous year|than the previous year|over the previous year|
        compared to the year before|compared with the year before|versus the year before|vs the year before|
        from the year before|year over year|year on year|yoy|
        same month of last year|the same month of last year|same quarter of last year|the same quarter of last year|
        same period of last year|the same period of last year|versus the same period of last year|
        versus the same period last year|compared to the same period last year|compared with the same period last year|
        versus the same month last year|against the same month last year|against the same period last year|
        against the same period of last year|against the same quarter last year|
        against last year|same month last year|same quarter last year|same period last year|the same month last year|
        the same quarter last year|the same period last year|the same period of the previous year|
        the same month of the previous year|the same quarter of the previous year|same time last year|
        同比|去年同期|与去年同期|较去年同期|比去年|同期""",
    "before": """versus previous period|versus the previous period|vs the previous period|compared with the previous period|vs previous period|compared to the previous period|month over month|
        quarter over quarter|mom|qoq|than the month before|than the quarter before|from the previous month|
        compared to the previous month|compared to the previous quarter|versus the previous month|
        versus the previous quarter|vs the previous month|vs the previous quarter|compared with the previous month|
        compared with the previous quarter|over the previous month|over the previous quarter|环比|与上期|较上期""",
    "over_all": "不论|无论|不管|不分|over all|across all|over all the|across all the|regardless of|irrespective of|whatever the|whatever their|whatever its|所有|全部",
    "standard": """at standard cost|at current standard cost|at the current standard cost|at their standard cost|at standard costs|
        at their current standard cost|using standard cost|using current standard cost|using the current standard cost|valued at standard cost|
        valued at current standard cost|taking current standard cost|taking the current standard cost|based on standard cost|
        based on current standard cost|with current standard cost|by current standard cost|taking products at their current standard cost|
        using the products current standard cost|using the product current standard cost|按标准成本|按现行标准成本|按当前标准成本""",
    "where": "where|at which place|in which place|at what place|在哪里|在哪儿|哪里",
    "when": "date of|date of the|the date of|the date of the|dates of|when|on what date|on which date|what date|which date|on what day|what day|at what time|什么时候|何时",
    "who": "who|whom|to whom|谁|哪位",
    "not": "of everything except|everything except|everything but|everything other than|everything apart from|anything but|anything except|all except|all but|leave out|leave aside|exclude|ignore|skip|zero|non|not counting|leaving out|disregarding|ignoring|out of|sold out of|run out of|ran out of|not|no|no longer|never|didn't|don't|doesn't|isn't|aren't|wasn't|weren't|haven't|hasn't|except|except for|excluding|without|other than|apart from|but not|outside|outside of|besides|不含|不包括|除了|除|以外|之外",
    "split": "came through|comes through|came via|comes via|came in through|were placed through|came by|goes to|came out of|came from|come from|comes from|is from|was from|are from|due to|stems from|was from the|went to|goes to|falls on|fell on|fall on|来自",
    "future": """will|forecast|forecasts|predict|prediction|predicted|expect|expected|going to be|next year|next month|
        next quarter|next week|tomorrow|coming year|coming month|projected|projection|预测|明年|下个月|下季度|预计|将""",
    "their": "their|its|them|those orders|these|they|那些|它们",
    "only": "only|solely|exclusively|just the|just for|仅|只",
    "also": "and|also|what about|how about|and what about|and how about|now show|instead|same for|the same for|same|那|那么|再|还有|又|只看|换成",
    "exactly": "exactly|precisely|just exactly|刚好|正好|恰好",
    "more": "higher|larger|bigger|greater|longer than|later than|heavier than|costlier than|dearer than|more expensive than|better than|further than|taller than|more often than|more|more than|more then|in excess of|upwards of|beyond|over and above|more then|over|above|greater than|exceeding|exceed|exceeds|exceeded|higher than|larger than|bigger than|at more than|超过|大于|高于|多于",
    "less": "lower|smaller|shorter than|lighter than|cheaper than|less expensive than|worse than|earlier than|less often than|less|fewer|less than|less then|fewer then|lower then|smaller then|under|below|fewer than|lower than|smaller than|低于|小于|少于|不到",
    "at_least": "at least|no less than|not less than|or more|minimum of|至少|不少于|不低于",
    "at_most": "at most|no more than|not more than|up to|maximum of|至多|最多不超过|不超过",
    "and": "or|as well as|plus|及|或|以及",
    "latest": """latest|youngest|most recent|most recently|newest|last|the last|the very last|very last|the latest|the most recent|recent|
        最近一次|最后一次|最新|最近的|最后""",
    "earliest": """new|brand new|新|earliest|first|the first|the very first|very first|oldest|the earliest|the oldest|for the first time|first time|
        longest serving|最早|第一次|首次|第一|第一个|首个""",
    "falling": """highest first|largest first|biggest first|best first|most first|descending|in descending order|
        sorted descending|from highest to lowest|from high to low|from best to worst|from largest to smallest|ranked from highest to lowest|
        from most to least|highest to lowest|largest to smallest|from biggest to smallest|highest on top|sorted|sort|sorted by|从高到低|从高到低排|从高到低排列|从高到低排序|由高到低排列|从大到小排列|从大到小|降序|由高到低""",
    "rising": """lowest first|smallest first|worst first|least first|ascending|in ascending order|sorted ascending|
        from lowest to highest|from low to high|from worst to best|from smallest to largest|lowest to highest|
        smallest to largest|cheapest first|从低到高|从低到高排|从低到高排列|从小到大|升序|由低到高""",
    "led": """report to|reports to|reporting to|report directly to|reports directly to|reporting directly to|directly report to|directly reports to|
        managed by|supervised by|led by|work under|works under|work directly under|subordinates of|direct reports of|the direct reports of|汇报给|直接汇报给|直接向|汇报|直接汇报|向|的直接下属""",
    "beyond": "subordinates|indirect reports|indirectly report to|report indirectly to|下属",
    "exploded": "at all levels|all levels|on all levels|counting all levels|through all levels|over all levels|across all levels|at every level|every level|all the levels|exploded|fully exploded|multi level|including subassemblies|including all subassemblies|各级|所有层级|全部层级|逐层展开",
    "median": "the median|median|中位数|中位值|的中位数",
    "ratio": """as a percentage of|as percentage of|as a percent of|as percent of|as a share of|as a proportion of|as a fraction of|as a part of|
        in percent of|expressed as a percentage of|relative to the|divided by|ratio|ratio of|the ratio of|ratio between|the ratio between|in relation to|how many times as large|how many times as big|how many times as high|how many times as much|how many times larger|how many times bigger|how many times higher""",
    "age": "age|ages|aged|the age|the age of|years old|year old|how old|years of age|how old was|how old is|how old are|how old were|年龄|岁数|多大年纪|多少岁|岁",
    "tenure": """length of service|years of service|the length of service|seniority|tenure|length of employment|years with us|years with the company|
        been with the company|been with us|been with the firm|been here|been employed|worked for us|worked for the company|worked here|working for us|working for the company|working here|
        time with the company|time at the company|years at the company|years in the company|years of employment|been working here|been working for us|been working for the company|stayed with the company|
        with the company for|工龄|司龄|服务年限|在职年限|工作年限""",
    "running": """running total|running totals|running sum|the running total|cumulative|cumulatively|cumulated|accumulated|accumulative|
        cumulative total|cumulative totals|year to date total|rolling total|累计|累积|逐月累计|累计的|累加""",
    "lead": """how far ahead|how far ahead was the first|how far ahead is the first|how far ahead was he|how far ahead was she|
        by what margin|by which margin|how big is the lead|how big was the lead|how large was the lead|what was the lead|
        how big is the gap between first and second|gap between first and second|gap between the first and the second|
        gap between the first and second|gap between number one and number two|gap between the top two|lead over the second|
        difference between first and second|difference between the first and the second|ahead of the second|
        ahead of the runner-up|lead of the first|how far ahead of the second|领先多少|领先第二名多少|比第二名多多少|差距多大""",
    "why": "why|reason|reasons|because|because of|owing to|on account of|as a result of|cause|为什么|原因|由于|因|因为",
}  # fmt: skip

MULTIPLIERS: Mapping[str, int] = {
    "k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "millions": 1_000_000,
    "bn": 1_000_000_000, "billion": 1_000_000_000, "千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000,
}  # fmt: skip

IN_ONE = ("in a", "in one", "in any", "in a single", "in any one", "within a", "within one")
"""Before a grain: a threshold or a highest that holds for one period."""

VERBS: Mapping[str, tuple[str, str]] = deeds() | {
    phrase: (metric, who)
    for phrases, metric, who in (
        ("sell|sold|sells|selling|shifted|moved|sales of|多卖了|多卖|少卖了|少卖|卖|卖了|卖出|销售", "net_revenue", "salesperson"),
        ("bring in|brought in|brings in|bringing in", "net_revenue", "item"),
        ("buy from|bought from|buying from|purchased from|purchase from|we buy|did we buy|we bought|采购了", "purchase_spend", "supplier"),
        ("buy|bought|buys|buying|shop|shopped|shopping|purchased|purchase|购买|购买过|买过|买了|买", "net_revenue", "customer"),
        ("spend|spent|spends|spend on|spent on|spend with|花费|花了", "purchase_spend", "supplier"),
        ("owe us|owes us|owe|owes|owed to us|欠我们|欠", "ar_open_amount", "customer"),
        ("we owe|do we owe|owed by us|我们欠", "ap_open_amount", "supplier"),
        ("ship|shipped|ships|shipping out|deliver|delivered|dispatch|dispatched|sent out|发货|发出", "delivered_quantity", "customer"),
        ("returned|sent back|退回", "returned_quantity", "customer"),
        ("do we pay|did we pay|we paid|we pay|pay to|paid to", "payments_made", "supplier"),
        ("expensive|pricey|costly|dearest|priciest|cheapest|most expensive|least expensive", "list_price", "item"),
        ("heaviest|lightest|weigh|weighs", "item_weight", "item"),
        ("hire|hired|recruit|recruited|joined us|joined the company|join|joined|start here|started here|start working|入职|雇用", "hired_employee_count", "employee"),
        ("did we invoice|we invoice|we invoiced|invoiced|开票", "net_revenue", "customer"),
        ("customers pay|customers paid|customers pay in|customers paid in|pay in|paid in|paid us|pay us", "payments_received", "customer"),
        ("ordered from us|buy from us|bought from us|purchased from us", "confirmed_order_value", "customer"),
        ("ordered|place an order|placed an order|place orders|placed orders|下单|订购|订购了", "confirmed_order_value", "customer"),
        ("units sold|pieces sold|pieces were sold|units were sold|pieces did we sell|units did we sell|pieces of|quantity of|total quantity of|sold pieces", "sold_quantity", "salesperson"),
        ("in stock|on stock|on the shelves|on shelf|do we hold|hold|holds|stored|在库|有货|存放|存放了|存放着|存有|储存了", "stock_quantity", "item"),
        ("can deliver|could deliver|able to deliver|able to supply|can provide|can sell us|sells us|sell us|can supply|could supply|supply us with|supply us|supply", "supplied_item_count", "supplier"),
        ("order from|ordered from|orders from", "purchase_order_value", "supplier"),
        ("receive|received|收到", "receipt_value", "supplier"),
        ("charge for|charges for|charge us for|charges us for|ask for|asks for", "supplier_standard_price", "supplier"),
        ("work|works|working|worked|employed|do we employ|employ|工作", "employee_count", "employee"),
    )
    for phrase in phrases.split("|")
}  # fmt: skip
"""What people do, with the figure it is measured by and who does it; used where no metric is named."""

LEAST_OF_VERBS = frozenset({"pieces of", "quantity of", "total quantity of"})
"""Verbs that only count what another verb is about: pieces of paint in stock."""

PIECES = frozenset(
    {"units", "unit", "pieces", "piece", "pcs", "qty", "件", "辆", "台", "套", "双", "副"} | {"顶", "枚"}
)

COUNTED: Mapping[str, tuple[str, str]] = {
    "order_count": ("order_number", "confirmed_order_value"),
    "purchase_order_count": ("order_number", "purchase_order_value"),
    "discounted_order_count": ("order_number", "confirmed_order_value"),
    "written_purchase_order_count": ("order_number", "written_purchase_order_value"),
    "sales_invoice_count": ("invoice_number", "net_revenue"),
    "ordering_customer_count": ("customer", "confirmed_order_value"),
    "customer_count": ("customer", "net_revenue"),
    "supplier_count": ("supplier", "purchase_spend"),
    "delivery_count": ("delivery_number", "delivered_quantity"),
    "sales_credit_note_count": ("invoice_number", "credited_amount"),
    "purchase_invoice_count": ("invoice_number", "purchase_spend"),
    "goods_receipt_count": ("receipt_number", "receipt_value"),
    "customer_payment_count": ("payment_number", "payments_received"),
    "supplier_payment_count": ("payment_number", "payments_made"),
}
"""What a count counts: its dimension and the figure a limit on one of them is about."""

MEASURED: Mapping[str, str] = {
    **dict.fromkeys(
        ("customer", "customer_account", "item", "salesperson", "region", "region_group", "country", "city"),
        "net_revenue",
    ),
    **dict.fromkeys(("item_category", "item_category_group", "customer_category", "channel"), "net_revenue"),
    "supplier": "purchase_spend",
}
"""The figure by which members are ranked where only they are named."""


def keys_of(phrases: str) -> Iterable[Key]:
    """The phrases of one entry as words."""
    return [tuple(words_of(each)) for each in phrases.replace("\n", "").split("|") if each.strip()]


AT_COST = (
    "",
    "at",
    "using",
    "with",
    "taking",
    "by",
    "on",
    "based on",
    "valued at",
    "under",
    "assuming",
    "given",
    "going by",
)
WHOSE = (
    "",
    "the",
    "its",
    "their",
    "the products",
    "the product",
    "products",
    "product",
    "the items",
    "item",
    "each product",
)
NOW = ("current", "present", "today's", "")
"""Ways to say that goods are valued at the standard cost of now: at their current standard cost."""


BILLS = ("", "by", "in", "according to", "per", "on", "going by", "based on", "from", "of", "using")


def _bills() -> Iterable[Key]:
    """Ways to say that what something is made of is what its bill says now."""
    for lead, whose, now in product(BILLS, ("", "the", "its", "their"), ("", "current", "present", "valid")):
        if not (lead or now):
            continue
        for bill in ("bill of materials", "bills of materials", "bill of material", "bills of material", "bom", "boms"):
            yield tuple(words_of(f"{lead} {whose} {now} {bill}"))


def _standards() -> Iterable[Key]:
    for lead, whose, now in product(AT_COST, WHOSE, NOW):
        if now or lead:
            for cost in ("standard cost", "standard costs"):
                yield tuple(words_of(f"{lead} {whose} {now} {cost}"))


def _paced() -> Iterable[tuple[Key, str]]:
    """Ways to say that each period is set against the one before it, with the period."""
    for grain, short in (("month", "mom"), ("quarter", "qoq"), ("week", "wow"), ("day", "dod"), ("year", "")):
        for said in (f"{grain} over {grain}", f"{grain} on {grain}", f"{grain} to {grain}", f"from {grain} to {grain}"):
            if grain != "year" or " to " in said:
                yield tuple(words_of(said)), grain
        if short:
            yield (short,), grain
        for lead, which in product(AGAINST, ("previous", "prior", "preceding")):
            if grain != "year":
                yield tuple(words_of(f"{lead} the {which} {grain}")), grain
                yield tuple(words_of(f"{lead} {which} {grain}")), grain
        for lead, behind in product(AGAINST, ("before", "earlier", "immediately before", "just before")):
            if grain != "year":
                yield tuple(words_of(f"{lead} the {grain} {behind}")), grain


AGAINST = [
    "against",
    "versus",
    "vs",
    "compared with",
    "compared to",
    "as compared with",
    "as compared to",
    "in comparison with",
    "in comparison to",
    "relative to",
    "than",
    "than in",
    "over",
    "from",
    "on",
]
PACES: Mapping[Key, str] = dict(_paced())
OPERATORS: Mapping[Key, Operator] = {
    **cast("dict[Key, Operator]", framed()),
    **dict.fromkeys(_standards(), "standard"),
    **dict.fromkeys(_bills(), "filler"),
    **dict.fromkeys(PACES, "before"),
    **{key: operator for operator, phrases in PHRASES.items() for key in keys_of(phrases) if key},
}
LONGEST = max(map(len, OPERATORS))
OPAQUE = opaque()
VERB_KEYS: Mapping[Key, str] = {tuple(words_of(phrase)): phrase for phrase in VERBS}
IN_ONE_KEYS = tuple(tuple(phrase.split()) for phrase in IN_ONE)

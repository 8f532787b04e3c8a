"""The words of customers, in English and Chinese, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Intent = Literal["orders", "deliveries", "invoices", "request", "person"]

INTENTS: Mapping[Intent, str] = {
    "request": """refund|refunds|refunded|return|returns|send back|exchange|replace|replacement|cancel|
        cancellation|change|complain|complaint|broken|damaged|wrong|missing|defective|reclaim|money back|
        退款|退货|换货|取消|更改|修改|投诉|损坏|破损|缺少|错误""",
    "person": "person|human|somebody|someone|agent|colleague|call me|speak|talk|人工|客服|真人",
    "invoices": """invoice|invoices|bill|bills|owe|open amount|paid|pay|unpaid|balance|credit note|
        credit notes|发票|账单|欠款|应付|已付|未付""",
    "deliveries": """delivery|deliveries|delivered|shipment|shipments|shipped|tracking|track|parcel|package|ship|
        deliver|arrive|arrived|发货|送货|交货|物流|运单|包裹|到货""",
    "orders": "order|orders|ordered|purchase|purchases|订单|订购|下单",
}
"""From the strongest: who wants an invoice changed asks for the change."""

DOCUMENTS = frozenset({"invoices", "deliveries", "orders"})
POINTERS = """it|this order|that order|this invoice|that invoice|this delivery|that delivery|this one|that one|它|
    这张|那张|这个|那个|该订单|该发票|该交货单"""
"""What stands for a document that was told of before."""
OF_INVOICES = frozenset({"balance", "overdue"})
"""What is said of invoices, whether they are named or not."""
STATES: Mapping[str, str] = {
    "open": "open|outstanding|unpaid|pending|not paid|not yet paid|not been paid|未付|未结|未完成",
    "paid": "paid|settled|已付|已结",
    "balance": """owe|owed|balance|open amount|still open|how much is open|how much is unpaid|how much is outstanding|
        outstanding amount|have to pay|欠|欠款|应付|未付多少|多少未付|一共未付""",
    "overdue": "overdue|past due|逾期|过期未付|到期未付",
    "latest": "last|latest|newest|most recent|最近|最新|最后",
}
_ENGLISH = """a|an|the|is|are|was|were|be|been|do|does|did|has|have|had|what|which|where|when|how|much|many|show|me|
    tell|us|give|list|find|please|can|could|would|you|i|we|our|my|it|its|of|in|on|at|to|for|from|with|that|this|these|those|
    there|and|all|any|status|state|number|numbers|no|nr|yet|already|still|now|today|hello|hi|thanks|thank|good|morning|
    want|need|like|know|see|about|get|amount|amounts|total|value|date|day|will|shall|should|by|your|right"""
_CHINESE = (
    "的是了多少有吗呢请问我们给看一下显示列出和在为共什么哪几个查询都已还没你您好状态时候到里把要想"
    "一张份笔单钱元将会能可以这那该天日得才"
)
FILLERS = frozenset({*(word.strip() for word in _ENGLISH.split("|")), *_CHINESE})
"""Words that change nothing in a question about one's own documents."""

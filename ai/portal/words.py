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
STATES: Mapping[str, str] = {
    "open": "open|outstanding|unpaid|pending|not paid|not yet paid|not been paid|未付|未结|未完成",
    "paid": "paid|settled|已付|已结",
    "latest": "last|latest|newest|most recent|最近|最新|最后",
}
_ENGLISH = """a|an|the|is|are|was|were|be|been|do|does|did|has|have|had|what|which|where|when|how|much|many|show|me|
    tell|us|give|list|find|please|can|could|would|you|i|we|our|my|it|its|of|in|on|at|to|for|from|with|that|this|these|those|
    there|and|all|any|status|state|number|numbers|no|nr|yet|already|still|now|today|hello|hi|thanks|thank|good|morning|
    want|need|like|know|see|about|get|amount|amounts|total|value|date|day|will|shall|should|by|your|right"""
_CHINESE = "的是了多少有吗呢请问我们给看一下显示列出和在为共什么哪几个查询都已还没你您好状态时候到里把要想"
FILLERS = frozenset({*(word.strip() for word in _ENGLISH.split("|")), *_CHINESE})
"""Words that change nothing in a question about one's own documents."""

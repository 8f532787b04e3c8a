"""Nouns as people say them, for figures and for what they are told by, where the catalogue has no such synonym."""

from __future__ import annotations

from collections.abc import Mapping

SPOKEN: Mapping[str, str] = {
    **dict.fromkeys(
        ("how did we do", "how have we done", "how did the company do", "how did business go"), "net_revenue"
    ),
    **dict.fromkeys(
        (
            "rejected goods worth",
            "rejected goods worth at purchase price",
            "worth of the rejected goods",
            "value of the rejected goods",
            "value of rejected goods",
            "value of the rejected goods at purchase price",
            "value of rejected goods at purchase price",
        ),
        "reported_rejected_value",
    ),
    **dict.fromkeys(
        ("vacation hours left", "hours of vacation left", "vacation left", "remaining vacation hours"), "vacation_hours"
    ),
    **dict.fromkeys(
        ("earn more per hour", "earn per hour", "earn an hour", "paid per hour", "earn more an hour", "make per hour"),
        "hourly_pay_rate",
    ),
    "stock": "stock_quantity",
    **dict.fromkeys(("tax rate on file", "sales tax rate on file", "state sales tax rate"), "tax_rate"),
    **dict.fromkeys(("reviewed", "was reviewed", "were reviewed", "been reviewed"), "review_count"),
    **dict.fromkeys(
        (
            "rated",
            "customers rate",
            "customers rated",
            "reviewers rate",
            "reviewers rated",
            "buyers rate",
            "buyers rated",
        ),
        "item_rating",
    ),
    **dict.fromkeys(
        ("reviewers give", "reviewers gave", "customers give it", "stars given", "rating given"), "item_rating"
    ),
    **dict.fromkeys(
        ("stop selling", "stopped selling", "take off the market", "took off the market", "dropped from the range"),
        "discontinued_item_count",
    ),
    **dict.fromkeys(
        ("逾期完工", "延期完工", "超期完工", "晚完工", "逾期完成", "延迟完工", "未按期完工"),
        "late_production_order_count",
    ),
    **dict.fromkeys(
        ("哪一年开业", "哪年开业", "开业于", "成立于哪一年", "哪一年成立", "哪年成立"), "customer_opening_year"
    ),
    **dict.fromkeys(("完工数", "产量"), "produced_quantity"),
    **dict.fromkeys(("sales quotas set", "sales quota set", "quota set", "sales quotas assigned"), "sales_quota"),
    **dict.fromkeys(("打折订单行", "打折的行", "有折扣的行", "折扣行"), "discounted_line_count"),
    **dict.fromkeys(
        ("subtotal", "sub total", "order subtotal", "amount before tax and freight"), "confirmed_order_value"
    ),
    **dict.fromkeys(
        ("launch", "did we launch", "introduce", "put on sale", "came onto the market"), "introduced_item_count"
    ),
    **dict.fromkeys(("rate from", "rate between", "rates from", "conversion from"), "exchange_rate"),
    **dict.fromkeys(("average rate from", "average rate between", "mean rate from"), "average_exchange_rate"),
    **dict.fromkeys(("how heavy", "how heavy is", "how heavy are"), "item_weight"),
    **dict.fromkeys(
        ("left the company", "left us", "have left", "leave the company", "resigned", "handed in their notice"),
        "left_employee_count",
    ),
    **dict.fromkeys(("lines", "order positions", "positions on orders"), "order_line_count"),
    **dict.fromkeys(("hours spent", "hours were spent", "hours went into"), "operation_hours"),
    **dict.fromkeys(("actual cost", "actual costs"), "operation_cost"),
    **dict.fromkeys(
        ("beat their quota", "beat the quota", "beat quota", "missed the quota", "missed quota"),
        "quota_attainment_rate",
    ),
    **dict.fromkeys(
        ("fell short of their quota", "fell short of quota", "failed to reach their quota"), "quota_attainment_rate"
    ),
    **dict.fromkeys(
        ("exceed their quota", "miss their quota", "hit their quota", "made their quota"), "quota_attainment_rate"
    ),
    **dict.fromkeys(("需要", "需要用", "用到"), "component_quantity"),
    **dict.fromkeys(("病假余额", "剩余病假"), "sick_leave_hours"),
    **dict.fromkeys(("平均病假余额", "平均剩余病假"), "average_sick_leave_hours"),
    **dict.fromkeys(("休假余额", "年假余额", "假期余额", "剩余休假"), "vacation_hours"),
    **dict.fromkeys(("平均休假余额", "平均年假余额", "平均假期余额", "平均剩余休假"), "average_vacation_hours"),
    **dict.fromkeys(
        ("went into stock", "go into stock", "gone into stock", "came into stock", "taken into stock"),
        "stock_receipts_quantity",
    ),
    "业绩": "net_revenue",
    "价格": "list_price",
    "制造天数": "item_making_days",
    **dict.fromkeys(("有折扣的订单", "有打折的订单"), "discounted_order_count"),
    "people": "employee_count",
    "persons": "employee_count",
    "sales order": "order_count",
    "库存": "stock_quantity",
    "sales orders": "order_count",
    "customer orders": "order_count",
    "订单": "order_count",
    "销售订单": "order_count",
    "采购订单": "purchase_order_count",
}
"""Nouns for what a metric counts."""

SPOKEN_DIMENSIONS: Mapping[str, str] = {
    "sku": "item",
    **dict.fromkeys(
        ("internet line", "internet connection", "internet lines", "kind of internet", "type of internet"),
        "store_internet",
    ),
    **dict.fromkeys(
        ("specialise in", "specialises in", "specialising in", "specialised in", "specialize in", "specializes in"),
        "store_specialty",
    ),
    **dict.fromkeys(("specializing in", "specialized in", "specialise on", "specialize on"), "store_specialty"),
    **dict.fromkeys(("model", "models", "product models"), "item_model"),
    **dict.fromkeys(("country group", "country groups", "group of countries", "groups of countries"), "region_group"),
    "skus": "item",
    "salespeople": "salesperson",
    "sales people": "salesperson",
    "salesmen": "salesperson",
    "sales reps": "salesperson",
    "sales representatives": "salesperson",
    "sales staff": "salesperson",
    "sales team": "salesperson",
    "storage location": "location",
    "storage locations": "location",
}
"""Plurals that no rule makes."""

"""What customers are told, in English and Chinese; figures and states come from the documents."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "orders": "Order {number} of {day}: {state}, {total} {currency} in all{promised}.",
        "promised": ", promised for {day}",
        "deliveries": "Delivery {number} of {day}: {state}{tracking}.",
        "tracking": ", tracking number {number}",
        "invoices": "Invoice {number} of {day}: {state}, {total} {currency}, of which {open} {currency} is open.",
        "more": "There are more: these are the newest {count}.",
        "none": "I find none of yours.",
        "undelivered": "Nothing of order {number} has been delivered yet.",
        "owed": "You owe {amount} {currency}, invoices open: {count}; of this {overdue} {currency} is overdue.",
        "overdue": "Overdue is {amount} {currency}, invoices: {count}.",
        "credit": "Credit notes of {amount} {currency} are not used yet.",
        "nothing_owed": "You owe nothing: no invoice of yours is open.",
        "nothing_overdue": "None of your invoices is overdue.",
        "which": "Say which document you mean, by its number.",
        "unknown_number": "I find no document {number} of yours.",
        "refused": "I tell only of your own orders, deliveries and invoices; I cannot place “{word}”.",
        "requested": "I have written this down as a service request; somebody will answer it here.",
        "handed_over": "I am not sure what you mean, so I have handed this to a person, with what was said here.",
        "asked_person": "I have handed this to a person, with what was said here.",
        "empty": "Ask about your orders, deliveries or invoices.",
    },
    "zh": {
        "orders": "订单 {number}（{day}）：{state}，合计 {total} {currency}{promised}。",
        "promised": "，承诺日期 {day}",
        "deliveries": "交货单 {number}（{day}）：{state}{tracking}。",
        "tracking": "，运单号 {number}",
        "invoices": "发票 {number}（{day}）：{state}，{total} {currency}，其中未付 {open} {currency}。",
        "more": "还有更多：以上是最新的 {count} 张。",
        "none": "没有找到您的单据。",
        "undelivered": "订单 {number} 尚未交货。",
        "owed": "您共有 {count} 张未付发票，合计 {amount} {currency}，其中逾期 {overdue} {currency}。",
        "overdue": "您有 {count} 张逾期发票，合计 {amount} {currency}。",
        "credit": "尚未使用的贷项通知单合计 {amount} {currency}。",
        "nothing_owed": "您没有未付的发票。",
        "nothing_overdue": "您没有逾期的发票。",
        "which": "请用单据编号说明您指的是哪一张。",
        "unknown_number": "没有找到您的单据 {number}。",
        "refused": "我只回答您自己的订单、交货和发票；无法理解“{word}”。",
        "requested": "已登记为服务请求，会有人在这里答复您。",
        "handed_over": "我不确定您的意思，已连同对话转交给客服人员。",
        "asked_person": "已连同对话转交给客服人员。",
        "empty": "请询问您的订单、交货或发票。",
    },
}


STATES: Mapping[str, str] = {
    "draft": "草稿",
    "confirmed": "已确认",
    "expected": "待发货",
    "posted": "已过账",
    "done": "已完成",
    "closed": "已关闭",
    "cancelled": "已取消",
}
"""States of documents in Chinese."""


def state_of(name: str, locale: str) -> str:
    """A document's state in the asker's language."""
    return STATES.get(name, name) if locale.startswith("zh") else name


def text_of(name: str, locale: str, **values: object) -> str:
    """A sentence in the asker's language; English where there is none."""
    known = TEXTS.get(locale.partition("-")[0], TEXTS["en"])
    return known[name].format(**values)

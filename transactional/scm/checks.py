"""What makes a tax number, a bank account number or a payment term plausible; pure."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change
from transactional.scm.tax_numbers import check_digit_holds

_TAX_NUMBER = re.compile(r"^[A-Z0-9][A-Z0-9 ./-]{2,38}[A-Z0-9]$")
_IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")
_BIC = re.compile(r"^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$")
_DIGITS_MIN = 3
_DAYS_MAX = 3_650


def is_tax_number(value: str) -> bool:
    """Whether a text may be a tax number: capitals and digits, three digits at least, the check digit as it must be."""
    has_digits = sum(character.isdigit() for character in value) >= _DIGITS_MIN
    return bool(_TAX_NUMBER.match(value)) and has_digits and check_digit_holds(value)


def is_iban(value: str) -> bool:
    """Whether the check digits of a bank account number hold.  Source: ISO 13616, ISO 7064 MOD 97-10."""
    compact = value.replace(" ", "").upper()
    if not _IBAN.match(compact):
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def party_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with a customer or supplier."""
    number = change.values.get("tax_number")
    if number and not is_tax_number(number):
        reason = "is no tax number: capitals and digits with their check digit, such as DE136695976"
        yield FieldProblem("tax_number", reason, "bad_tax_number")
    yield from attribute_problems(change)
    yield from tolerance_problems(change)


def attribute_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with free attributes, of a party as of an item."""
    attributes = change.values.get("attributes")
    if attributes is None:
        return
    if not isinstance(attributes, dict) or not all(isinstance(value, str | int) for value in attributes.values()):
        yield FieldProblem(
            "attributes", "is no object of names with texts, whole numbers or true or false", "no_attributes"
        )


def tolerance_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with how much deliveries may differ."""
    for name in ("over_delivery_share", "under_delivery_share"):
        share = change.values.get(name)
        if share is not None and not 0 <= share <= 1:
            yield FieldProblem(name, "is no fraction from 0 to 1", "no_share")


def bank_account_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with a bank account."""
    iban, bic = change.values.get("iban"), change.values.get("bic")
    if iban and not is_iban(iban):
        yield FieldProblem("iban", "is no IBAN: its check digits do not hold", "bad_iban")
    if bic and not _BIC.match(bic):
        yield FieldProblem("bic", "is no BIC of 8 or 11 characters", "bad_bic")


def payment_term_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with a payment term: shares that do not add up to one, unknown days."""
    discount = change.value("discount_share")
    if discount is not None and not 0 <= discount < 1:
        yield FieldProblem("discount_share", "is no fraction from 0 to below 1", "no_share")
    days = change.value("discount_days")
    if days is not None and days > _DAYS_MAX:
        yield FieldProblem("discount_days", f"is more than {_DAYS_MAX} days", "too_many_days")
    if "installments" in change.values:
        yield from _installment_problems(change.values["installments"])


def _installment_problems(parts: Any) -> Iterable[FieldProblem]:
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        yield FieldProblem("installments", "is no list of parts with share, days and after", "no_installments")
        return
    whole = Decimal(0)
    for position, part in enumerate(parts):
        path = f"installments/{position}"
        share = _share(part.get("share"))
        if share is None:
            yield FieldProblem(f"{path}/share", "is no fraction above 0", "no_share")
        whole += share or 0
        days = part.get("days")
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= _DAYS_MAX:
            yield FieldProblem(f"{path}/days", "is no number of days", "no_days")
        if part.get("after", "invoice") not in {"invoice", "month_end", "order"}:
            yield FieldProblem(f"{path}/after", "is none of invoice, month_end, order", "unknown_choice")
        for name in set(part) - {"share", "days", "after"}:
            yield FieldProblem(f"{path}/{name}", "is no field of a part", "unknown_field")
    if whole != 1:
        yield FieldProblem("installments", "has shares that do not add up to 1", "shares_do_not_add_up")


def _share(value: Any) -> Decimal | None:
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        return None
    return share if share.is_finite() and 0 < share <= 1 else None

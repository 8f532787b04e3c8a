"""Tax numbers of countries whose check digits are known: one typed wrongly is found before anybody is billed by it.

Source: ISO 7064 (MOD 11,10), ISO/IEC 7812 (Luhn) and the countries' own rules for VAT identification numbers.
"""

import re
from collections.abc import Callable
from itertools import cycle

_SEPARATORS = re.compile(r"[ ./-]")


def _is_mod_11_10(digits: str) -> bool:
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (product + int(digits[-1])) % 10 == 1


def _luhn_sum(digits: str) -> int:
    """Digits from the right, every second one doubled, the digits of products added up."""
    return sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(reversed(digits), cycle((1, 2))))


def _is_luhn(digits: str) -> bool:
    return _luhn_sum(digits) % 10 == 0


def _is_austrian(digits: str) -> bool:
    return (_luhn_sum(digits[:-1]) + 4 + int(digits[-1])) % 10 == 0


def _is_belgian(digits: str) -> bool:
    return (int(digits[:8]) + int(digits[8:])) % 97 == 0


def _is_luxembourgian(digits: str) -> bool:
    return int(digits[:6]) % 89 == int(digits[6:])


def _is_french(digits: str) -> bool:
    return int(digits[:2]) == (12 + 3 * (int(digits[2:]) % 97)) % 97


_CHECKED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"ATU(\d{8})"), _is_austrian),
    (re.compile(r"BE([01]\d{9})"), _is_belgian),
    (re.compile(r"DE(\d{9})"), _is_mod_11_10),
    (re.compile(r"FR(\d{11})"), _is_french),
    (re.compile(r"HR(\d{11})"), _is_mod_11_10),
    (re.compile(r"IT(\d{11})"), _is_luhn),
    (re.compile(r"LU(\d{8})"), _is_luxembourgian),
)


def check_digit_holds(value: str) -> bool:
    """Whether nothing speaks against a tax number: what has no known check digit passes."""
    compact = _SEPARATORS.sub("", value).upper()
    for shape, holds in _CHECKED:
        found = shape.fullmatch(compact)
        if found:
            return holds(found[1])
    return True

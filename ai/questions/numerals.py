"""Numbers in Chinese characters, read as figures: 三十万, 一千二百."""

from __future__ import annotations

import re

_DIGITS = {each: at for at, each in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(r"(?<![0-9.])[零一二两三四五六七八九十百千万亿]{2,}(?!分之)")


def in_digits(text: str) -> str:
    """A text with its longer numbers in digits; single characters stay, for they stand in many other words."""
    return _NUMBER.sub(lambda found: str(_number(found[0]) or found[0]), text)


def _number(said: str) -> int | None:
    """What characters come to; None where they are no one number, as 三四 is three or four."""
    total = part = 0
    digit: int | None = None
    for each in said:
        if each in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[each]
        elif each in _UNITS:
            part += (1 if digit is None else digit) * _UNITS[each]
            digit = None
        else:
            total = (total + part + (digit or 0) or 1) * _MYRIADS[each]
            part, digit = 0, None
    before = (_UNITS | _MYRIADS).get(said[-2])
    if digit and before is not None and before > _UNITS["十"]:
        # 一万五 is fifteen thousand: the last digit counts the next smaller unit.
        digit *= before // 10
    is_counted = any(each in _UNITS or each in _MYRIADS for each in said)
    return total + part + (digit or 0) if is_counted else None

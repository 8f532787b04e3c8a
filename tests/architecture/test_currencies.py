"""What is known of currencies in two languages is the same in both."""

import re
from pathlib import Path

from transactional.organization.currencies import decimals_of

MACRO = Path("dbt_project/macros/rounded.sql")


def test_the_warehouse_rounds_to_the_decimals_that_the_books_do() -> None:
    text = MACRO.read_text(encoding="utf-8")
    told = {
        code: int(decimals)
        for codes, decimals in re.findall(r"in \(([^)]*)\) then (\d)", text)
        for code in re.findall(r"'([A-Z]{3})'", codes)
    }
    others = ("EUR", "USD", "CNY", "GBP", "CHF", "PLN", "CZK", "SEK")
    assert {code: decimals_of(code) for code in told} == told
    assert len(told) == 26 == sum(decimals_of(code) != 2 for code in _all_codes())
    assert re.search(r"else 2\b", text)
    assert {decimals_of(code) for code in others} == {2}


def _all_codes() -> list[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [a + b + c for a in letters for b in letters for c in letters]

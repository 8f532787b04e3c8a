"""Tax numbers are held against the check digits of their countries; others pass as they are."""

import pytest

from transactional.scm.checks import is_tax_number

VALID = (
    "ATU13585627",
    "BE0428759497",
    "DE136695976",
    "FR40303265045",
    "HR33392005961",
    "IT00743110157",
    "LU15027442",
)


@pytest.mark.feature("3.3.1")
@pytest.mark.parametrize("number", VALID)
def test_a_digit_typed_wrongly_is_found(number: str) -> None:
    assert is_tax_number(number)
    for place, character in enumerate(number):
        if character.isdigit():
            wrong = number[:place] + str((int(character) + 1) % 10) + number[place + 1 :]
            # A Belgian number begins with 0 or 1: another first digit makes it a number that nothing is known of.
            assert not is_tax_number(wrong) or (number.startswith("BE") and wrong[2] not in "01"), wrong


@pytest.mark.feature("3.3.1")
def test_blanks_do_not_matter_and_numbers_of_other_shapes_pass() -> None:
    assert is_tax_number("DE 136 695 976")
    assert not is_tax_number("DE 136 695 977")
    for other in ("12/345/67890", "NL123456789B01", "US-98-7654321", "BE2428759497"):
        assert is_tax_number(other)
    for none in ("DE", "de136695976", "AB12"):
        assert not is_tax_number(none)

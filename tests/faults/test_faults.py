"""The list of faults fits the code: each guard is found where the list says, and so are the tests that miss it."""

import pytest

from runtime.paths import PROJECT_FOLDER
from tools.plant_faults import Fault, planted_faults

FAULTS_MIN = 30


@pytest.mark.parametrize("fault", planted_faults(), ids=lambda fault: fault.name)
def test_a_fault_can_be_planted(fault: Fault) -> None:
    text = (PROJECT_FOLDER / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1
    assert fault.new != fault.old
    assert [test for test in fault.tests if not (PROJECT_FOLDER / test).exists()] == []


def test_enough_guards_are_taken_away() -> None:
    faults = planted_faults()
    assert len(faults) >= FAULTS_MIN
    assert len({fault.name for fault in faults}) == len(faults)

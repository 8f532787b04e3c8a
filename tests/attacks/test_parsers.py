"""A6, A16: whatever is put into a parser, it answers with what it read or with a refusal."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ai.questions.times import read_period
from api.errors import UnsupportedFile
from api.tables import read_table
from olap.errors import MetricsError
from olap.query import MetricQuery
from reports.cron import CronInvalid, parse_cron
from tests.rounds import PROVING, rounds
from transactional.kernel.cells import cell_parser
from transactional.kernel.errors import DomainError, Invalid
from transactional.kernel.listing import parse
from transactional.kernel.resource import Field
from transactional.platform.formats import parse_format
from transactional.resources import RESOURCES

MUTATIONS = rounds(150, 20_000)
EXAMPLES = rounds(60, 5_000)
LONG = pytest.mark.timeout(3600 if PROVING else 300)
FUZZ = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TODAY = date(2026, 3, 16)
TRICKY = (
    *("", "\x00", "9" * 400, "1e999999", "-0", "NaN", "0x10", "2026-02-30"),
    *("99999-01-01", "٣", "\ud800", "a" * 9_999),
)


def _workbook() -> bytes:
    book, target = Workbook(), io.BytesIO()
    book.active.append(["code", "name", "on"])  # type: ignore[union-attr]
    book.active.append(["A", 1.5, date(2026, 3, 16)])  # type: ignore[union-attr]
    book.active.append(["B", "=1+1", True])  # type: ignore[union-attr]
    book.save(target)
    return target.getvalue()


def _parquet() -> bytes:
    target = io.BytesIO()
    columns = {"code": ["A", "B"], "amount": [Decimal("1.5"), None], "on": [TODAY, None], "list": [[1], []]}
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


CSV = b'code;name\r\nA;"x\ny"\r\n"B";"=cmd"\r\n'
FILES: dict[str, Callable[[], bytes]] = {"t.csv": lambda: CSV, "t.xlsx": _workbook, "t.parquet": _parquet}


@LONG
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_read_or_refused(name: str) -> None:
    chance, whole = random.Random(20261121), FILES[name]()  # noqa: S311  # repeatable, not secret
    odd = {}
    for number in range(MUTATIONS):
        damaged = _inside(whole, chance) if name == "t.xlsx" and number % 2 else _mutated(whole, chance)
        try:
            read_table(io.BytesIO(damaged), name)
        except (Invalid, UnsupportedFile):
            continue
        except Exception as error:  # noqa: BLE001  # whatever else it is, it would be a 500
            odd[type(error).__name__] = str(error)[:200]
    assert odd == {}


def _mutated(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made))
        kind = chance.randrange(4)
        if kind == 0:
            made[at] = chance.randrange(256)
        elif kind == 1:
            del made[at : at + chance.randint(1, 20)]
        elif kind == 2:
            made[at:at] = chance.randbytes(chance.randint(1, 20))
        else:
            made[at:at] = made[at : at + 40]
        if not made:
            return b""
    return bytes(made)


def _inside(content: bytes, chance: random.Random) -> bytes:
    """The archive whole, one of its parts damaged or gone."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(target, "w") as made:
        hit = chance.choice(whole.namelist())
        for name in whole.namelist():
            if name == hit and chance.random() < 0.2:
                continue
            made.writestr(name, _mutated(whole.read(name), chance) if name == hit else whole.read(name))
    return target.getvalue()


def test_bombs_are_refused_before_they_unpack() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet>&l9;</worksheet>'
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet>&f;</worksheet>'
    for sheet in (bomb, entity):
        with pytest.raises((Invalid, UnsupportedFile)):
            read_table(io.BytesIO(_with_sheet(sheet.encode())), "bomb.xlsx")
    zeros = _with_sheet(*[bytes(11_000_000)] * 100)
    with pytest.raises(Invalid):
        read_table(io.BytesIO(zeros), "zeros.xlsx")


def _with_sheet(*pieces: bytes) -> bytes:
    """A workbook whose sheet is these pieces one after the other, of which one at a time is in memory."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook())) as whole,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in whole.namelist():
            with made.open(name, "w") as member:
                member.writelines(pieces if name.startswith("xl/worksheets/") else [whole.read(name)])
    return target.getvalue()


FIELDS: Sequence[Field] = list(
    {field.kind: field for resource in RESOURCES for field in resource.fields.values()}.values()
)


@LONG
@seed(1)
@FUZZ
@example(raw="\x00")
@given(raw=st.one_of(st.sampled_from(TRICKY), st.text(max_size=60)))
def test_a_filter_is_a_value_or_refused(raw: str) -> None:
    for known in FIELDS:
        try:
            value = parse(known, raw)
        except (ValueError, ArithmeticError):
            continue  # what the list answers 422 for
        assert _can_be_asked_for(value), (known.kind, value)


@LONG
@seed(2)
@FUZZ
@given(
    cell=st.one_of(
        st.sampled_from(TRICKY),
        st.text(max_size=60),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.datetimes(),
        st.dates(),
        st.booleans(),
        st.lists(st.integers(), max_size=3),
        st.binary(max_size=8),
    )
)
def test_a_cell_of_a_file_is_a_value_or_refused(cell: object) -> None:
    for known in FIELDS:
        try:
            value = cell_parser(known)(cell)
        except (ValueError, ArithmeticError, Invalid):
            continue  # what the import names as a wrong cell
        assert _can_be_asked_for(value), (known.kind, value)


def _can_be_asked_for(value: object) -> bool:
    """Whether the database takes it: text without zero bytes and half characters, numbers that are some."""
    match value:
        case str():
            return "\x00" not in value and value.encode(errors="ignore").decode() == value
        case float() | Decimal():
            return Decimal(value).is_finite()
        case list():
            return all(map(_can_be_asked_for, value))
        case _:
            return True


WORDS = [
    *("last", "next", "this", "year", "month", "quarter", "week", "day", "days", "2026", "q1", "q5", "13", "0"),
    *("99999999999", "ytd", "31", "february", "去年", "本月", "第", "季度", "最近", "年", "月"),
]


@LONG
@seed(3)
@FUZZ
@given(words=st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=6))
def test_a_period_is_understood_or_not(words: list[str]) -> None:
    found = read_period(words, TODAY)
    assert found is None or found.length <= len(words)


def _spaced(words: list[str]) -> str:
    return " ".join(words)


@LONG
@seed(4)
@FUZZ
@given(
    text=st.one_of(st.text(max_size=40), st.lists(st.text("0123456789*/-,? ", max_size=6), max_size=6).map(" ".join))
)
def test_a_schedule_and_a_number_format_are_read_or_refused(text: str) -> None:
    for read, refusals in ((parse_cron, (CronInvalid,)), (parse_format, (Invalid,))):
        try:
            understood = read(text)
        except refusals:
            continue
        # What is understood once is understood alike again.
        assert understood == read(text)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
PARTS = ("metrics", "group_by", "where", "time", "compare", "order_by", "limit", "totals", "having")


@LONG
@seed(5)
@FUZZ
@given(question=st.dictionaries(st.sampled_from(PARTS), JSON, max_size=5))
def test_a_metric_question_is_read_or_refused(question: dict[str, object]) -> None:
    try:
        understood = MetricQuery.from_data(question)
    except (MetricsError, DomainError):
        return
    assert understood == MetricQuery.from_data(question)

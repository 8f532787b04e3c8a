"""A map without a map server: every country a tile of the same size, about where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from charts.marks import Column, Extent, Fact, Mark, Note, Picture, Rect, Says, Tone, Words
from charts.table import Row, Table, Unfit, number

# Countries by ISO 3166-1 alpha-2, west to east and north to south, neighbours together where possible.
_GRID = """
.. .. .. .. .. .. GL .. .. IS .. .. .. NO SE FI .. .. .. .. .. .. .. .. .. .. ..
.. CA .. .. .. .. .. .. .. .. .. .. DK .. .. EE RU .. .. .. .. .. .. .. .. .. ..
.. US .. .. .. .. .. .. IE GB .. NL DE PL LT LV BY .. .. .. .. .. .. MN .. .. ..
.. MX BS CU .. .. .. .. .. .. FR BE LU CZ SK UA MD .. .. KZ .. .. .. .. KP .. ..
BZ GT .. JM HT DO PR .. .. .. MC CH LI AT HU RO .. GE AZ UZ KG .. CN .. KR JP ..
SV HN .. KN AG DM .. .. PT ES AD IT SI HR RS BG TR AM TM TJ .. .. .. HK TW .. ..
.. NI .. LC VC BB .. .. GI .. SM VA BA ME XK MK GR SY IR AF PK NP BT MM LA VN ..
.. CR .. GD TT .. .. .. .. .. .. MT .. AL .. CY LB IQ KW .. IN BD .. TH KH PH ..
.. PA CO VE GY SR .. .. MA DZ TN LY EG IL PS JO SA BH QA AE .. LK .. MY SG BN ..
.. .. EC PE BR .. .. CV EH MR ML NE TD SD ER .. YE OM .. .. .. MV .. ID TL PG ..
.. .. .. BO PY .. .. SN GM BF NG CF SS ET DJ .. .. .. .. .. .. .. .. .. .. SB FJ
.. .. .. CL UY .. .. GW GN CI GH TG BJ CM UG KE SO .. .. .. .. .. .. AU .. VU WS
.. .. .. AR .. .. .. .. SL LR ST GQ GA CG RW TZ SC .. .. .. .. .. .. .. NZ TO ..
.. .. .. .. .. .. .. .. .. .. .. .. AO CD BI MW KM .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. .. NA ZM ZW MZ MG MU .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. .. ZA BW LS SZ .. .. .. .. .. .. .. .. .. .. ..
"""
_HALF = 0.47
_DARK_FROM = 0.45


@cache
def tiles() -> dict[str, tuple[int, int]]:
    """Where each country's tile stands: to the right and down."""
    rows = _GRID.split("\n")[1:-1]
    return {code: (x, y) for y, row in enumerate(rows) for x, code in enumerate(row.split()) if code != ".."}


def world(table: Table, metric: Column) -> Picture:
    """Countries shaded by their figures; one without a figure is faint."""
    [place] = table.dimensions
    known: dict[str, Row] = {}
    nowhere = [row for row in table.rows if row[place["name"]] in (None, "")]
    for row in table.rows:
        if row not in nowhere:
            known[str(row[place["name"]])] = row
    strange = sorted(set(known) - set(tiles()))
    if strange or not known:
        raise Unfit("no_country", dimension=place["label"], members=", ".join(strange[:5]) or "-")
    values = {code: value for code, row in known.items() if (value := number(row.get(metric["name"]))) is not None}
    low, high = min([0.0, *values.values()]), max([0.0, *values.values()])
    marks: list[Mark] = []
    for code, (x, y) in tiles().items():
        own = known.get(code)
        says = Says(((place, code),), (Fact(own[metric["name"]], metric),)) if own is not None else Says(is_door=False)
        shade: Tone = (values[code] - low) / (high - low) if code in values and high > low else "faint"
        marks.append(Rect(x - _HALF, -y - _HALF, x + _HALF, -y + _HALF, shade, says))
        marks.append(Words(x, -y, text=code, tone=_letters(shade, is_known=own is not None)))
    width, height = max(x for x, _ in tiles().values()), max(y for _, y in tiles().values())
    notes: tuple[Note, ...] = tuple(("no_place", {"value": Fact(row.get(metric["name"]), metric)}) for row in nowhere)
    return Picture(
        metric,
        Extent(-0.6, width + 0.6),
        Extent(-height - 0.6, 0.6),
        tuple(marks),
        is_square=True,
        lines=height + 1,
        notes=(*_shades(known, values, metric), *notes),
    )


def _shades(known: Mapping[str, Row], values: Mapping[str, float], metric: Column) -> tuple[Note, ...]:
    """What light and dark stand for."""
    if len(values) < 2:  # noqa: PLR2004  # one shade says nothing
        return ()
    ends = {"low": min(values, key=values.__getitem__), "high": max(values, key=values.__getitem__)}
    return (("shades", {word: Fact(known[code][metric["name"]], metric) for word, code in ends.items()}),)


def _letters(shade: Tone, *, is_known: bool) -> Tone:
    """Light letters on dark ground, faint ones where there is no figure."""
    if not is_known:
        return "muted"
    return "paper" if isinstance(shade, float) and shade > _DARK_FROM else "ink"

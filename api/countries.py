"""Where a caller is, as far as the operator has said how that is told: by a header of their proxy, or by a table."""

import bisect
import csv
import ipaddress
import re
from pathlib import Path

from starlette.requests import Request

from runtime.settings import Settings, SettingsRefused

_COUNTRY = re.compile(r"^[A-Z]{2}$")
_UNKNOWN = frozenset({"XX", "T1"})
"""What proxies say when they do not know."""
_Range = tuple[int, int, str]


class Countries:
    """Addresses and their countries; nobody has one where the operator has set nothing."""

    def __init__(self, settings: Settings) -> None:
        """Read the table once.  Raises: SettingsRefused, naming the line that cannot be read."""
        self._header = settings.country_header
        self._ranges = {version: sorted(found) for version, found in _read(settings.country_file).items()}

    def of(self, request: Request) -> str | None:
        """Two letters, or nothing."""
        told = request.headers.get(self._header, "").upper() if self._header else ""
        if _COUNTRY.match(told) and told not in _UNKNOWN:
            return told
        return self.at(request.client.host) if request.client else None

    def at(self, address: str) -> str | None:
        """The country of an address by the table."""
        try:
            asked = ipaddress.ip_address(address)
        except ValueError:
            return None
        ranges = self._ranges.get(asked.version, [])
        position = bisect.bisect_right(ranges, (int(asked), 1 << 129, "")) - 1
        if position < 0 or ranges[position][1] < int(asked):
            return None
        return ranges[position][2]


def _read(file: Path | None) -> dict[int, list[_Range]]:
    found: dict[int, list[_Range]] = {4: [], 6: []}
    if file is None:
        return found
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(lines), start=1):
                if row and not (number == 1 and row[0].strip() == "network"):
                    version, told = _range(row, number)
                    found[version].append(told)
    except OSError as error:
        raise SettingsRefused(f"QOOERP_COUNTRY_FILE cannot be read: {error.strerror}.") from error
    return found


def _range(row: list[str], number: int) -> tuple[int, _Range]:
    try:
        network = ipaddress.ip_network(row[0].strip())
        country = row[1].strip().upper()
    except (ValueError, IndexError):
        country = ""
    if not _COUNTRY.match(country):
        raise SettingsRefused(f"QOOERP_COUNTRY_FILE, line {number}: write network,country as 192.0.2.0/24,DE.")
    return network.version, (int(network.network_address), int(network.broadcast_address), country)

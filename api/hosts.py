"""Which tenant a host name belongs to."""

import threading
import time
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from runtime.settings import Settings
from transactional.identity.models import Tenant
from transactional.kernel.session import Database

_SECONDS_MAX = 5.0
_OUR_OWN = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver", ""})


class Hosts:
    """The host names tenants have, read again every few seconds."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Read nothing yet."""
        self._database = database
        public = (urlsplit(url).hostname or "" for url in (settings.public_url, settings.public_api_url))
        self._own = _OUR_OWN | {settings.host, settings.local_host, *public}
        self._known: Mapping[str, UUID] = {}
        self._read_at = -_SECONDS_MAX
        self._lock = threading.Lock()

    @property
    def is_fresh(self) -> bool:
        """Whether the names need no reading: ask before going to the database from the event loop."""
        return time.monotonic() - self._read_at < _SECONDS_MAX

    def refresh(self) -> None:
        """Read the names again."""
        with self._lock:
            if self.is_fresh:
                return
            with self._database.outside_tenants() as session:
                rows = session.execute(select(Tenant.host, Tenant.id).where(Tenant.host.is_not(None)))
                self._known = {str(host).casefold(): tenant_id for host, tenant_id in rows}
            self._read_at = time.monotonic()

    def is_unknown(self, host: str) -> bool:
        """Whether tenants have host names and this is none of them, nor our own; an address is no name."""
        return bool(self._known) and host not in self._known and host not in self._own and not _is_address(host)

    def tenant_of(self, host: str) -> UUID | None:
        """The tenant of a host name; nothing for our own."""
        return self._known.get(host)

    def forget(self) -> None:
        """Read the names again at the next request."""
        self._read_at = -_SECONDS_MAX


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True

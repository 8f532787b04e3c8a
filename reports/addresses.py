"""Which addresses may be reached on behalf of a tenant: those of the world, and what the operator has opened."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

import httpx

from runtime.networks import networks_of

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Behind a translating gateway the last four bytes are an address of the old kind."""


class AddressRefused(Exception):
    """A name that is not known, or leads to a private network; whether it is worth trying again."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        """Keep why."""
        self.is_permanent = is_permanent
        super().__init__(reason)


def reachable(host: str, port: int, opened: str) -> str:
    """The address behind a name, where it lies outside or in one of the networks opened.

    Raises: AddressRefused.
    """
    networks = networks_of(opened)
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"{host} is not known", is_permanent=False) from error
    addresses = [ipaddress.ip_address(str(address[0]).partition("%")[0]) for *_, address in found]
    for known in addresses:
        if not _is_outside(known) and not any(known in network for network in networks):
            raise AddressRefused(f"{host} is a private address", is_permanent=True)
    return str(addresses[0])


def parts_of(url: str) -> SplitResult:
    """The parts of an http or https address.  Raises: AddressRefused where it is none."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        is_address = False
    if not is_address:
        raise AddressRefused("an http or https address is expected", is_permanent=True)
    return parts


def request_to(
    client: httpx.Client, method: str, url: str, address: str, *, headers: Mapping[str, str], body: bytes | None = None
) -> httpx.Request:
    """A request to the very address that was checked: a name looked up again could lead elsewhere by then."""
    named = httpx.URL(url)
    return client.build_request(
        method,
        named.copy_with(host=address),
        content=body,
        headers={**headers, "Host": named.netloc.decode()},
        extensions={"sni_hostname": named.host},
    )


def _is_outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address, and the one it may carry inside, belongs to the world."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(each is None or each.is_global for each in carried)

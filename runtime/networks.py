"""Lists of networks as operators write them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network


def networks_of(written: str) -> list[IPv4Network | IPv6Network]:
    """The networks of a list with blanks or commas between them.  Raises: ValueError, naming what is none."""
    return [ip_network(part) for part in written.replace(",", " ").split()]

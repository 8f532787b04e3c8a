"""Telling an address by signed HTTP. Receivers know a repetition by its delivery id."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from runtime.settings import Settings

TIMEOUT_SECONDS = 10.0
_GONE = 410
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Behind a translating gateway the last four bytes are an address of the old kind."""


class WebhookRefused(Exception):
    """The receiver said no, or may not be reached; whether it is worth trying again."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        """Keep why."""
        self.is_permanent = is_permanent
        super().__init__(reason[:500])


def key_of(settings: Settings, endpoint_id: object) -> str:
    """The signing key of an endpoint: told when it is made, and derived anew ever after."""
    return hmac.new(settings.secret_key.encode(), f"webhook:{endpoint_id}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, at: int, body: bytes) -> str:
    """What a receiver computes again: HMAC-SHA256 over the time, a dot and the body."""
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def post_webhook(
    settings: Settings, url: str, content: Mapping[str, Any], *, key: str, delivery_id: object, at: datetime
) -> None:
    """Nothing: the receiver answered with a 2xx.  Raises: WebhookRefused."""
    address = check_address(settings, url)
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str).encode()
    stamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "Qooerp-Delivery": str(delivery_id),
        "Qooerp-Signature": f"t={stamp},v1={signature(key, stamp, body)}",
    }
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False) as client:
            answer = client.send(_request(client, url, address, body, headers))
    except httpx.HTTPError as error:
        raise WebhookRefused(f"no answer: {error}", is_permanent=False) from error
    if not answer.is_success:
        raise WebhookRefused(f"answered {answer.status_code}", is_permanent=answer.status_code == _GONE)


def _request(client: httpx.Client, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
    """A request to the very address that was checked: a name looked up again could lead elsewhere by then."""
    named = httpx.URL(url)
    return client.build_request(
        "POST",
        named.copy_with(host=address),
        content=body,
        headers={**headers, "Host": named.netloc.decode()},
        extensions={"sni_hostname": named.host},
    )


def check_address(settings: Settings, url: str) -> str:
    """The address behind a name, where it lies outside or in a network that the operator has opened.

    Raises: WebhookRefused.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WebhookRefused("an http or https address is expected", is_permanent=True)
    opened = [ipaddress.ip_network(each.strip()) for each in settings.webhook_networks.split(",") if each.strip()]
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise WebhookRefused(f"{parts.hostname} is not known", is_permanent=False) from error
    addresses = [ipaddress.ip_address(str(address[0]).partition("%")[0]) for *_, address in found]
    for known in addresses:
        if not _is_outside(known) and not any(known in network for network in opened):
            raise WebhookRefused(f"{parts.hostname} is a private address", is_permanent=True)
    return str(addresses[0])


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

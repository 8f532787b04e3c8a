"""Telling an address by signed HTTP. Receivers know a repetition by its delivery id."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from reports.addresses import AddressRefused, parts_of, reachable, request_to
from runtime.settings import Settings

TIMEOUT_SECONDS = 10.0
_GONE = 410


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
            answer = client.send(request_to(client, "POST", url, address, headers=headers, body=body))
    except httpx.HTTPError as error:
        raise WebhookRefused(f"no answer: {error}", is_permanent=False) from error
    if not answer.is_success:
        raise WebhookRefused(f"answered {answer.status_code}", is_permanent=answer.status_code == _GONE)


def check_address(settings: Settings, url: str) -> str:
    """The address behind a name, where it lies outside or in a network that the operator has opened.

    Raises: WebhookRefused.
    """
    try:
        parts = parts_of(url)
        return reachable(parts.hostname or "", parts.port or 443, settings.webhook_networks)
    except AddressRefused as refusal:
        raise WebhookRefused(str(refusal), is_permanent=refusal.is_permanent) from refusal

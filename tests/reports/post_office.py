"""A real SMTP server on this machine that keeps what it took, and can end its client at a chosen moment."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class PostOffice:
    """What was taken, and what is done to whom is sending."""

    taken: list[EmailMessage] = field(default_factory=list)
    kill_at: str = ""
    victim: int = 0
    refuses_with: str = ""

    async def handle_RCPT(  # noqa: N802  # names the library looks for
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        self._maybe_kill("rcpt")
        if self.refuses_with:
            return self.refuses_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        self._maybe_kill("data")
        return "250 taken"

    def _maybe_kill(self, moment: str) -> None:
        if self.kill_at == moment and self.victim:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0

    def to(self, address: str) -> list[EmailMessage]:
        """What was taken for an address."""
        return [mail for mail in self.taken if mail["To"] == address]


def opened() -> tuple[PostOffice, Controller]:
    """A running server on a free port."""
    office = PostOffice()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    return office, controller

"""Handing a mail to a real SMTP server in two steps: everything but the last line, a mark, and then the last line.

Until a server has read the line with the lone dot it has taken nothing, and once it has, the mail is its own. What a
killed sender leaves open is therefore the moment between the mark and that line, not the whole conversation.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from runtime.settings import Settings

TIMEOUT_SECONDS = 30.0
_OK, _GO_ON = 250, 354
_PERMANENT = 500


class MailRefused(Exception):
    """The server said no; whether it is worth trying again."""

    def __init__(self, code: int, text: str) -> None:
        """Keep what the server said."""
        self.is_permanent = code >= _PERMANENT
        super().__init__(f"{code} {text}"[:500])


class MailUnanswered(Exception):
    """The whole mail was handed over, and the connection ended before the server answered."""


def send_mail(settings: Settings, message: EmailMessage, to: str, *, mark: Callable[[], None]) -> None:
    """Nothing: the server has taken the mail. `mark` is called when all but its last line has been handed over.

    Raises: MailRefused, MailUnanswered; OSError and SMTPException before the mark, when nothing was sent;
    whatever `mark` raises, and then nothing was sent.
    """
    with _connection(settings) as server:
        _expect(server.mail(settings.mail_from), _OK)
        _expect(server.rcpt(to), _OK)
        _expect(server.docmd("DATA"), _GO_ON)
        raw = message.as_bytes(policy=SMTP)
        server.send(_dotted(raw if raw.endswith(b"\r\n") else raw + b"\r\n"))
        try:
            mark()
        except BaseException:
            # Without its last line the server throws away what it has read.
            server.close()
            raise
        try:
            server.send(b".\r\n")
            answer = server.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise MailUnanswered(str(error)) from error
        _expect(answer, _OK)


def _connection(settings: Settings) -> smtplib.SMTP:
    if settings.smtp_url is None:
        raise MailRefused(_PERMANENT, "no mail server is set: QOOERP_SMTP_URL")
    address = urlsplit(settings.smtp_url.get_secret_value())
    host, port = address.hostname or "localhost", address.port
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _dotted(raw: bytes) -> bytes:
    """Lines that begin with a dot get a second one.  Source: RFC 5321, 4.5.2."""
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n"))


def _expect(answer: tuple[int, bytes], code: int) -> None:
    found, text = answer
    if found // 10 != code // 10:
        raise MailRefused(found, text.decode(errors="replace"))

"""A11: what is written into names ends in no header, no second mail and no file of somebody else's."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default

import pytest
from pydantic import SecretStr

from reports.mail import send_mail
from reports.sending.letters import Letter, letter_of_words, mail_of
from runtime.settings import Settings
from tests.attacks.payloads import HEADERS, PATHS
from tests.reports.post_office import opened

_AT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
_OWN_HEADERS = {
    "Subject", "From", "To", "Message-ID", "Date", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type",
}  # fmt: skip


def _mail(letter: Letter, to: str = "ada@acme.test"):  # type: ignore[no-untyped-def]  # noqa: ANN202
    given = {"message_id": "<1@qooerp>", "at": _AT, "unsubscribe": "https://own.test/u"}
    return mail_of(letter, sender="books@acme.test", to=to, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("payload", HEADERS, ids=ascii)
def test_a_title_becomes_one_subject_and_no_other_header(payload: str) -> None:
    mail = message_from_bytes(_mail(letter_of_words(payload, [(payload, payload)], "en")).as_bytes(policy=SMTP))
    assert set(mail.keys()) <= _OWN_HEADERS
    assert len(mail.keys()) == len(set(mail.keys()))
    assert mail["To"] == "ada@acme.test"
    read = message_from_bytes(mail.as_bytes(policy=SMTP), policy=default)
    if "=?" not in payload:  # an encoded word is read as what it stands for, and stays in its line
        assert read["Subject"].split() == payload.split()
    assert read["Bcc"] is None


@pytest.mark.parametrize("payload", HEADERS, ids=ascii)
def test_an_address_with_a_line_break_is_no_address(payload: str) -> None:
    if any(sign in payload for sign in "\r\n"):
        with pytest.raises(ValueError, match=r"(?i)line|header|linefeed|carriage"):
            _mail(letter_of_words("Weekly", [], "en"), to=f"ada@acme.test{payload}")


def test_no_text_ends_the_mail_early_and_begins_another() -> None:
    """SMTP smuggling: lone line feeds and carriage returns around a dot, in a real conversation."""
    office, controller = opened()
    try:
        settings = Settings(smtp_url=SecretStr(f"smtp://127.0.0.1:{controller.port}"))
        ends = ("\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\n", "\x85.\x85")
        for end in ends:
            smuggled = f"before{end}MAIL FROM:<thief@evil.test>{end}RCPT TO:<ada@acme.test>{end}DATA{end}after"
            letter = Letter(smuggled, smuggled, f"<p>{smuggled}</p>")
            send_mail(settings, _mail(letter), "ada@acme.test", mark=lambda: None)
    finally:
        controller.stop()
    assert len(office.taken) == len(ends)
    for mail in office.taken:
        assert mail["From"] == "books@acme.test"
        body = mail.get_body(("plain",))
        assert body is not None
        assert body.get_content().rstrip().endswith("after"), "the text was cut"


@pytest.mark.parametrize("name", [*PATHS, *HEADERS], ids=ascii)
def test_an_attached_file_has_a_name_and_no_path(name: str) -> None:
    letter = Letter("Weekly", "text", "<p>text</p>", files=((name, "csv", b"a\n1\n"),))
    mail = message_from_bytes(_mail(letter).as_bytes(policy=SMTP), policy=default)
    [part] = list(mail.iter_attachments())
    named = part.get_filename() or ""
    assert named.endswith(".csv")
    assert not {*"/\\:*\r\n\x00\x0b\x85\u2028"} & {*named}, named
    assert ".." not in named
    assert part.get_content() == "a\n1\n"
    assert set(part.keys()) <= {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"}

"""No mail says more in its head than was meant: hostile addresses at every judge, any subject at a sink."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.modules.notices.test_mail import ADDRESS, PostOffice, free_port

from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import TextKind, email_fault, mailbox_fault, plain_mailbox
from tongban.kit.clock import SystemClock
from tongban.kit.settings import read_settings
from tongban.modules.identity import rules
from tongban.modules.notices.adapters.smtp import SmtpMailer
from tongban.modules.notices.model import Mail
from tongban.modules.services.rules import kinds

HOSTILE = [
    f"{before}{between}{after}"
    for between in (
        "\n",
        "\r",
        "\r\n",
        "\r\n ",
        "\n\t",
        "\0",
        "\v",
        "\f",
        "\x1c",
        "\x85",
        "\u2028",
        "\u2029",
    )
    for before, after in (
        (ADDRESS, "Bcc: other@example.cn"),
        ("li.ping", "@example.gov.cn"),
        (ADDRESS, "other@example.cn"),
        ("li.ping@example", ".gov.cn"),
    )
]
HEADS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip


@pytest.fixture(scope="module")
def sink() -> Iterator[tuple[PostOffice, int]]:
    taken, port = PostOffice(), free_port()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    yield taken, port
    controller.stop()


def a_mail(to: str = ADDRESS, subject: str = "s", text: str = "t") -> Mail:
    return Mail(key="k", to=to, subject=subject, text=text, at=SystemClock().now())


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_with_a_break_is_refused_by_every_judge(
    address: str, sink: tuple[PostOffice, int], tmp_path: Path
) -> None:
    office, port = sink
    assert mailbox_fault(plain_mailbox(address)) is not None
    assert email_fault(kinds.plain(TextKind.EMAIL, address)) is not None
    with pytest.raises(Refusal, match="address_unfit"):
        rules.check_address(address)
    with pytest.raises(Refusal):
        read_settings(tmp_path, {"TONGBAN_SMTP_FROM": address})
    for mailer, mail in (
        (SmtpMailer(f"smtp://127.0.0.1:{port}", ADDRESS), a_mail(to=address)),
        (SmtpMailer(f"smtp://127.0.0.1:{port}", address), a_mail()),
    ):
        with pytest.raises(Refusal, match="mail_failed"):
            mailer.send(mail)
    assert office.mails == []


@settings(max_examples=60)
@given(subject=st.text(max_size=300), text=st.text(max_size=300))
def test_whatever_a_subject_or_a_text_holds_the_head_has_the_lines_that_were_meant(
    sink: tuple[PostOffice, int], subject: str, text: str
) -> None:
    office, port = sink
    office.mails.clear()
    hostile = subject + "\r\nBcc: other@example.cn\n\nbody"
    SmtpMailer(f"smtp://127.0.0.1:{port}", ADDRESS).send(a_mail(subject=hostile, text=text))
    (came,) = office.mails
    assert set(came.keys()) == HEADS
    assert len(came.keys()) == len(HEADS)
    assert "Bcc: other@example.cn" in came["Subject"], "it stays a word of the subject"
    assert came["To"] == ADDRESS

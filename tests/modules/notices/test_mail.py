"""Mail, handed to a real mail server on the loopback."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec.structs import replace
from tests.builders import identity as builders
from tests.builders import web
from tests.builders.mute import mute

from tongban.kernel.actors import SYSTEM
from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries
from tongban.modules.identity.pages import HANDLERS as IDENTITY
from tongban.modules.notices import actions, adapters, formats
from tongban.modules.notices.adapters import smtp
from tongban.modules.notices.adapters.smtp import SmtpMailer
from tongban.modules.notices.handlers import JOBS, SUBSCRIPTIONS
from tongban.modules.notices.model import Mail
from tongban.modules.notices.pages import HANDLERS

ADDRESS = "li.ping@example.gov.cn"


class PostOffice:
    """Takes mail; refuses what is for ``refused@``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the server looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address.startswith("refused@"):
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        made = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
        self.mails.append(made)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, int]]:
    taken, port = PostOffice(), free_port()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    yield taken, port
    controller.stop()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    yield from testing.opened(testing.sqlite_database(tmp_path))


def running(db: Database, folder: Path, port: int) -> House:
    house = web.house(
        db, folder, smtp=f"smtp://127.0.0.1:{port}", smtp_from="noreply@yunxi.example"
    )
    adapters.plug(house)
    return house


def settle(house: House) -> None:
    Worker(house, Outbox(house.db, SUBSCRIPTIONS), JOBS).settle()


def a_mail(to: str = ADDRESS, text: str = "您好\n") -> Mail:
    return Mail(key="k1", to=to, subject="新消息", text=text, at=testing.MORNING)


def with_address(db: Database, address: str = ADDRESS) -> str:
    new = replace(builders.new_staff(), address=address)
    return db.write(lambda unit: identity.create_staff(unit, SYSTEM, new)[0].id)


def test_a_server_that_would_take_mail_is_told_from_one_that_would_not(
    office: tuple[PostOffice, int],
) -> None:
    taken, port = office
    SmtpMailer(f"smtp://127.0.0.1:{port}", "noreply@yunxi.example").check(5.0)
    assert taken.mails == []
    with pytest.raises(Refusal, match="mail_failed_connection"):
        SmtpMailer(f"smtp://one:two@127.0.0.1:{port}", "noreply@yunxi.example").check(5.0)


def test_a_defect_of_the_house_is_not_taken_for_a_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*given: object) -> None:
        raise LookupError("a defect")

    monkeypatch.setattr(smtp, "_connected", broken)
    with pytest.raises(LookupError):
        SmtpMailer("smtp://127.0.0.1:1", "noreply@yunxi.example").check(5.0)


def test_a_server_that_speaks_too_slowly_ever_to_end_is_not_waited_for() -> None:
    with mute(b"220-") as (port, taken):
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", "noreply@yunxi.example")
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.05):
                for one in taken:
                    with suppress(OSError):
                        one.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        with (
            ThreadPoolExecutor(1) as waiting,
            pytest.raises(Refusal, match="mail_failed_connection"),
        ):
            waiting.submit(mailer.check, 0.2).result(timeout=60)
        stop.set()
        thread.join()


def test_a_mail_arrives_as_it_was_written(office: tuple[PostOffice, int]) -> None:
    taken, port = office
    SmtpMailer(f"smtp://127.0.0.1:{port}", "noreply@yunxi.example").send(a_mail())
    [mail] = taken.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        ADDRESS,
        "noreply@yunxi.example",
        "新消息",
    )
    assert mail["Message-ID"] == "<k1@yunxi.example>"
    assert mail.get_content().replace("\r\n", "\n") == "您好\n"


def test_word_of_a_message_is_mailed_without_what_it_says(
    db: Database, tmp_path: Path, office: tuple[PostOffice, int]
) -> None:
    taken, port = office
    builders.found(db, demonstration=False)
    house = running(db, tmp_path, port)
    account = with_address(db)
    message = db.write(
        lambda unit: actions.send(
            unit, account, "notices.message.password_changed", {"at": "秘密的内容"}
        )
    )
    settle(house)
    [mail] = taken.mails
    assert mail["To"] == ADDRESS
    assert f"/messages/{message}" in mail.get_content()
    assert "秘密的内容" not in mail.get_content()


def test_without_an_address_or_a_mail_server_nothing_is_mailed(
    db: Database, tmp_path: Path, office: tuple[PostOffice, int]
) -> None:
    taken, port = office
    builders.found(db)
    house = running(db, tmp_path, port)
    builders.staff(db, "zhao.lei")
    account = with_address(db)
    adapters.plug(web.house(db, tmp_path))
    db.write(lambda unit: actions.send(unit, account, "notices.box.none"))
    settle(house)
    assert taken.mails == []


def test_a_lost_password_is_mended_through_the_mail(
    db: Database, tmp_path: Path, office: tuple[PostOffice, int]
) -> None:
    taken, port = office
    builders.found(db, demonstration=False)
    house = running(db, tmp_path, port)
    account = with_address(db)
    with web.browser(house, [*IDENTITY, *HANDLERS]) as visitor:
        visitor.get("/forgot-password")
        visitor.send("/forgot-password", login="li.ping")
        settle(house)
        text = taken.mails[0].get_content()
        [link] = [word for word in text.split() if "/reset-password?" in word]
        visitor.get(link.removeprefix(house.settings.address))
        done = visitor.send("/reset-password", password=builders.PASSWORD, again=builders.PASSWORD)
    assert "新密码已设置" in done.text
    with db.read() as reader:
        assert (
            queries.password_proves(queries.kept_password(reader, "li.ping"), builders.PASSWORD)
            == account
        )
    settle(house)
    assert len(taken.mails) == 2  # the second tells the owner that the password was set


def test_a_login_that_nobody_has_gets_no_mail(
    db: Database, tmp_path: Path, office: tuple[PostOffice, int]
) -> None:
    taken, port = office
    builders.found(db)
    house = running(db, tmp_path, port)
    db.write(lambda unit: identity.ask_link(unit, "nobody"))
    settle(house)
    assert taken.mails == []


def test_a_mail_that_fails_is_tried_again_and_logs_no_address(
    db: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    builders.found(db)
    port = free_port()
    house = running(db, tmp_path, port)
    account = with_address(db)
    db.write(lambda unit: actions.send(unit, account, "notices.box.none"))
    settle(house)
    assert "mail_failed" in caplog.text or "failed" in caplog.text
    assert ADDRESS not in caplog.text
    taken = PostOffice()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        clock = cast("MovableClock", db.clock)
        clock.advance(timedelta(minutes=10))
        settle(house)
    finally:
        controller.stop()
    assert [mail["To"] for mail in taken.mails] == [ADDRESS]


def test_a_refused_receiver_is_said_without_naming_them(office: tuple[PostOffice, int]) -> None:
    _, port = office
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", "noreply@yunxi.example")
    with pytest.raises(Refusal) as caught:
        mailer.send(a_mail("refused@example.gov.cn"))
    assert caught.value.code == "notices.mail_failed_address"
    assert "refused@" not in repr(caught.value)


def test_a_wrong_password_of_the_mail_server_is_told() -> None:
    taken, port = PostOffice(), free_port()

    def check(_s: SMTP, _x: Session, _e: Envelope, _m: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    controller = Controller(
        taken,
        hostname="127.0.0.1",
        port=port,
        authenticator=check,
        auth_require_tls=False,
    )
    controller.start()
    try:
        SmtpMailer(f"smtp://user:right@127.0.0.1:{port}", "a@b.cn").send(a_mail())
        with pytest.raises(Refusal, match="mail_failed_password"):
            SmtpMailer(f"smtp://user:wrong@127.0.0.1:{port}", "a@b.cn").send(a_mail())
    finally:
        controller.stop()
    assert len(taken.mails) == 1


@pytest.mark.parametrize("setting", ["mail.example.cn", "http://mail", "smtp://", "smtp://h:port"])
def test_a_setting_that_names_no_server_is_told(setting: str) -> None:
    with pytest.raises(Refusal, match="mail_setting_unreadable"):
        formats.read_server(setting)


def test_the_servers_password_is_never_shown() -> None:
    server = formats.read_server("smtps://user:p%40ss@mail.example.cn")
    assert (server.port, server.password, server.encrypted) == (465, "p@ss", True)
    assert "p@ss" not in repr(server)
    assert "p" not in SmtpMailer("smtp://u:p@mail.cn:25", "a@b.cn").server.split("mail.cn")[0]


def test_the_set_up_tries_the_mail_settings(
    db: Database, tmp_path: Path, office: tuple[PostOffice, int]
) -> None:
    taken, port = office
    builders.found(db, demonstration=False)
    house = running(db, tmp_path, port)
    with web.browser(house, [*IDENTITY, *HANDLERS]) as visitor:
        visitor.sign_in(db, builders.staff(db, "boss", "manager").id)
        visitor.get("/setup/mail")
        for unfit in (
            "",
            "@",
            "a b@x.cn",
            "zhao@anping.internal\nX: 1",
            "a@b.cn, c@d.cn",
            "赵@x.cn",
        ):
            told = visitor.send("/setup/mail", address=unfit)
            assert (told.status_code, "请输入一个完整的收件邮箱" in told.text) == (422, True), unfit
        assert "已接收测试邮件" in visitor.send("/setup/mail", address="a@example.cn").text
        refused = visitor.send("/setup/mail", address="refused@example.cn")
    assert refused.status_code == 503
    assert "拒收" in refused.text
    assert [mail["To"] for mail in taken.mails] == ["a@example.cn"]

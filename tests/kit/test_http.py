"""Who may pass, what is refused, and how it is said."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from litestar import Litestar, Request, get, post
from litestar.datastructures import Headers, State, UploadFile
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit import http, testing
from tongban.kit.answers import answer_error
from tongban.kit.files import FileStore
from tongban.kit.house import House
from tongban.kit.html import Frame
from tongban.kit.http import Authenticated, Authenticator, csrf_of, public, requires, signed_in
from tongban.kit.i18n import translate
from tongban.kit.settings import Settings, read_settings

CLERK = Actor(ActorKind.STAFF, account="clerk", duties=frozenset({"case.review"}))


class _Gate:
    def by_session(self, reader: Any, token: str) -> Authenticated | None:
        return Authenticated(CLERK, "secret") if token == "clerks" else None

    def by_key(self, reader: Any, key: str) -> Authenticated | None:
        return Authenticated(CLERK, "") if key == "key" else None


class _Frame:
    def context(self, reader: Any, request: Any) -> dict[str, Any]:
        return {
            "government": "某某市",
            "zone": "Asia/Shanghai",
            "navigation": [],
            "unread": 0,
            "demonstration": None,
        }


@get("/open", opt={"access": public("a test of what is open")}, sync_to_thread=False)
def open_page(request: Request[Any, Any, Any]) -> str:
    return csrf_of(request)


@get("/mine", opt={"access": signed_in()}, sync_to_thread=False)
def mine() -> str:
    return "mine"


@get("/review", opt={"access": requires("case.review", "case.decide")}, sync_to_thread=False)
def review() -> str:
    return "review"


@get("/decide", opt={"access": requires("case.decide")}, sync_to_thread=False)
def decide() -> str:
    return "decide"


@get("/silent", sync_to_thread=False)
def silent() -> str:
    return "nobody said who may"


@post("/change", opt={"access": public("a test of forms")}, status_code=200, sync_to_thread=False)
def change() -> str:
    return "changed"


@get("/api/bug", opt={"access": public("a test of bugs")}, sync_to_thread=False)
def bug() -> str:
    raise RuntimeError("李四 110101199003070000")


@get("/api/refused", opt={"access": public("a test of refusals")}, sync_to_thread=False)
def refused() -> str:
    raise Refusal("kit.too_large", Kind.TOO_LARGE, fields={"name": "kit.bad_request"})


@get("/api/busy", opt={"access": public("a test of refusals")}, sync_to_thread=False)
def busy() -> str:
    raise Refusal("kit.list_files_busy", Kind.TOO_MANY, retry_after=5)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    database = testing.sqlite_database(tmp_path)
    database.ports.plug(Authenticator, _Gate())
    database.ports.plug(Frame, _Frame())
    house = House(
        Settings(data=tmp_path),
        database,
        database.clock,
        database.keyring,
        FileStore(tmp_path / "files"),
        database.ports,
    )
    app = Litestar(
        [open_page, mine, review, decide, silent, change, bug, refused, busy],
        guards=[http.guard],
        middleware=[DefineMiddleware(http.Identify, house=house)],
        exception_handlers={Exception: answer_error},
        state=State({"house": house}),
        openapi_config=None,
    )
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made
    database.close()


def _as_clerk(client: TestClient[Litestar]) -> TestClient[Litestar]:
    client.cookies.set(http.SESSION_COOKIE, "clerks")
    return client


def test_a_handler_that_says_nothing_is_closed_even_to_staff(client: TestClient[Litestar]) -> None:
    assert _as_clerk(client).get("/silent").status_code == 403


def test_a_visitor_is_sent_to_sign_in_and_back(client: TestClient[Litestar]) -> None:
    answer = client.get("/mine", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?to=/mine"


def test_one_of_the_duties_is_enough_and_none_is_not(client: TestClient[Litestar]) -> None:
    clerk = _as_clerk(client)
    assert clerk.get("/review").status_code == 200
    assert clerk.get("/decide").status_code == 403


@pytest.mark.parametrize("fields", [{"note": "a\0b"}, {"na\u202eme": "a"}])
def test_a_form_that_is_refused_closes_the_files_that_came_with_it(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, fields: dict[str, str]
) -> None:
    came: list[UploadFile] = []
    begin = UploadFile.__init__

    def kept(file: UploadFile, *given: Any, **named: Any) -> None:
        begin(file, *given, **named)
        came.append(file)

    monkeypatch.setattr(UploadFile, "__init__", kept)
    sent = client.post("/change", data=fields, files={"paper": ("paper.txt", b"paper")})
    assert sent.status_code == 400
    assert came
    assert [file.filename for file in came if not file.file.closed] == []


def test_a_form_without_its_token_changes_nothing(client: TestClient[Litestar]) -> None:
    assert client.post("/change", data={"x": "1"}).status_code == 403


@pytest.mark.parametrize("token", ["密" * 40, "é" * 48, "a" * 16 + "令" * 32, ""])
def test_a_token_of_strange_letters_is_refused_like_any_other(
    client: TestClient[Litestar], token: str
) -> None:
    answer = client.post("/change", data={"csrf": token}, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "页面停留时间过长" in answer.text


def test_a_form_with_the_token_of_its_visitor_is_taken(client: TestClient[Litestar]) -> None:
    token = client.get("/open").text
    assert client.post("/change", data={"csrf": token}).text == "changed"


def test_a_token_of_another_visitor_is_refused(client: TestClient[Litestar]) -> None:
    token = client.get("/open").text
    client.cookies.clear()
    client.get("/open")
    assert client.post("/change", data={"csrf": token}).status_code == 403


def test_a_form_from_another_site_is_refused_even_with_a_token(
    client: TestClient[Litestar],
) -> None:
    token = client.get("/open").text
    answer = client.post("/change", data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_key_needs_no_form_token(client: TestClient[Litestar]) -> None:
    answer = client.post("/change", headers={"Authorization": "Bearer key"}, data={"x": "1"})
    assert answer.status_code == 200
    wrong = client.post("/change", headers={"Authorization": "Bearer no"}, data={"x": "1"})
    assert wrong.status_code == 200, "the page is open to everyone; a wrong key is nobody"


def test_a_bug_is_shown_as_an_id_and_logged_without_anybodys_data(
    client: TestClient[Litestar], caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/api/bug")
    assert answer.status_code == 500
    said = answer.json()
    assert said["code"] == "kit.bug"
    number = re.search(r"[0-9a-f]{8}", said["detail"])
    assert number is not None
    assert number.group() in caplog.text
    assert "RuntimeError at test_http.py" in caplog.text
    assert "李四" not in caplog.text + answer.text
    assert "110101199003070000" not in caplog.text + answer.text


def test_a_refusal_has_its_status_its_sentence_and_its_fields(client: TestClient[Litestar]) -> None:
    answer = client.get("/api/refused", headers={"Accept-Language": "en"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    error = answer.json()
    assert (error["code"], error["status"], error["title"]) == ("kit.too_large", 413, "Too large")
    assert error["type"] == "/developers/problems/kit.too_large"
    assert error["detail"].startswith("What was sent is too large")
    assert error["fields"]["name"]["code"] == "kit.bad_request"


def test_an_unknown_page_says_so_in_the_readers_language(client: TestClient[Litestar]) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_cookies_and_browsers_keep_to_https_where_people_come_by_https(
    client: TestClient[Litestar],
) -> None:
    plain = client.get("/open").headers["set-cookie"]
    assert ("HttpOnly" in plain, "SameSite=Lax" in plain, "Secure" in plain) == (True, True, False)
    assert "strict-transport-security" not in client.get("/nowhere").headers
    house: House = client.app.state["house"]
    object.__setattr__(house.settings, "address", "https://zwfw.example.cn")
    client.cookies.clear()
    assert client.get("/open").headers["set-cookie"].endswith("; Secure")
    assert client.get("/nowhere").headers["strict-transport-security"] == "max-age=31536000"


def test_a_silent_database_is_said_plainly_and_nobodys_data_are_logged(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house: House = client.app.state["house"]

    def silent(_self: object) -> None:
        raise RuntimeError("李四")

    monkeypatch.setattr(type(house.db), "read", silent)
    monkeypatch.setattr(_Frame, "context", silent)
    answer = _as_clerk(client).get("/mine")
    assert answer.status_code == 500
    assert "系统出了差错" in answer.text
    assert "Something went wrong" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/api/refused").json()["code"] == "kit.bug"
    assert "李四" not in caplog.text + answer.text


def _asked_by(peer: str, *told: str, proxies: str = "127.0.0.1,::1,10.0.0.0/8") -> str:
    house = SimpleNamespace(settings=Settings(data=Path("x"), proxies=proxies))
    request: Any = SimpleNamespace(
        app=SimpleNamespace(state={"house": house}),
        client=SimpleNamespace(host=peer) if peer else None,
        headers=Headers([(b"x-forwarded-for", line.encode()) for line in told]),
    )
    return http.network_of(request)


@pytest.mark.parametrize(
    ("peer", "told", "network"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # nobody's proxy says nothing
        ("127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("1.1.1.1, 198.51.100.1, 10.1.2.3",), "198.51.100.1"),
        ("127.0.0.1", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("127.0.0.1", (), ""),
        ("127.0.0.1", ("unknown",), ""),
        (
            "127.0.0.1",
            ("198.51.100.1, unknown",),
            "",
        ),  # nobody knows who said what stands before it
        ("", ("198.51.100.1",), ""),  # nobody's proxy says nothing
        ("127.0.0.1", ("198.51.100.1:4711",), "198.51.100.1"),
        ("127.0.0.1", ("[2001:db8:1:2::9]:4711",), "2001:db8:1:2::/64"),
        ("127.0.0.1", ("[2001:db8:1:2::9]",), "2001:db8:1:2::/64"),
        ("127.0.0.1", ("fe80::1%eth0",), "fe80::/64"),
        ("127.0.0.1", ("198.51.100.1,",), ""),
        ("127.0.0.1", ("198.51.100.1:x",), ""),
        ("127.0.0.1", ("[198.51.100.1",), ""),
        ("127.0.0.1", ("1" * 65_000,), ""),
        ("127.0.0.1", ("1.1.1.1," * 8000 + "198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", (",".join(["198.51.100.1", *["127.0.0.1"] * 30]),), ""),
        ("2001:db8:1:2:3:4:5:6", (), "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", (), "203.0.113.9"),
    ],
)
def test_a_network_is_what_the_connection_says_or_a_proxy_of_ours(
    peer: str, told: tuple[str, ...], network: str
) -> None:
    assert _asked_by(peer, *told) == network


def test_proxies_that_cannot_be_read_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_settings(tmp_path, {"TONGBAN_PROXIES": "the one in front"})
    assert refused.value.code == "kit.proxies_unfit"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ADDRESS", "https://zwfw.example.cn\u200b", "setting_hidden"),
        ("SMTP_FROM", "noreply@example.cn\nBcc: x@y.cn", "setting_hidden"),
        ("SMTP_FROM", "大厅 <noreply@example.cn>", "sender_unfit"),
    ],
)
def test_a_setting_with_a_character_nobody_sees_is_refused(
    tmp_path: Path, name: str, value: str, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        read_settings(tmp_path, {f"TONGBAN_{name}": value})


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_refusal_has_a_heading(kind: Kind, language: str) -> None:
    assert translate(language, f"kit.error.{kind}") != f"kit.error.{kind}"


def test_a_refusal_that_knows_when_says_so_to_programs(client: TestClient[Litestar]) -> None:
    answer = client.get("/api/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert " 5 秒" in answer.json()["detail"]

"""The pages that no module owns: who may move the clock, and what a browser is told to keep."""

import re

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tongban.app import house as opening
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.house import House
from tongban.kit.html import local_path
from tongban.kit.mark import MARK
from tongban.modules.government import queries as government

Visitor = TestClient[Litestar]
CLOCK = "/demonstration/clock"


def token(client: Visitor) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/help").text)
    assert found is not None
    return found.group(1)


def advance(client: Visitor) -> int:
    answer = client.post(CLOCK, data={"csrf": token(client)}, follow_redirects=False)
    return answer.status_code


def test_the_clock_moves_for_a_form_of_ours_and_never_for_a_link_or_a_foreign_page(
    house: House, client: Visitor
) -> None:
    clock = house.clock
    assert isinstance(clock, MovableClock)
    assert client.get(CLOCK).status_code in (404, 405)
    assert client.post(CLOCK).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(CLOCK, data={"csrf": token(client)}, headers=foreign).status_code == 403
    assert clock.ahead.total_seconds() == 0
    assert advance(client) == 303
    assert clock.ahead.total_seconds() > 0


def test_the_clock_stops_before_the_calendar_ends_however_often_it_is_pushed(
    house: House, client: Visitor
) -> None:
    clock = house.clock
    assert isinstance(clock, MovableClock)
    answers = [advance(client) for _ in range(100)]
    assert answers[0] == 303
    assert answers[-1] == 409
    assert 80 < clock.ahead.days < 90
    assert client.get("/").status_code == 200


def test_the_clock_of_a_real_government_cannot_be_moved(house: House, client: Visitor) -> None:
    form = {"csrf": token(client)}
    (house.settings.data / MARK).write_text('{"demonstration": false}')
    assert client.post(CLOCK, data=form).status_code == 404
    assert isinstance(house.clock, MovableClock)
    assert house.clock.ahead.total_seconds() == 0
    assert not isinstance(opening.clock_for(house.settings), MovableClock)
    with pytest.raises(Refusal):
        opening.mark(house.settings, Realm.DEMONSTRATION)


def test_the_choice_of_language_is_kept_for_https_alone_where_there_is_https(
    house: House, client: Visitor
) -> None:
    plain = client.get("/language/en", follow_redirects=False).headers["set-cookie"]
    assert "Secure" not in plain
    object.__setattr__(house.settings, "address", "https://zwfw.example.cn")
    kept = client.get("/language/en", follow_redirects=False).headers["set-cookie"]
    assert "Secure" in kept
    assert "SameSite=lax" in kept


def test_styles_have_the_headers_that_pages_have(client: Visitor) -> None:
    answer = client.get("/static/main.css")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "to",
    ["//x.example", "/\\x.example", "/\t/x.example", "/\n/x.example", "https://x", "x", "", None],
)
def test_nobody_is_led_to_another_site(to: str | None) -> None:
    assert local_path(to) == "/"


def test_the_choice_of_language_leads_to_no_other_site(client: Visitor) -> None:
    for to in ("/%09/x.example", "//x.example", "/%5Cx.example", "/%0A/x.example"):
        answer = client.get(f"/language/en?to={to}", follow_redirects=False)
        assert answer.headers["location"] == "/", to
    assert (
        client.get("/language/en?to=/help", follow_redirects=False).headers["location"] == "/help"
    )


@pytest.mark.parametrize("path", ["/", "/healthz", "/ledger/checkpoint", "/nowhere"])
def test_head_is_answered_like_get_without_the_body(
    client: TestClient[Litestar], path: str
) -> None:
    whole, head = client.get(path), client.head(path)
    assert head.status_code == whole.status_code
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.content == b""


@pytest.mark.parametrize("languages", [("zh",), ("en",), ("zh", "en")])
def test_pages_come_in_the_languages_that_the_government_declares(
    house: House, client: Visitor, languages: tuple[str, ...]
) -> None:
    with house.db.read() as reader:
        profile = government.profile(reader.connection)
    only = msgspec.structs.replace(profile, languages=languages)
    house.db.write(lambda unit: shelf.put(unit, "government", "", 2, only))
    for wish in ("zh", "en"):
        client.cookies.set("tongban_language", wish)
        said = client.get("/help").text
        shown = wish if wish in languages else languages[0]
        assert f'<html lang="{"zh-Hans" if shown == "zh" else "en"}"' in said
        assert ('href="/language/' in said) == (len(languages) > 1)

"""The same forms sent without a browser, where a test is about what comes after them."""

import re
from collections.abc import Collection
from html import unescape
from time import monotonic, sleep
from typing import Self

import httpx
from tests.browser.journeys import SERVICE, TYPED
from tests.browser.town import Town

from tongban.app.demonstration import stories

_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_RUNNING = re.compile(r'href="/my/cases/(\w+)"')
_LINK = re.compile(r'<a [^>]*href="([^"]+)"')
_INPUT = re.compile(r"<input [^>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def typed(name: str) -> str:
    """Return what somebody types there: most know their own, the parts of a date anybody does."""
    _, _, part = name.rpartition("-")
    dates = {"year": "2024", "month": "3", "day": "15"}
    return TYPED.get(name) or dates.get(part, "12")


class Hand:
    """Somebody who is signed in and sends forms."""

    def __init__(self, town: Town, login: str) -> None:
        self._client = httpx.Client(base_url=town.address, follow_redirects=True, timeout=30)
        self.page = self._client.get("/help").raise_for_status()
        self.send("/demonstration/account", account=login)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    @property
    def path(self) -> str:
        """Where the last answer came from."""
        return self.page.url.path

    def inputs(self, kind: str) -> dict[str, str]:
        """Return the inputs of that type on the page that is open: first value by name."""
        found: dict[str, str] = {}
        for tag in _INPUT.findall(self.page.text):
            attributes = dict(_ATTRIBUTE.findall(tag))
            if attributes.get("type") == kind and attributes.get("name"):
                found.setdefault(attributes["name"], attributes.get("value", ""))
        return found

    def addresses(self, start: str) -> list[str]:
        """Return where links of the page lead, of those that begin so; not to files."""
        links = _LINK.findall(self.page.text)
        pages = [link for link in links if "/export." not in link and not link.endswith(".json")]
        return [link for link in pages if link.startswith(start)]

    def link_given(self, page: str) -> str:
        """Return the way in that an administrator is shown this once."""
        found = re.search(r"/reset-password\?[^<\s]+", page)
        assert found is not None
        return unescape(found[0])

    def options(self, name: str) -> list[str]:
        """Return the values one can choose among for that name."""
        tags = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(self.page.text)]
        return [tag["value"] for tag in tags if tag.get("name") == name]

    @property
    def cookies(self) -> dict[str, str]:
        """What a browser would have to bring to be this person."""
        return dict(self._client.cookies)

    def ask(self, path: str, **body: object) -> int:
        """Ask the interface; return the status of its answer."""
        return self._client.post(path, json=body).status_code

    def get(self, path: str) -> httpx.Response:
        """Return the answer to a link, whatever it is."""
        return self._client.get(path)

    def open(self, path: str) -> str:
        """Open a page."""
        self.page = self._client.get(path).raise_for_status()
        return self.page.text

    def send(self, path: str, **fields: str) -> str:
        """Send a form with the token of the page that is open."""
        token = _TOKEN.findall(self.page.text)[-1]
        shown = self.inputs("hidden")
        seen = {"seen": shown["seen"]} if "seen" in shown else {}
        data = {"csrf": token, **seen, **fields}
        self.page = self._client.post(path, data=data).raise_for_status()
        return self.page.text


def begun(town: Town, login: str, last: Collection[str] = (), refusing: bool = False) -> str:
    """Let a resident begin an application and stop before it is sent; return its address.

    ``last`` names the situations in which the last option is chosen instead of the first;
    with ``refusing`` no department may be asked. Stops at the first page of questions.
    """
    with Hand(town, login) as hand:
        base = _start(hand)
        while "/situation/" in hand.path:
            chosen = {
                name: hand.options(name)[-1 if name in last else 0] for name in hand.inputs("radio")
            }
            hand.send(hand.path, **chosen)
        answer = "no" if refusing else "yes"
        hand.send(hand.path, **dict.fromkeys(hand.inputs("radio"), answer))
        assert hand.path == f"{base}/found"
        return base


def filled(town: Town, login: str) -> str:
    """Let a resident fill an application to its last page, allowing everything; return its address."""
    with Hand(town, login) as hand:
        return _fill(hand)


def _start(hand: Hand) -> str:
    """Begin an application; a case of an earlier test is withdrawn, for one runs at a time."""
    patience = monotonic() + 20
    while running := _RUNNING.search(hand.open(f"/services/{SERVICE}/apply")):
        assert monotonic() < patience, f"{running.group(1)} does not end"
        hand.open(f"/my/cases/{running.group(1)}/withdraw")
        if hand.path.endswith("/withdraw"):
            hand.send(hand.path)
        sleep(0.1)  # one that is decided already closes by itself
    hand.send(f"/services/{SERVICE}/apply")
    return hand.path.split("/situation")[0]


def _fill(hand: Hand) -> str:
    base = _start(hand)
    while not hand.path.endswith("/check"):
        if "/situation/" in hand.path:
            hand.send(hand.path, **hand.inputs("radio"))
        elif hand.path.endswith("/data"):
            hand.send(hand.path, **hand.inputs("radio"))
            hand.open(base)
        elif "/form/" in hand.path:
            answers = {name: typed(name) for name in hand.inputs("text")}
            hand.send(hand.path, **answers, **hand.inputs("radio"))
        else:
            hand.open(f"{base}/check")
    return base


def applied(town: Town, login: str) -> str:
    """Let a resident apply, allowing everything; return the number of the case."""
    with Hand(town, login) as hand:
        _fill(hand)
        hand.send(hand.path, seen=hand.inputs("hidden")["seen"], declared="yes")
        assert hand.path.endswith("/receipt"), f"not sent: {hand.path}"
        return hand.path.split("/")[3]


def accepted(town: Town, number: str) -> None:
    """Let the department accept a case."""
    with Hand(town, "hr-officer") as officer:
        page = officer.open(f"/work/cases/{number}")
        assert "/accept/accept" in page
        officer.send(f"/work/cases/{number}/accept/accept", seen=officer.inputs("hidden")["seen"])


def reviewed(town: Town, number: str, login: str, step: str) -> None:
    """Let a clerk pass a step of review."""
    with Hand(town, login) as clerk:
        clerk.open(f"/work/cases/{number}")
        clerk.send(f"/work/cases/{number}/review/{step}", outcome="passed", opinion="")


def to_decision(town: Town, number: str) -> None:
    """Accept and review in both departments, so that the case can be decided."""
    accepted(town, number)
    reviewed(town, number, "medical-officer", "insurance-review")
    reviewed(town, number, "hr-officer", "review")


def decided(town: Town, number: str, outcome: str, **words: str) -> None:
    """Let the head of the department decide a case that waits for it."""
    with Hand(town, "hr-head") as head:
        head.open(f"/work/cases/{number}/decide/decide")
        seen = head.inputs("hidden")["seen"]
        head.send(f"/work/cases/{number}/decide/decide", seen=seen, outcome=outcome, **words)


def granted(town: Town, login: str) -> str:
    """Let a resident apply and be granted it; return the number."""
    number = applied(town, login)
    to_decision(town, number)
    decided(town, number, "approved", reason_against="个案情况特殊。")
    return number


def refused(town: Town, login: str) -> str:
    """Let a resident apply and be refused; return the number."""
    number = applied(town, login)
    to_decision(town, number)
    words = {"clause": "第四条第三项", "remedy": "可以申请行政复议。", "contact": "梁国栋"}
    decided(town, number, "refused", reason="近12个月只缴费7个月。", **words)
    return number


def asked_to_correct(town: Town, login: str) -> str:
    """Let a resident apply and be asked to put two things right; return the number."""
    number = applied(town, login)
    path = f"/work/cases/{number}/correction/accept"
    with Hand(town, "hr-officer") as officer:
        officer.open(path)
        wrong = {"item-form.work_place": "yes", "text-form.work_place": "请写明街道和村或社区。"}
        officer.send(path, days="15", other="请说明从业时间。", **wrong)
    return number


def not_accepted(town: Town, login: str) -> str:
    """Let a resident apply and not be accepted; return the number."""
    number = applied(town, login)
    path = f"/work/cases/{number}/not-accept/accept"
    with Hand(town, "hr-officer") as officer:
        officer.open(path)
        words = {"remedy": "可以申请行政复议。", "contact": "梁国栋"}
        officer.send(path, clause="第三条", reason="不属于本部门的职权范围。", **words)
    return number


def withdrawn(town: Town, login: str) -> str:
    """Let a resident apply and withdraw; return the number."""
    number = applied(town, login)
    with Hand(town, login) as hand:
        hand.open(f"/my/cases/{number}/withdraw")
        hand.send(f"/my/cases/{number}/withdraw")
    return number


def revoked(town: Town, number: str) -> None:
    """Let the department revoke the certificate of a case once it is sealed."""
    with Hand(town, "hr-head") as head:
        until_says(head, f"/work/certificates?q={number}&state=valid", "tb-status--done")
        path = head.addresses("/work/certificates/")[0] + "/revoke"
        head.open(path)
        basis = "《中华人民共和国行政许可法》第六十九条"
        head.send(path, reason="以虚假材料取得。", basis=basis, confirmed="yes")


def second_person_asked(town: Town) -> str:
    """Let somebody ask to read more without a case than one may alone; return the address of it."""
    with Hand(town, "medical-officer") as clerk:
        clerk.open("/agreements/new?grant=G-2026-015")
        clerk.send(
            "/agreements/new",
            grant="G-2026-015",
            occasion="inspection",
            occasion_reference="JC-2026-0012",
            number="30",
            until=clerk.inputs("date")["until"],
        )
        return clerk.path


def kept_back_read(town: Town) -> None:
    """Let somebody read a resident's name for an inspection of which the resident is not told yet."""
    with Hand(town, "medical-officer") as clerk:
        assert (
            clerk.ask(
                "/api/exchange/resources/101001/1",
                subject=stories.SUN,
                elements=["person.name"],
                purpose="G-2026-015",
                occasion="inspection",
                occasion_reference="JC-2026-0031",
            )
            == 200
        )


def refused_often(town: Town) -> None:
    """Let somebody try twenty times to read a resident without a case."""
    asked = {"subject": stories.SUN, "elements": ["person.name"], "purpose": "G-2026-015"}
    with Hand(town, "medical-officer") as clerk:
        for _ in range(20):
            assert clerk.ask("/api/exchange/resources/101001/1", **asked) == 403


def days_later(town: Town, days: int) -> None:
    """Let so many working days pass."""
    with Hand(town, "admin") as admin:
        for _ in range(days):
            admin.send("/demonstration/clock", advance="working_day")


def until_says(hand: Hand, path: str, words: str) -> None:
    """Open a page again until it says so: the office works behind it."""
    patience = monotonic() + 20
    while words not in hand.open(path):
        assert monotonic() < patience, f"{path} never said {words}"
        sleep(0.1)

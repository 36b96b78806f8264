"""The same forms sent without a browser, where a test is about what comes after them."""

import re
from typing import Self

import httpx
from tests.browser.journeys import SERVICE, TYPED
from tests.browser.town import Town

_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_RUNNING = re.compile(r'href="/my/cases/(\w+)"')
_INPUT = re.compile(r"<input [^>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


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


def applied(town: Town, login: str) -> str:
    """Let a resident apply, allowing everything; return the number of the case."""
    with Hand(town, login) as hand:
        running = _RUNNING.search(hand.open(f"/services/{SERVICE}/apply"))
        if running is not None:  # of an earlier test: one case at a time
            hand.open(f"/my/cases/{running.group(1)}/withdraw")
            hand.send(hand.path)
            hand.open(f"/services/{SERVICE}/apply")
        hand.send(f"/services/{SERVICE}/apply")
        base = hand.path.split("/situation")[0]
        while hand.path.startswith("/apply/"):
            if "/situation/" in hand.path:
                hand.send(hand.path, **hand.inputs("radio"))
            elif hand.path.endswith("/data"):
                hand.send(hand.path, **hand.inputs("radio"))
                hand.open(base)
            elif "/form/" in hand.path:
                typed = {name: TYPED[name] for name in hand.inputs("text")}
                hand.send(hand.path, **typed, **hand.inputs("radio"))
            elif hand.path.endswith("/check"):
                hand.send(hand.path, seen=hand.inputs("hidden")["seen"], declared="yes")
            else:
                hand.open(f"{base}/check")
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


def granted(town: Town, login: str) -> str:
    """Let a resident apply and be granted it; return the number."""
    number = applied(town, login)
    to_decision(town, number)
    with Hand(town, "hr-head") as head:
        head.open(f"/work/cases/{number}/decide/decide")
        seen = head.inputs("hidden")["seen"]
        words = {"outcome": "approved", "reason_against": "个案情况特殊。"}
        head.send(f"/work/cases/{number}/decide/decide", seen=seen, **words)
    return number

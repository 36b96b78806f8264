"""Nobody reads on one page what another page hides from them."""

import re

import pytest
from tests.browser import quick, ways
from tests.browser.quick import Hand
from tests.browser.test_every_page import FILES, PEOPLE
from tests.browser.town import Town

pytestmark = pytest.mark.browser

SERVICE = "disability-subsidies"
STAFF = (
    "civil-officer",
    "civil-head",
    "disabled-officer",
    "hr-officer",
    "inspector",
    "data",
    "admin",
)
STARTS = {
    "civil-officer": ("/work", "/messages"),
    "civil-head": ("/work", "/work/certificates", "/supervision", "/messages"),
    "disabled-officer": ("/work", "/supervision"),
}


def _accepted(town: Town) -> tuple[str, str, str]:
    """Let somebody with a disability apply; return the case, and two numbers that are masked."""
    with Hand(town, "zheng") as hand:
        hand.open(f"/services/{SERVICE}/apply")
        hand.send(f"/services/{SERVICE}/apply")
        base = "/".join(hand.path.split("/")[:3])
        while not hand.path.endswith("/check"):
            if "/situation/" in hand.path or hand.path.endswith("/data"):
                hand.send(hand.path, **hand.inputs("radio"))
            elif "/form/" in hand.path:
                typed = {name: quick.typed(name) for name in hand.inputs("text")}
                hand.send(hand.path, **typed, **hand.inputs("radio"))
            else:
                hand.open(f"{base}/check" if hand.path.endswith("/materials") else base)
                if hand.path.endswith("/found"):
                    hand.open(f"{base}/form/1")
        account = re.search(r"\b\d{19}\b", hand.page.text)
        assert account is not None
        hand.send(hand.path, seen=hand.inputs("hidden")["seen"], declared="yes")
        number = hand.path.split("/")[3]
        assert account[0] in hand.open(f"/my/cases/{number}")
    with Hand(town, "civil-officer") as officer:
        officer.open(f"/work/cases/{number}")
        seen = officer.inputs("hidden")["seen"]
        officer.send(f"/work/cases/{number}/accept/accept", seen=seen)
    with Hand(town, "disabled-officer") as checking:
        certificate = re.search(r"\b\d{18}[0-9X]{2}\b", checking.open(f"/work/cases/{number}"))
        assert certificate is not None
    return number, certificate[0], account[0]


def _texts(hand: Hand, login: str, number: str) -> dict[str, str]:
    """Return every page and file that the way of this person leads to, the case among them."""
    starts = (*PEOPLE.get(login, STARTS.get(login, ("/work",))), *STARTS.get(login, ()))
    shown = ways.Shown()
    found = {stop.path: hand.get(stop.path).text for stop in ways.reachable(hand, shown, starts)}
    for path in (*FILES.get(login, ()), f"/work/cases/{number}"):
        found[path] = hand.get(path).text
    return found


def test_what_is_masked_stands_bare_on_no_page_of_whoever_does_not_check_it(town: Town) -> None:
    number, certificate, account = _accepted(town)
    read: dict[str, list[str]] = {}
    for login in STAFF:
        with Hand(town, login) as hand:
            for path, text in _texts(hand, login, number).items():
                for secret in (certificate, account):
                    if secret in text:
                        read.setdefault(secret, []).append(f"{login} {path}")
    own = f"disabled-officer /work/cases/{number}"
    assert all(where.startswith(own) for where in read.pop(certificate))
    assert read == {}

"""A certificate's page tells staff no more than the case it comes from, and the holder who looked."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import update
from tests.builders import services as builders
from tests.builders.exchange import WANG
from tests.builders.services import SUBSIDY
from tests.builders.services_web import City
from tests.modules.services.test_pages import approved

from tongban.kernel.masks import HIDDEN
from tongban.modules.certificates import queries as certificates
from tongban.modules.certificates.model import Certificate
from tongban.modules.certificates.store import certificate_table
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model import DisclosureLine
from tongban.modules.exchange.model.looks import Looked, LookKind, LookLine, LookReason
from tongban.modules.services.model import Result

AMOUNT = "¥600.00"
"""What the certificate says and no page of the city else."""


@pytest.fixture
def certificate(city: City) -> Certificate:
    """A certificate of Wang's, whose case no clerk has in hand any more."""
    number = approved(city)
    with city.db.read() as reader:
        (found,) = certificates.of_case(reader, number)
    city.db.write(
        lambda unit: unit.connection.execute(update(certificate_table).values(state="valid"))
    )
    return found


def looks(city: City, login: str, certificate: Certificate) -> list[Looked]:
    with city.db.read() as reader:
        return exchange.looks_today(reader, city.staff[login], certificate.case_number)


def page_of(city: City, login: str, certificate: Certificate, more: str = "") -> str:
    answer = city.as_staff(login).get(f"/work/certificates/{certificate.id}{more}")
    assert answer.status_code == 200
    return answer.text


def opened(city: City, login: str, certificate: Certificate, **typed: str) -> str:
    """Open what a certificate says, with a reason; returns the page that one comes back to."""
    browser = city.as_staff(login)
    address = f"/work/cases/{certificate.case_number}/open"
    form = browser.get(f"{address}?certificate={certificate.id}").text
    assert 'value="result.amount" checked' in form
    assert f'name="certificate" value="{certificate.id}"' in form
    given = {"reason": "complaint", "words": "持有人来信说金额不对", **typed}
    answer = browser.send(address, what=["result.amount"], certificate=certificate.id, **given)
    assert answer.url.path == f"/work/certificates/{certificate.id}"
    return answer.text


# Hidden and opened -------------------------------------------------------------------------------


def test_long_after_their_step_a_decider_sees_nothing_of_what_a_certificate_says(
    city: City, certificate: Certificate
) -> None:
    for more in ("", "/revoke"):
        assert AMOUNT not in page_of(city, "li.ping", certificate, more)
    page = page_of(city, "li.ping", certificate)
    assert HIDDEN in page
    assert "王小明" in page
    assert f"/work/cases/{certificate.case_number}/open?certificate={certificate.id}" in page


def test_what_is_opened_with_a_reason_shows_to_whoever_opened_it(
    city: City, certificate: Certificate
) -> None:
    assert AMOUNT in opened(city, "li.ping", certificate)
    assert AMOUNT in page_of(city, "li.ping", certificate)
    assert "?certificate=" not in page_of(city, "li.ping", certificate)
    assert AMOUNT not in page_of(city, "zhao.min", certificate)


def test_whoever_has_a_step_in_hand_sees_what_it_needs(city: City) -> None:
    """Here the step that hands it over."""
    declared = builders.definition()
    issue = builders.Step(
        code="issue",
        name="送达",
        kind=builders.StepKind.ISSUE,
        department=declared.department,
        after=("decide",),
    )
    steps = (*declared.steps, issue)
    city.db.write(
        lambda unit: builders.adopt(unit, {SUBSIDY: builders.definition(version=2, steps=steps)})
    )
    number = approved(city)
    with city.db.read() as reader:
        (found,) = certificates.of_case(reader, number)
    assert AMOUNT in page_of(city, "li.ping", found)
    assert any("result.amount" in one.elements for one in looks(city, "li.ping", found))


def test_of_a_case_that_is_not_theirs_nothing_is_opened_by_a_certificates_number(
    city: City, certificate: Certificate
) -> None:
    browser = city.as_staff("li.ping")
    address = f"/work/cases/{certificate.case_number}/open"
    for other in ("0" * 36, "..", "//example.org", "a b"):
        answer = browser.get(f"{address}?certificate={quote(other)}")
        assert not re.search(r'value="[^"]+" checked', answer.text)
        assert 'href="//example.org' not in answer.text
    given = {"reason": "complaint", "words": "持有人来信说金额不对", "what": ["result.amount"]}
    back = browser.send(address, certificate="//example.org", **given)
    assert back.url.path == f"/work/cases/{certificate.case_number}"


def test_lists_and_files_of_what_was_issued_name_nobody_whole(
    city: City, certificate: Certificate
) -> None:
    browser = city.as_staff("li.ping")
    for address in (
        "/work/certificates",
        "/work/certificates/export.csv",
        "/work/certificates/export.json",
        "/api/work/certificates",
    ):
        text = browser.get(address).content.decode("utf-8-sig")
        assert certificate.case_number in text, address
        assert "王小明" not in text, address


# On record ---------------------------------------------------------------------------------------


def test_each_page_of_a_certificate_is_a_look_that_its_holder_is_told_of(
    city: City, certificate: Certificate
) -> None:
    for more in ("", "/revoke"):
        page_of(city, "zhao.min", certificate, more)
    (look,) = looks(city, "zhao.min", certificate)
    assert (look.kind, look.elements) == (LookKind.CASE, ())
    opened(city, "zhao.min", certificate)
    reasons = [(one.elements, one.reason) for one in looks(city, "zhao.min", certificate)]
    assert (("result.amount",), LookReason.COMPLAINT) in reasons
    with city.db.read() as reader:
        told = exchange.disclosures_about(reader, WANG, size=None).lines
    lines = [
        one for one in told if isinstance(one, LookLine) and not isinstance(one, DisclosureLine)
    ]
    assert any(one.opened and one.words == "持有人来信说金额不对" for one in lines)
    uses = city.as_wang().get("/my/data-uses").text
    assert "写明原因打开" in uses
    assert "持有人来信说金额不对" in uses


def test_a_page_that_is_loaded_again_writes_nothing(city: City, certificate: Certificate) -> None:
    page_of(city, "zhao.min", certificate)
    before = looks(city, "zhao.min", certificate)
    page_of(city, "zhao.min", certificate)
    assert looks(city, "zhao.min", certificate) == before


def test_a_line_that_the_definition_of_the_case_does_not_name_is_hidden(
    city: City, certificate: Certificate
) -> None:
    declared = builders.definition(result=Result(certificate="subsidy-decision"))
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: declared}))
    page = page_of(city, "li.ping", certificate)
    assert AMOUNT not in page

"""A shop whose name has a rare character gets its licence within seconds, or is told before anything."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders import typefaces as fonts
from tests.builders.stories import STALL, SUBSIDY, Walk
from tests.builders.typefaces import PACKAGED, spoken

from tongban.app.house import worker_for
from tongban.kernel.errors import Refusal
from tongban.kernel.text import CHINESE, ENGLISH
from tongban.kit import http
from tongban.kit.house import House
from tongban.kit.i18n import field_sentence
from tongban.modules.certificates import queries as certificates
from tongban.modules.certificates.adapters.authority import FileSealer
from tongban.modules.certificates.adapters.typefaces import FoundTypefaces
from tongban.modules.certificates.formats import sdjwt
from tongban.modules.certificates.model import Sealer, Typefaces
from tongban.modules.identity import actions as identity
from tongban.modules.services.model import State

NAME = "云汀市城关街道𠮷祥早餐店"
SHOP = replace(
    STALL,
    situations={"premises": "rented"},
    typed={**STALL.typed, "form.business_name": NAME},
    papers=("lease",),
)


def sets_with(house: House, faces: FoundTypefaces) -> None:
    house.ports.plug(Typefaces, faces)
    house.ports.plug(Sealer, FileSealer(house.settings.keys, house.clock, faces))


def test_the_licence_is_sealed_within_seconds_and_its_text_holds_the_rare_character(
    house: House, tmp_path: Path
) -> None:
    fonts.make(tmp_path / "fonts" / "small.ttf", "𠮷")
    sets_with(house, FoundTypefaces(tmp_path / "fonts", machine=()))
    walk = Walk(house)
    actor = walk.actor(SHOP.login)
    number = walk.applied(SHOP).number
    walk.worked(actor, number)
    began = time.process_time()
    worker_for(house).settle()
    assert time.process_time() - began < 20, "it takes well under a second"
    assert walk.case(actor, number).case.state is State.CLOSED
    with house.db.read() as reader:
        (found,) = certificates.of_case(reader, number)
        assert NAME in spoken(certificates.pdf(reader, found))
        parts = sdjwt.split(certificates.credential_text(reader, found))
        claims = sdjwt.decode(parts.jwt.split(".")[1]).decode()
        assert NAME in str([json.loads(claims), *map(sdjwt.read_disclosure, parts.disclosures)])


def test_a_name_that_cannot_be_shown_is_refused_when_it_is_typed_and_the_character_named(
    house: House,
) -> None:
    sets_with(house, PACKAGED)
    with pytest.raises(Refusal) as refused:
        Walk(house).applied(SHOP)
    assert refused.value.code == "services.answers_wrong"
    assert list(refused.value.fields) == ["form.business_name"], "the address is not on the licence"
    for language in (CHINESE, ENGLISH):
        said = field_sentence(refused.value.fields["form.business_name"], language)
        assert "U+20BB7 𠮷" in said


def test_what_the_certificate_does_not_show_may_hold_any_character(house: House) -> None:
    sets_with(house, PACKAGED)
    walk = Walk(house)
    subsidy = replace(SUBSIDY, typed={**SUBSIDY.typed, "form.work_place": "𠮷祥街道"})
    assert walk.applied(subsidy).number


def test_where_a_font_went_away_both_are_told_and_an_approval_is_refused_not_stuck(
    house: House, client: TestClient[Litestar], tmp_path: Path
) -> None:
    """So it is with a name that a department holds: nobody typed it, and it is told beforehand."""
    fonts.make(tmp_path / "fonts" / "small.ttf", "𠮷")
    sets_with(house, FoundTypefaces(tmp_path / "fonts", machine=()))
    walk = Walk(house)
    number = walk.applied(SHOP).number
    sets_with(house, PACKAGED)
    clerk = walk.actor("market-officer")
    opened = house.db.write(lambda unit: identity.demonstration_sign_in(unit, clerk.account))
    client.cookies.set(http.SESSION_COOKIE, opened.token)
    told = client.get(f"/work/cases/{number}").text
    assert "证照上有字现在还印不出来" in told
    assert "U+20BB7 𠮷" in told
    with pytest.raises(Refusal) as refused:
        walk.worked(walk.actor(SHOP.login), number)
    assert refused.value.code == "certificates.characters_not_set"
    assert walk.case(walk.actor(SHOP.login), number).case.state is not State.ISSUING

"""A shop whose name has a rare character gets its licence within seconds, or is told before anything."""

import json
import time
from dataclasses import replace
from pathlib import Path

from tests.builders import typefaces as fonts
from tests.builders.stories import STALL, Walk
from tests.builders.typefaces import spoken

from tongban.app.house import worker_for
from tongban.kit.house import House
from tongban.modules.certificates import queries as certificates
from tongban.modules.certificates.adapters.authority import FileSealer
from tongban.modules.certificates.adapters.typefaces import FoundTypefaces
from tongban.modules.certificates.formats import sdjwt
from tongban.modules.certificates.model import Sealer, Typefaces
from tongban.modules.services.model import State

NAME = "云汀市城关街道𠮷祥早餐店"
SHOP = replace(STALL, typed={**STALL.typed, "form.business_name": NAME})


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
    began = time.monotonic()
    worker_for(house).settle()
    assert time.monotonic() - began < 10
    assert walk.case(actor, number).case.state is State.CLOSED
    with house.db.read() as reader:
        (found,) = certificates.of_case(reader, number)
        assert NAME in spoken(certificates.pdf(reader, found))
        parts = sdjwt.split(certificates.credential_text(reader, found))
        claims = sdjwt.decode(parts.jwt.split(".")[1]).decode()
        assert NAME in str([json.loads(claims), *map(sdjwt.read_disclosure, parts.disclosures)])

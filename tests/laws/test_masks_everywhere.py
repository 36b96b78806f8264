"""One element has one mask, whoever gave its value and whatever is said against it."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import services as builders
from tests.builders.services import STATUS

from tongban.kernel.masks import masked
from tongban.kit.db import Database
from tongban.modules.services import queries
from tongban.modules.services.model import Origin
from tongban.modules.services.queries import showing
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.queries.showing import Onlooker

GIVEN = (Origin.FETCHED, Origin.ASKED, Origin.SITUATION)


@pytest.fixture
def loaded(database: Database, tmp_path: Path) -> Loaded:
    """A case that is under way in the small city."""
    builders.found(database, tmp_path)
    number = builders.submitted(database).number
    with database.read() as reader:
        return queries.work_case(reader, builders.LI, number).loaded


@given(
    text=st.text(min_size=1, max_size=40),
    kind=st.sampled_from(["name", "resident_id", "phone", "account", "all", ""]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_staff_see_what_is_typed_masked_just_as_what_is_fetched(
    loaded: Loaded, text: str, kind: str
) -> None:
    element = msgspec.structs.replace(loaded.elements[STATUS], mask=kind)
    case = msgspec.structs.replace(loaded, elements={**loaded.elements, STATUS: element})
    wanted = text if text == case.applicant.name else masked(kind, text)
    for origin in GIVEN:
        value = builders.value(STATUS, text, origin=origin)
        for typed in (False, True):
            shown = showing.masked(case, value, text, Onlooker.STAFF, typed=typed)
            assert shown == wanted
        claimed = msgspec.structs.replace(value, value=case.applicant.name, claim=text)
        assert showing.is_hidden(case, claimed, Onlooker.STAFF) is (wanted != text)

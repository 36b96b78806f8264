"""The catalogue's list as declared."""

from tongban.modules.catalog.formats import THIRTEEN
from tongban.modules.catalog.pages import RESOURCES


def test_a_file_of_the_catalogue_has_the_thirteen_elements_in_the_guides_order() -> None:
    assert tuple(column.key for column in RESOURCES.in_file) == THIRTEEN

"""Lists a page at a time."""

import pytest

from tongban.kernel.paging import page_count


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_a_list_fills_so_many_pages_and_an_empty_one_still_is_one(total: int, pages: int) -> None:
    assert page_count(total, 50) == pages

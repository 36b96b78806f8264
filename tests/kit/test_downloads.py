"""Under which names files leave."""

import email.message
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from tongban.kit.downloads import disposition


def test_a_name_is_said_to_browsers_old_and_new() -> None:
    assert disposition("租赁合同 (2).pdf", inline=True) == (
        'inline; filename="____ (2).pdf"; '
        "filename*=UTF-8''%E7%A7%9F%E8%B5%81%E5%90%88%E5%90%8C%20%282%29.pdf"
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_every_name_stays_one_header_and_is_read_back(name: str) -> None:
    value = disposition(name)
    assert value.isascii()
    assert value.isprintable()
    assert unquote(value.rpartition("UTF-8''")[2]) == name
    message = email.message.Message()
    message["content-disposition"] = value.partition("; filename*")[0]
    assert message.get_filename() is not None

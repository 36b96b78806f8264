"""Lists, each declared once: its page, workbook, CSV, JSON and interface come from one declaration.

A module declares a :class:`Listing` in its pages, shows it with :func:`look` and the macros
``list_filter``, ``list_head``, ``list_table`` and ``list_pages``, and gives its handlers
:func:`doors`. See docs/design/lists.md.
"""

from tongban.kit.lists.declaration import (
    Asking,
    Choice,
    Choices,
    Column,
    Filter,
    Found,
    Held,
    Kind,
    Listing,
    Paged,
    Place,
    Source,
    Windows,
    Words,
    choice,
    coded,
    day,
    hidden,
    in_words,
    order,
    search,
)
from tongban.kit.lists.doors import doors, file_in_pieces
from tongban.kit.lists.showing import Listed, look

__all__ = [
    "Asking",
    "Choice",
    "Choices",
    "Column",
    "Filter",
    "Found",
    "Held",
    "Kind",
    "Listed",
    "Listing",
    "Paged",
    "Place",
    "Source",
    "Windows",
    "Words",
    "choice",
    "coded",
    "day",
    "doors",
    "file_in_pieces",
    "hidden",
    "in_words",
    "look",
    "order",
    "search",
]

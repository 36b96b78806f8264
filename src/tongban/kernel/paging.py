"""Lists are shown a page at a time; an empty list is one empty page."""


def page_count(total: int, size: int | None) -> int:
    """Return how many pages of ``size`` lines ``total`` lines fill, at least one; None: all on one."""
    return 1 if size is None else max(1, -(-total // size))


def skipped(page: int, size: int | None) -> int:
    """Return how many lines stand before a page."""
    return 0 if size is None else (page - 1) * size

"""Lists are shown a page at a time; an empty list is one empty page."""


def page_count(total: int, size: int) -> int:
    """Return how many pages of ``size`` lines ``total`` lines fill, at least one."""
    return max(1, -(-total // size))

"""Floats of a source that keep fewer digits than Python's own."""


class Single(float):
    """A float of half the length (IEEE 754 binary32), sure of six digits, as its shortest writing."""

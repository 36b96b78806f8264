"""Bytes to values and back: the C2SP formats of a tiled log, and Tongban's own entry."""

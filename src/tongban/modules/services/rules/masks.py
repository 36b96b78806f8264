"""Whom a mask concerns; how a masked value is written, ``kernel.masks`` knows for every module."""

from collections.abc import Collection


def is_own(kind: str, text: str, applicant: Collection[str]) -> bool:
    """Whether it is just what the applicant is called or known by; others' names stay masked."""
    return kind in ("name", "resident_id") and text in applicant


def is_to_confirm(kind: str) -> bool:
    """Whether the applicant has to see it whole before the application is sent.

    What is hidden from others altogether is the applicant's own all the same: needs are about them.
    """
    return kind in ("account", "all")

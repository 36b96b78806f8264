"""What the archive refuses."""

from tongban.kernel.errors import Kind, Refusal


def path_unfit(name: str) -> Refusal:
    """Return the refusal for a document whose path may not stand in a package."""
    return Refusal("archive.path_unfit", Kind.INVALID, name=name)


def path_twice(name: str) -> Refusal:
    """Return the refusal for two documents of one path."""
    return Refusal("archive.path_twice", Kind.INVALID, name=name)


def package_not_found() -> Refusal:
    """Return the refusal for a package that does not exist."""
    return Refusal("archive.package_not_found", Kind.NOT_FOUND)


def package_missing(name: str) -> Refusal:
    """Return the refusal for a package whose folder is gone."""
    return Refusal("archive.package_missing", Kind.UNAVAILABLE, name=name)


def not_now(state: str) -> Refusal:
    """Return the refusal for what may not become of a package."""
    return Refusal("archive.not_now", Kind.CONFLICT, state=state)

"""What the catalogue refuses, each a fact with its own sentence in messages.toml."""

from tongban.kernel.errors import Kind, Refusal


def element_not_found(code: str) -> Refusal:
    """No data element has this code."""
    return Refusal("catalog.element_not_found", Kind.NOT_FOUND, element=code)


def resource_not_found(code: str) -> Refusal:
    """No registered resource has this code."""
    return Refusal("catalog.resource_not_found", Kind.NOT_FOUND, resource=code)


def secret_refused(code: str) -> Refusal:
    """Data marked secret (涉密): only non-secret data may be registered."""
    return Refusal("catalog.secret_refused", Kind.INVALID, resource=code)

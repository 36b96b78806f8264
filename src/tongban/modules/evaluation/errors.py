"""What evaluation refuses."""

from tongban.kernel.errors import Kind, Refusal


def indicator_not_found() -> Refusal:
    """Return the refusal for an indicator that this government does not show."""
    return Refusal("evaluation.indicator_not_found", Kind.NOT_FOUND)

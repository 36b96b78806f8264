"""What supervision refuses."""

from tongban.kernel.errors import Kind, Refusal


def card_not_found() -> Refusal:
    """Return the refusal for a card that does not exist, or is not this actor's to see."""
    return Refusal("supervision.card_not_found", Kind.NOT_FOUND)


def not_yours() -> Refusal:
    """Return the refusal for someone who is not to answer or withdraw this card."""
    return Refusal("supervision.not_yours", Kind.NOT_ALLOWED)


def already(state: str) -> Refusal:
    """Return the refusal for a card on which this was done before."""
    return Refusal("supervision.already", Kind.CONFLICT, state=state)


def words_missing() -> Refusal:
    """Return the refusal for an empty reply or reason."""
    return Refusal(
        "supervision.words_missing", Kind.INVALID, fields={"words": "supervision.words_missing"}
    )

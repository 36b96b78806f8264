"""What services refuses, each a fact with its own sentence in messages.toml."""

from collections.abc import Mapping

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.identifiers import Fault
from tongban.kernel.text import Text


def service_not_found(code: str) -> Refusal:
    """No service under this code, or none of this version."""
    return Refusal("services.service_not_found", Kind.NOT_FOUND, service=code)


def service_not_open(code: str) -> Refusal:
    """A service that is only listed, or retired: it cannot be applied for here."""
    return Refusal("services.service_not_open", Kind.GONE, service=code)


def not_for_you() -> Refusal:
    """A service for organisations asked for by a person, or the other way round."""
    return Refusal("services.not_for_you", Kind.NOT_ALLOWED)


def case_not_found() -> Refusal:
    """No such case, or none that the one who asks may know of."""
    return Refusal("services.case_not_found", Kind.NOT_FOUND)


def nothing_to_open() -> Refusal:
    """None of what is hidden was chosen to be opened."""
    fields = {"what": "services.nothing_to_open"}
    return Refusal("services.nothing_to_open", Kind.INVALID, fields=fields)


def of_another_capacity() -> Refusal:
    """One's own case, made while acting for somebody else than now; never another's."""
    return Refusal("services.of_another_capacity", Kind.NOT_ALLOWED, acting=True)


def case_number_mistyped(fault: Fault) -> Refusal:
    """A number that no case can have: its length, its characters or its check character is wrong."""
    return Refusal(f"kernel.case_number_{fault}", Kind.NOT_FOUND)


def not_yours() -> Refusal:
    """A step of another department, or a duty that was not given."""
    return Refusal("services.not_yours", Kind.NOT_ALLOWED)


def not_now(verb: str, state: str) -> Refusal:
    """Something that cannot be done to a case in this state."""
    return Refusal("services.not_now", Kind.CONFLICT, verb=verb, state=state)


def ended_meanwhile() -> Refusal:
    """The case ended before this step was done: it was withdrawn, or counts as withdrawn."""
    return Refusal("services.ended_meanwhile", Kind.CONFLICT)


def changed_meanwhile() -> Refusal:
    """Somebody else changed the case since the page was shown."""
    return Refusal("services.changed_meanwhile", Kind.CONFLICT)


def already_decided(name: str, at: str) -> Refusal:
    """Two clerks decided at once; this one was second. Who was first, and when (local time)."""
    return Refusal("services.already_decided", Kind.CONFLICT, name=name, at=at)


def step_already_done(name: str) -> Refusal:
    """Somebody else finished this step first."""
    return Refusal("services.step_already_done", Kind.CONFLICT, name=name)


def already_taken(name: str) -> Refusal:
    """A step that another clerk has in hand."""
    return Refusal("services.already_taken", Kind.CONFLICT, name=name)


def answers_wrong(fields: Mapping[str, str], **data: object) -> Refusal:
    """Answers that are missing or cannot be read: ``fields`` maps each to the code of its fault."""
    return Refusal("services.answers_wrong", Kind.INVALID, fields=fields, **data)


def not_complete() -> Refusal:
    """An application with questions still open."""
    return Refusal("services.not_complete", Kind.CONFLICT)


def correction_already_asked() -> Refusal:
    """A second notice of correction: the law allows one, listing everything."""
    return Refusal("services.correction_already_asked", Kind.CONFLICT)


def counts_as_accepted() -> Refusal:
    """Not accepting, or asking to correct, what the law takes as accepted: five days went by."""
    return Refusal("services.counts_as_accepted", Kind.CONFLICT)


def correction_not_late() -> Refusal:
    """Deeming a case withdrawn before the time given for the correction has run out."""
    return Refusal("services.correction_not_late", Kind.CONFLICT)


def value_in_doubt() -> Refusal:
    """A decision while the applicant and a department still disagree about a value."""
    return Refusal("services.value_in_doubt", Kind.CONFLICT)


def reviews_unconfirmed() -> Refusal:
    """Reviews of before a correction that nobody has confirmed or taken up again."""
    return Refusal("services.reviews_unconfirmed", Kind.CONFLICT)


def result_unknown(name: Text) -> Refusal:
    """An approval whose result cannot be worked out: a value it rests on is missing."""
    return Refusal("services.result_unknown", Kind.CONFLICT, name=name)


def not_disputable() -> Refusal:
    """A value that was not fetched from a department, so that the applicant simply changes it."""
    return Refusal("services.not_disputable", Kind.CONFLICT)


def file_refused(code: str) -> Refusal:
    """An upload that is empty, too large or of a kind not taken; ``code`` says which."""
    return Refusal("services.answers_wrong", Kind.INVALID, fields={"file": code})


def nobody_to_take_it() -> Refusal:
    """Handing a step to somebody who is not in the department or lacks the duty."""
    return Refusal(
        "services.answers_wrong", Kind.INVALID, fields={"to": "services.nobody_to_take_it"}
    )


def not_as_logged() -> Refusal:
    """Erasing a draft that is not what its ledger entry says."""
    return Refusal("services.not_as_logged", Kind.CONFLICT)


def case_running(number: str) -> Refusal:
    """A second application for what is being handled already. ``number`` is the running case's when
    it is the actor's own, else empty: somebody else applied for the same organisation."""
    return Refusal("services.case_running", Kind.CONFLICT, number=number)


def too_many_drafts(most: int) -> Refusal:
    """More drafts of one service than anyone needs."""
    return Refusal("services.too_many_drafts", Kind.TOO_MANY, most=most)

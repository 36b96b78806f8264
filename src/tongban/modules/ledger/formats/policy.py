"""Whom to trust, as a file (C2SP tlog-policy): logs, witnesses, groups and one quorum.

Names are compared octet by octet: the file is read as Latin-1, which keeps every octet apart; only
keys are then read as UTF-8.
"""

import re

import msgspec

from tongban.kernel.errors import Refusal
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats.note import parse_verifier_key
from tongban.modules.ledger.model import Algorithm, Group, Policy, VerifierKey

MAX_POLICY = 1 << 20
"""Bytes of the longest policy read."""
NOBODY = "none"
_MEMBERS = {"log": (1, 2), "witness": (2, 3), "group": (3, None), "quorum": (1, 1)}
_SIGNS_AS_LOG = frozenset({0x01, 0x02, 0x05, 0x06, 0xFF})
_SIGNS_AS_WITNESS = frozenset({Algorithm.COSIGNATURE_ED25519.value, 0x06, 0xFF})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class _Draft(msgspec.Struct):
    logs: list[VerifierKey]
    witnesses: dict[str, VerifierKey]
    groups: dict[str, Group]
    grouped: set[str]
    quorum: str | None = None

    def knows(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups


def parse_policy(data: bytes) -> Policy:
    """Read a policy; refuses with the line that is wrong."""
    if len(data) > MAX_POLICY:
        raise errors.too_large("policy", MAX_POLICY)
    draft = _Draft([], {}, {}, set())
    for number, line in enumerate(data.decode("latin-1").split("\n"), start=1):
        words = re.split(r"[ \t]+", line.strip(" \t"))
        if _FORBIDDEN.search(line):
            raise errors.unreadable("policy", number)
        if words[0] and not words[0].startswith("#") and not _take(draft, words[0], words[1:]):
            raise errors.unreadable("policy", number)
    if draft.quorum is None:
        raise errors.unreadable("policy")
    return Policy(
        logs=tuple(draft.logs),
        witnesses=draft.witnesses,
        groups=draft.groups,
        quorum=None if draft.quorum == NOBODY else draft.quorum,
    )


def _take(draft: _Draft, word: str, rest: list[str]) -> bool:
    """Add one line to the draft; whether it was a good one."""
    least, most = _MEMBERS.get(word, (0, -1))
    if len(rest) < least or (most is not None and len(rest) > most):
        return False
    match word:
        case "log":
            return _take_log(draft, rest[0])
        case "witness":
            return _take_witness(draft, rest[0], rest[1])
        case "group":
            return _take_group(draft, rest[0], rest[1], rest[2:])
        case _:
            if draft.quorum is not None or not (rest[0] == NOBODY or draft.knows(rest[0])):
                return False
            draft.quorum = rest[0]
            return True


def _take_log(draft: _Draft, text: str) -> bool:
    key = _parse_key(text)
    if key is None or key.algorithm not in _SIGNS_AS_LOG:
        return False
    if any(key.public == other.public for other in draft.logs):
        return False
    draft.logs.append(key)
    return True


def _take_witness(draft: _Draft, name: str, text: str) -> bool:
    key = _parse_key(text)
    if key is None or key.algorithm not in _SIGNS_AS_WITNESS or _is_taken(draft, name):
        return False
    if any(key.public == other.public for other in draft.witnesses.values()):
        return False
    draft.witnesses[name] = key
    return True


def _take_group(draft: _Draft, name: str, wanted: str, members: list[str]) -> bool:
    if _is_taken(draft, name) or len(set(members)) != len(members):
        return False
    if not all(draft.knows(member) and member not in draft.grouped for member in members):
        return False
    threshold = _parse_threshold(wanted, len(members))
    if threshold is None:
        return False
    draft.groups[name] = Group(threshold, tuple(members))
    draft.grouped.update(members)
    return True


def _parse_threshold(wanted: str, members: int) -> int | None:
    if wanted in {"any", "all"}:
        return 1 if wanted == "any" else members
    if not re.fullmatch(r"[1-9][0-9]{0,3}", wanted):
        return None
    return int(wanted) if int(wanted) <= members else None


def _is_taken(draft: _Draft, name: str) -> bool:
    return name == NOBODY or draft.knows(name)


def _parse_key(text: str) -> VerifierKey | None:
    try:
        return parse_verifier_key(text.encode("latin-1").decode())
    except (Refusal, UnicodeDecodeError):
        return None


def is_quorate(policy: Policy, cosigners: frozenset[VerifierKey]) -> bool:
    """Whether these witnesses, whose cosignatures were checked, make the quorum."""

    def witnessed(name: str) -> bool:
        if name in policy.witnesses:
            return policy.witnesses[name] in cosigners
        group = policy.groups[name]
        return sum(map(witnessed, group.members)) >= group.threshold

    return policy.quorum is None or witnessed(policy.quorum)

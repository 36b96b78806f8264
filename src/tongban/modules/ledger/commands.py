"""``tongban verify`` and ``tongban ledger``: checking the log from outside and from inside.

``verify`` needs neither a database nor a network: it hashes, compares and checks signatures.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.errors import Refusal
from tongban.kit.cli import of_government, opened, tell, terminal_language
from tongban.kit.i18n import sentence, translate, translator

if TYPE_CHECKING:
    from datetime import datetime

    from tongban.kit.db import Database
    from tongban.modules.ledger.model import Audit, Checkpoint, ConsistencyProof, Signer, Verified
    from tongban.modules.ledger.model.chains import ChainsChecked

_FAILS, _UNREADABLE = 1, 2
_PIECE = 1 << 20
_VERDICTS = frozenset(
    f"ledger.{fact}"
    for fact in (
        "signature_wrong",
        "signed_by_nobody_known",
        "origin_unknown",
        "quorum_missing",
        "not_included",
        "not_consistent",
        "commitment_differs",
        "statement_of_another",
    )
)
"""Refusals that say: everything could be read, and it does not hold."""

_FILE = click.Path(path_type=Path)


def _t(name: str, /, **data: Any) -> str:
    return translate(terminal_language(), f"ledger.{name}", **data)


def _read(path: Path) -> bytes:
    from tongban.modules.ledger import errors

    try:
        return path.read_bytes()
    except OSError as error:
        raise errors.file_unreadable(str(path)) from error


def _trust(key: str) -> bytes:
    """A vkey as it was typed, or what the file of that name holds."""
    return _read(Path(key)) if key.count("+") < 2 or Path(key).is_file() else key.encode()


@click.command()
@click.argument("file", type=_FILE)
@click.option("--key", required=True, help="The log's vkey, or a file with a vkey or a policy.")
@click.option("--entry", type=_FILE, help="The entry's bytes, when the receipt lacks them.")
@click.option("--opening", type=_FILE, help="Private facts and salt: check that they are meant.")
@click.option(
    "--earlier", type=_FILE, help="A complete file kept before: what it has is still there."
)
@click.option(
    "--log", type=_FILE, help="All entries of the log: none about you was left out at the end."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def verify(
    context: click.Context,
    file: Path,
    key: str,
    entry: Path | None,
    opening: Path | None,
    earlier: Path | None,
    log: Path | None,
    as_json: bool,
) -> None:
    """Verify FILE, the receipt (.tlog-proof) of a ledger entry, or your complete file of who used your
    data (my-data-uses.json), without trusting anyone.

    Nothing is fetched. Exit 0: the entry is in the log; nothing that the file should have is missing or
    changed. 1: it does not verify. 2: something cannot be read.
    """
    try:
        if _is_uses(file):
            checked = _uses_checked(file, key, earlier, log)
            for line in _uses_in_json(checked) if as_json else _uses_in_words(checked, earlier):
                tell(line)
            context.exit(0 if checked.whole else _FAILS)
        verified = _verified(file, key, entry, opening)
    except Refusal as refusal:
        _say_no(refusal, as_json)
        context.exit(_FAILS if refusal.code in _VERDICTS else _UNREADABLE)
    if as_json:
        click.echo(json.dumps(_as_json(verified, opened=opening is not None), ensure_ascii=False))
        return
    for line in _in_words(verified, opened=opening is not None):
        tell(line)


def _is_uses(file: Path) -> bool:
    """Whether a file is a person's complete file; one that is longer than any is not read."""
    from tongban.modules.ledger import errors
    from tongban.modules.ledger.formats.uses import MAX_FILE, is_uses_file

    try:
        if file.stat().st_size > MAX_FILE:
            raise errors.too_large("uses", MAX_FILE)
    except OSError as error:
        raise errors.file_unreadable(str(file)) from error
    return is_uses_file(_read(file))


def _uses_checked(file: Path, key: str, earlier: Path | None, log: Path | None) -> "ChainsChecked":
    from msgspec.structs import replace

    from tongban.modules.ledger.formats.receipt import read_trust
    from tongban.modules.ledger.formats.uses import left_out, parse_uses, verify_uses

    before = parse_uses(_read(earlier)) if earlier is not None else None
    uses, trust = parse_uses(_read(file)), read_trust(_trust(key))
    checked = verify_uses(uses, trust, before)
    if log is None:
        return checked
    found, looked_through = left_out(uses, trust, _pieces_of(log))
    return replace(checked, faults=(*checked.faults, *found), looked_through=looked_through)


def _pieces_of(path: Path) -> Iterator[bytes]:
    from tongban.modules.ledger import errors

    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise errors.file_unreadable(str(path)) from error


def _uses_in_json(checked: "ChainsChecked") -> list[str]:
    said = {
        "verified": checked.whole,
        "origin": checked.checkpoint.origin,
        "size": checked.checkpoint.size,
        "root": checked.checkpoint.root.hex(),
        "at": checked.at.isoformat(),
        "lines": checked.lines,
        "numbered_later": checked.unlinked,
        "chains": [
            {"shown_on": _day_of(each.name), "lines": each.number} for each in checked.chains
        ],
        "looked_through": checked.looked_through,
        "faults": [
            {
                "kind": each.kind.value,
                "shown_on": _day_of(each.chain),
                "number": each.number,
                "count": each.count,
            }
            for each in checked.faults
        ],
        "more_faults": checked.more,
    }
    return [json.dumps(said, ensure_ascii=False)]


def _day_of(chain: str) -> str | None:
    return None if chain == "-" else chain


def _uses_in_words(checked: "ChainsChecked", earlier: Path | None) -> list[str]:
    mark, verdict = ("✓", "whole") if checked.whole else ("✗", "not_whole")
    lines = [
        f"{mark} {_t('uses.' + verdict)}",
        "  " + _t("verify.log", origin=checked.checkpoint.origin),
        "  " + _t("uses.counted", count=checked.lines, at=_instant(checked.at)),
    ]
    for each in checked.chains:
        day = _day_of(each.name)
        named = "chain_of_day" if day else "chain" if each.number else "chain_none"
        lines.append("  " + _t(f"uses.{named}", day=day or "", number=each.number))
    if checked.unlinked:
        lines.append("  " + _t("uses.unlinked", count=checked.unlinked))
    if checked.whole and checked.looked_through:
        lines.append("  " + _t("uses.looked_through", count=checked.looked_through))
    if checked.whole and earlier is not None:
        lines.append("  " + _t("uses.earlier"))
    for fault in checked.faults:
        first = "_first" if fault.kind == "missing" and not fault.number else ""
        said = _t(f"uses.{fault.kind}{first}", number=fault.number, count=fault.count)
        day = _day_of(fault.chain)
        lines.append(f"  - {said}{_t('uses.where', day=day) if day else ''}")
    return [*lines, *(["  " + _t("uses.more", count=checked.more)] if checked.more else [])]


def _verified(file: Path, key: str, entry: Path | None, opening: Path | None) -> "Verified":
    from tongban.modules.ledger import errors
    from tongban.modules.ledger.formats.entry import parse_opening
    from tongban.modules.ledger.formats.proof import parse_proof
    from tongban.modules.ledger.formats.receipt import (
        read_trust,
        verify_opening,
        verify_receipt,
    )

    receipt = parse_proof(_read(file))
    policy = read_trust(_trust(key))
    body = _read(entry) if entry is not None else None
    facts = parse_opening(_read(opening)) if opening is not None else None
    verified = verify_receipt(receipt, policy, body)
    if facts is not None:
        if verified.entry is None:
            raise errors.unreadable("entry")
        verify_opening(verified.entry, facts)
    return verified


def _say_no(refusal: Refusal, as_json: bool) -> None:
    said = sentence(refusal, terminal_language())
    if as_json:
        answer = {"verified": False, "code": refusal.code, "message": said}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    verdict = "no" if refusal.code in _VERDICTS else "unreadable"
    tell(f"✗ {_t('verify.' + verdict)}\n  {said}", err=True)


def _as_json(verified: "Verified", *, opened: bool) -> dict[str, Any]:
    entry = verified.entry
    return {
        "verified": True,
        "origin": verified.checkpoint.origin,
        "index": verified.index,
        "size": verified.checkpoint.size,
        "root": verified.checkpoint.root.hex(),
        "witnesses": [each.key.name for each in verified.witnesses],
        "opened": opened,
        "entry": None
        if entry is None
        else {
            "id": entry.id,
            "kind": entry.kind.value,
            "at": entry.at.isoformat(),
            "public": entry.public,
            "commitment": entry.commitment,
        },
    }


def _instant(at: "datetime | None") -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _in_words(verified: "Verified", *, opened: bool) -> list[str]:
    from tongban.modules.ledger.formats.words import facts_of

    checkpoint, entry = verified.checkpoint, verified.entry
    lines = [
        f"✓ {_t('verify.yes')}",
        "  " + _t("verify.log", origin=checkpoint.origin),
        "  " + _t("verify.place", index=verified.index, size=checkpoint.size),
    ]
    lines += [
        "  " + _t("verify.witness", name=each.key.name, at=_instant(each.at))
        for each in verified.witnesses
    ]
    if entry is None:
        return [*lines, "  " + _t("verify.other_bytes", length=len(verified.body))]
    lines.append(
        "  " + _t("verify.kind", kind=_t(f"kind.{entry.kind.value}"), at=_instant(entry.at))
    )
    language = terminal_language()
    for fact in facts_of(entry, language, translator(language)):
        code = f" ({fact.code})" if fact.code else ""
        lines.append(f"    {fact.label}: {fact.value}{code}")
    if opened:
        lines.append("  " + _t("verify.opened"))
    return lines


@click.group()
def ledger() -> None:
    """Look after the public ledger."""


@ledger.command()
@of_government
@click.option("--key", help="The log's vkey or a policy file, as known from elsewhere.")
@click.option(
    "--checkpoint",
    "kept",
    type=_FILE,
    multiple=True,
    help="A checkpoint that somebody kept: the log must still contain it.",
)
@click.pass_context
def audit(context: click.Context, data: Path, key: str | None, kept: tuple[Path, ...]) -> None:
    """Replay every entry and compare with every tile and checkpoint; exit 1 when one differs.

    Checkpoints in the places outside that the settings name are compared as well.
    """
    from tongban.modules.ledger import actions, queries

    with opened(data, sealed=False) as (database, settings), database.read() as reader:
        trusted = _trust(key) if key else (queries.verifier_key(reader.connection) or "")
        log, earlier = _earlier(trusted, kept)
        found = queries.audit(reader.connection, key=log, earlier=earlier)
        outside = list(actions.compare(reader, settings))
    for line in _audit_in_words(found):
        tell(line)
    for place, fault, where in outside:
        mark = {"": "✓", "away": "!"}.get(fault, "✗")
        tell(f"{mark} " + _t(f"outside.{fault or 'well'}", place=place, where=where))
    differs = any(fault not in {"", "away"} for _, fault, _ in outside)
    context.exit(0 if found.sound and not differs else _FAILS)


def _earlier(trusted: bytes | str, kept: tuple[Path, ...]) -> tuple[Any, list["Checkpoint"]]:
    """The log's key, and the checkpoints in files once their signatures were checked."""
    from tongban.modules.ledger.formats.note import parse_note
    from tongban.modules.ledger.formats.receipt import read_trust, verify_checkpoint

    if not trusted:
        return None, []
    policy = read_trust(trusted.encode() if isinstance(trusted, str) else trusted)
    found = [verify_checkpoint(parse_note(_read(path)), policy)[0] for path in kept]
    return next(iter(policy.logs), None), found


def _audit_in_words(found: "Audit") -> list[str]:
    mark = "✓" if found.sound else "✗"
    lines = [
        f"{mark} " + _t("audit.sound" if found.sound else "audit.unsound"),
        "  "
        + _t(
            "audit.numbers", size=found.size, checkpoints=found.checkpoints, pending=found.pending
        ),
        "  " + _t("audit.root", root=found.head.root.hex()),
    ]
    lines += [f"  - {_t('fault.' + each.kind, where=each.where)}" for each in found.faults]
    if found.more:
        lines.append("  " + _t("audit.more", count=found.more))
    return lines


@ledger.command()
@of_government
def checkpoint(data: Path) -> None:
    """Print the newest signed checkpoint: keep it elsewhere, and audit against it one day."""
    from tongban.modules.ledger import queries

    with opened(data, sealed=False) as (database, _), database.read() as reader:
        click.echo(queries.checkpoint(reader.connection).note, nl=False)


@ledger.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE, required=False)
@click.option("--key", help="The log's vkey, or a file with a vkey or a policy.")
@click.option("--proof", type=_FILE, help="What /ledger/consistency?from=…&to=… answered.")
@click.option("--data", type=_FILE, help="Data folder of the log: it makes the proof itself.")
@click.pass_context
def consistency(
    context: click.Context,
    old: Path,
    new: Path | None,
    key: str | None,
    proof: Path | None,
    data: Path | None,
) -> None:
    """Show that the log of the checkpoint OLD is the beginning of that of the checkpoint NEW.

    With --proof and --key nothing but the files is needed; with --data NEW may be left out, which is
    then the newest. Exit 0: they agree. 1: they do not. 2: something cannot be read.
    """
    try:
        sizes = _compared(old, new, key, proof, data)
    except Refusal as refusal:
        tell(f"✗ {sentence(refusal, terminal_language())}", err=True)
        context.exit(_FAILS if refusal.code in _VERDICTS else _UNREADABLE)
    tell("✓ " + _t("consistency.yes", old=sizes[0], new=sizes[1]))


def _compared(
    old: Path, new: Path | None, key: str | None, proof: Path | None, data: Path | None
) -> tuple[int, int]:
    """Compare two checkpoints; returns their sizes."""
    from tongban.modules.ledger import errors
    from tongban.modules.ledger.formats.consistency import check_consistent, parse_consistency

    if proof is not None and new is not None and key is not None:
        _, (first, last) = _earlier(_trust(key), (old, new))
        shown = parse_consistency(_read(proof))
    elif data is not None and proof is None:
        first, last, shown = _from_log(data, key, old, new)
    else:
        raise errors.proof_or_data_missing()
    check_consistent(first, last, shown)
    return first.size, last.size


def _from_log(
    data: Path, key: str | None, old: Path, new: Path | None
) -> "tuple[Checkpoint, Checkpoint, ConsistencyProof]":
    """Return two checkpoints, and the proof that the log below a data folder gives for their sizes."""
    from tongban.modules.ledger import queries

    with opened(data, sealed=False) as (database, _), database.read() as reader:
        trusted = _trust(key) if key else (queries.verifier_key(reader.connection) or "")
        _, found = _earlier(trusted, (old,) if new is None else (old, new))
        newest = queries.checkpoint(reader.connection).checkpoint
        first, last = found[0], found[1] if new is not None else newest
        return first, last, queries.consistency(reader.connection, first.size, last.size)


_SHOWN = 100
_reason = click.option("--reason", required=True, help="Why, in a sentence: it is published.")


@contextmanager
def _opened(data: Path) -> "Iterator[tuple[Database, Signer]]":
    """Open the database and the log's key, to write: with the keyring that vouches for entries.

    Refuses the key of another log than the one that the database keeps.
    """
    from tongban.modules.ledger import actions, queries

    with opened(data) as (database, settings):
        signer = actions.log_key(settings.keys)
        with database.read() as reader:
            queries.check_signer(reader.connection, signer)
        yield database, signer


@ledger.command()
@of_government
@_reason
def accept(data: Path, reason: str) -> None:
    """Go on signing without the mark of what was signed last, or at an instant before it.

    Leaves an entry in the log with the reason. A log that forks is never accepted.
    """
    from tongban.modules.ledger import actions

    with _opened(data) as (database, signer):
        what = actions.accept(database, signer, reason)
    tell("✓ " + _t("accept.done", what=_t(f"word.{what}")))


@ledger.command()
@of_government
@click.pass_context
def refused(context: click.Context, data: Path) -> None:
    """List the entries that were refused a number; exit 1 where there are any."""
    from tongban.modules.ledger import queries

    with opened(data, sealed=False) as (database, _), database.read() as reader:
        count = queries.set_aside_count(reader.connection)
        found = queries.set_aside(reader.connection, _SHOWN)
    for one in found:
        tell(f"{_instant(one.at)}  {one.entry.id}  {_t(f'refused.{one.reason}')}")
    tell(("✗ " if count else "✓ ") + _t("refused.count", count=count))
    context.exit(_FAILS if count else 0)


@ledger.command()
@of_government
@_reason
def settle(data: Path, reason: str) -> None:
    """Say what became of the entries that were refused a number, once it is clear what happened.

    Those that this system wrote are numbered after all, the others stay apart for ever. Leaves an entry
    in the log with the reason.
    """
    from tongban.modules.ledger import actions

    with _opened(data) as (database, _):
        counts = database.write(lambda unit: actions.settle(unit, reason))
    tell("✓ " + _t("refused.settled", **counts))


COMMANDS = (verify, ledger)

"""``tongban verify`` and ``tongban ledger``: checking the log from outside and from inside.

``verify`` needs neither a database nor a network: it hashes, compares and checks signatures.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.errors import Refusal
from tongban.kit.cli import of_government, terminal_language
from tongban.kit.i18n import sentence, translate, translator

if TYPE_CHECKING:
    from datetime import datetime

    from tongban.kit.db import Database
    from tongban.modules.ledger.model import Audit, Checkpoint, Verified

_FAILS, _UNREADABLE = 1, 2
_VERDICTS = frozenset(
    f"ledger.{fact}"
    for fact in (
        "signature_wrong",
        "signed_by_nobody_known",
        "origin_unknown",
        "quorum_missing",
        "not_included",
        "commitment_differs",
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
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def verify(
    context: click.Context,
    file: Path,
    key: str,
    entry: Path | None,
    opening: Path | None,
    as_json: bool,
) -> None:
    """Verify FILE, the receipt (.tlog-proof) of a ledger entry, without trusting anyone.

    Nothing is fetched. Exit 0: the entry is in the log. 1: it does not verify. 2: something cannot
    be read.
    """
    try:
        verified = _verified(file, key, entry, opening)
    except Refusal as refusal:
        _say_no(refusal, as_json)
        context.exit(_FAILS if refusal.code in _VERDICTS else _UNREADABLE)
    if as_json:
        click.echo(json.dumps(_as_json(verified, opened=opening is not None), ensure_ascii=False))
        return
    for line in _in_words(verified, opened=opening is not None):
        click.echo(line)


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
    click.echo(f"✗ {_t('verify.' + verdict)}\n  {said}", err=True)


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


def _open(data: Path) -> "Database":
    """Open the database of a government, only to read: no key is needed and none is made."""
    from tongban.kit.clock import SystemClock
    from tongban.kit.db import Database
    from tongban.kit.keyring import Keyring
    from tongban.kit.settings import from_environment
    from tongban.modules.ledger import errors

    settings = from_environment(data)
    if not settings.database and not (data / "tongban.db").is_file():
        raise errors.no_government_here(str(data))
    return Database(settings.database_url, SystemClock(), Keyring.fresh())


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
    """Replay every entry and compare with every tile and checkpoint; exit 1 when one differs."""
    from tongban.modules.ledger import queries

    database = _open(data)
    try:
        with database.read() as reader:
            trusted = _trust(key) if key else (queries.verifier_key(reader.connection) or "")
            log, earlier = _earlier(trusted, kept)
            found = queries.audit(reader.connection, key=log, earlier=earlier)
    finally:
        database.close()
    for line in _audit_in_words(found):
        click.echo(line)
    context.exit(0 if found.sound else _FAILS)


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

    database = _open(data)
    try:
        with database.read() as reader:
            click.echo(queries.checkpoint(reader.connection).note, nl=False)
    finally:
        database.close()


COMMANDS = (verify, ledger)

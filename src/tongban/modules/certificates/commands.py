"""``tongban certificate``: verifying without the site that issued it."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.errors import Refusal
from tongban.kernel.text import say
from tongban.kit.cli import tell, terminal_language
from tongban.kit.i18n import sentence, translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tongban.modules.certificates.formats.kinds import Claim

_FAILS, _UNREADABLE = 1, 2
_VERDICTS = frozenset({"certificates.document_refused", "certificates.credential_refused"})
_FILE = click.Path(path_type=Path)
_QUIET = frozenset({"iss", "iat", "exp", "vct", "status", "cnf"})


def _t(name: str, /, **data: Any) -> str:
    return translate(terminal_language(), f"certificates.{name}", **data)


@click.group()
def certificate() -> None:
    """Verify certificates offline."""


@certificate.command()
@click.argument("file", type=_FILE)
@click.option(
    "--trust",
    type=_FILE,
    required=True,
    help="Certificates to trust (PEM): /certificates/trust.pem of the issuing site.",
)
@click.option("--status", type=_FILE, help="The credential's status list, fetched before.")
@click.option(
    "--kind",
    type=_FILE,
    help="What its vct leads to, fetched before: names its claims and says how they are read.",
)
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Judge by this day, not today.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def verify(
    context: click.Context,
    file: Path,
    trust: Path,
    status: Path | None,
    kind: Path | None,
    at: dt.datetime | None,
    as_json: bool,
) -> None:
    """Verify FILE, a sealed PDF or a credential (SD-JWT VC), without asking anyone.

    Nothing is fetched. Exit 0: it holds. 1: it does not. 2: something cannot be read.
    """
    from tongban.kit.clock import SystemClock
    from tongban.modules.certificates.formats import jws

    described: Mapping[str, Claim] | None = None
    moment = at.replace(tzinfo=dt.UTC, hour=12) if at else SystemClock().now()
    try:
        content = _read(file)
        anchors = jws.read_anchors(_read(trust))
        if b"%PDF-" in content[:1024]:
            if status or kind:
                told = "status_of_document" if status else "kind_of_document"
                raise click.UsageError(_t(f"command.{told}"), context)
            facts = _document(content, anchors, moment)
        else:
            facts = _credential(content, anchors, moment, _read(status) if status else None)
            described = _described(facts["claims"], _read(kind)) if kind else None
    except Refusal as refusal:
        context.exit(_say_no(refusal, as_json))
    revoked = facts.get("revoked", False)
    if as_json:
        facts = {"verified": not revoked, **facts}
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        _say(facts, described)
    context.exit(_FAILS if revoked else 0)


def _read(path: Path) -> bytes:
    from tongban.modules.certificates import errors
    from tongban.modules.certificates.formats.seals import LARGEST

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise errors.file_unreadable(str(path)) from error
    if len(content) > LARGEST:
        raise errors.too_large(LARGEST >> 20)
    return content


def _document(content: bytes, anchors: "Sequence[bytes]", at: dt.datetime) -> dict[str, Any]:
    from tongban.modules.certificates.formats.seals import verify_pdf

    sealing = verify_pdf(content, anchors, at)
    return {
        "kind": "document",
        "organisation": sealing.organisation,
        "subject": sealing.subject,
        "at": sealing.at.isoformat() if sealing.at else "",
    }


def _credential(
    content: bytes, anchors: "Sequence[bytes]", at: dt.datetime, listed: bytes | None
) -> dict[str, Any]:
    from tongban.modules.certificates.formats import credential

    text = content.decode("ascii", errors="replace").strip()
    found = credential.verify(text, anchors, at)
    facts: dict[str, Any] = {
        "kind": "credential",
        "organisation": found.signer,
        "claims": found.claims,
        "status_uri": credential.status_of(found.claims)[1],
    }
    if listed is not None:
        token = listed.decode("ascii", errors="replace").strip()
        facts["revoked"] = credential.is_revoked(found.claims, token, anchors, at)
    return facts


def _instant(text: str) -> str:
    return (
        f"{dt.datetime.fromisoformat(text).astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
        if text
        else "-"
    )


def _described(claims: "Mapping[str, Any]", content: bytes) -> "Mapping[str, Claim]":
    from tongban.modules.certificates.formats import kinds

    return kinds.read(content, claims["vct"])


def _say(facts: dict[str, Any], described: "Mapping[str, Claim] | None") -> None:
    revoked = facts.get("revoked", False)
    tell(_t("command.false" if revoked else "command.genuine"), err=revoked)
    if facts["kind"] == "document":
        tell("  " + _t("command.sealed_by", **facts))
        tell("  " + _t("command.at", at=_instant(facts["at"])))
        tell("  " + _t("command.document_only"))
        return
    tell("  " + _t("command.signed_by", **facts))
    for line in _in_words(facts["claims"], described):
        tell("  " + line)
    if "revoked" in facts:
        tell("  " + _t("command.revoked" if facts["revoked"] else "command.not_revoked"))
    else:
        tell("  " + _t("command.online", uri=facts["status_uri"]))


def _in_words(
    claims: "Mapping[str, Any]", described: "Mapping[str, Claim] | None"
) -> "Iterator[str]":
    """Yield each claim as people read it; those that nobody describes last, as they stand."""
    from tongban.modules.certificates.formats import kinds

    language = terminal_language()
    known = described or {}
    plain: list[str] = []
    for name, value in claims.items():
        if name in _QUIET:
            continue
        called = _called(name, known, language)
        said = kinds.words(name, value, known, language)
        line = _t("command.claim", name=called or name, value=said)
        if called:
            yield line
        else:
            plain.append(line)
    if plain:
        note = "command.claims_unnamed" if described is None else "command.claims_unknown"
        yield _t(note, uri=claims["vct"])
        yield from ("  " + line for line in plain)


def _called(name: str, known: "Mapping[str, Claim]", language: str) -> str:
    """Return what a claim is called, empty when nobody says it."""
    from tongban.modules.certificates.formats.credential import OWN_SHOWN

    if name in OWN_SHOWN:
        return _t(f"field.{OWN_SHOWN[name]}")
    return say(known[name].name, language) if name in known else ""


def _say_no(refusal: Refusal, as_json: bool) -> int:
    verdict = refusal.code in _VERDICTS and refusal.data.get("reason") != "unreadable"
    said = sentence(refusal, terminal_language())
    reason = str(refusal.data.get("reason", ""))
    if refusal.code == "certificates.kind_unfit":
        said = _t("refusal.kind_unfit", **{**refusal.data, "reason": _t(f"reason.{reason}")})
    elif reason:
        said = _t(f"reason.{reason}")
    if as_json:
        answer = {"verified": False, "code": refusal.code, "reason": reason, "message": said}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        tell(f"{_t('command.false' if verdict else 'command.unreadable')}\n  {said}", err=True)
    return _FAILS if verdict else _UNREADABLE


COMMANDS = (certificate,)

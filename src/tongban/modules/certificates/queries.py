"""Ask about certificates. Most answers are personal: the caller sees to who may have them."""

from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.subjects import SubjectRef
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.modules.certificates import errors, store
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.certificates.model import Certificate, CertificatePage

PART = "certificates"
_SIZE = 20


def types(connection: Connection) -> dict[str, CertificateTypeDefinition]:
    """Return the kinds of certificates that departments issue, by code."""
    return shelf.every(connection, PART, CertificateTypeDefinition)


def type_of(connection: Connection, code: str) -> CertificateTypeDefinition:
    """Return a kind of certificate. Refuses one that is not declared or is retired."""
    found = types(connection).get(code)
    if found is None or found.retired:
        raise errors.type_not_found(code)
    return found


def holder_index(reader: Reader, holder: SubjectRef) -> str:
    """Return the keyed hash by which a holder's certificates are found."""
    return reader.keyring.index(f"certificates.holder:{holder.kind}:{holder.id}")


def certificate(reader: Reader, identifier: str) -> Certificate:
    """Return one certificate; refuses an unknown one."""
    return store.get(reader, identifier)


def of_case(reader: Reader, number: str) -> list[Certificate]:
    """Return the certificates of a case, newest first."""
    return store.of_case(reader, number)


def of_holder(reader: Reader, holder: SubjectRef, page: int = 1) -> CertificatePage:
    """Return a page of what somebody holds, newest first."""
    return store.of_holder(reader, holder_index(reader, holder), max(page, 1), _SIZE)


def mine(reader: Reader, actor: Actor, identifier: str) -> Certificate:
    """Return one certificate of this actor's; refuses another's as if it did not exist."""
    found = store.get(reader, identifier)
    if actor.subject is None or found.holder_index != holder_index(reader, actor.subject):
        raise errors.not_found()
    return found

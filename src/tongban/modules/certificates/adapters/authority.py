"""Keys of seals as files, and the small authority that vouches for them.

Below the key folder: ``seal-authority.crt`` and ``.key`` (the root), and for each department
``seal-<department>.crt`` and ``.key``. Keys are P-256, PEM, mode 0600. What is missing is made when
it is first needed, in the name of an authority that says of itself that nobody recognises it. A
department that is called otherwise than its seal gets another, ``seal-<department>.2``. An
operator who has real seals puts their certificate (the chain after it) and key in the place of a
department's, and the authority to trust into ``seal-authority.crt``.
"""

import datetime as dt
import itertools
import re
import stat
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from tongban.kernel.realms import Realm
from tongban.kit.clock import Clock
from tongban.kit.crypto.signing import DER, ES256, PEM, PrivateKey
from tongban.kit.keyring import write_secret
from tongban.modules.certificates import errors
from tongban.modules.certificates.formats import jws, seals
from tongban.modules.certificates.formats.document import render_seal
from tongban.modules.certificates.model import SealIdentity, Typefaces

_ROOT = "seal-authority"
_ROOT_YEARS, _SEAL_YEARS = 20, 10
_DAY = dt.timedelta(days=1)
_MOST_DRAWN = 256
_SEAL = {
    Realm.REAL: "电子证照专用章",
    Realm.DEMONSTRATION: "电子证照专用章（演示）",
    Realm.TRIAL: "电子证照专用章（试运行）",
}
"""What the certificate of a department's seal calls itself."""
_AUTHORITY = {
    Realm.REAL: "自建根证书（未经认证）self-made",
    Realm.DEMONSTRATION: "演示根证书（无法律效力）DEMONSTRATION",
    Realm.TRIAL: "试运行根证书（无法律效力）TRIAL",
}
"""What the authority that vouches for the seals calls itself."""


class _Seal:
    """One department's seal, loaded: key, certificates, and signers made of them."""

    def __init__(self, key: PrivateKey, chain: list[x509.Certificate]) -> None:
        self.key = key
        self.chain = chain
        der = [one.public_bytes(DER) for one in chain]
        self.signer = seals.signer_of(
            der[0],
            ES256.written(key, DER),
            der[1:],
        )
        self.jws = jws.Signer(key, der)


class FileSealer:
    """Seals with keys in a folder; a :class:`tongban.modules.certificates.model.Sealer`."""

    def __init__(self, folder: Path, clock: Clock, typefaces: Typefaces) -> None:
        self._folder = folder
        self._clock = clock
        self._typefaces = typefaces
        self._lock = threading.Lock()
        self._loaded: dict[SealIdentity, _Seal] = {}
        self._drawn: dict[tuple[str, dt.date, Realm], bytes] = {}

    def seal(self, identity: SealIdentity, pdf: bytes, at: dt.datetime) -> bytes:
        """Return the PDF with the department's seal on it and a signature over all of it."""
        seal = self._seal(identity)
        name = identity.department_name
        if not name.startswith(identity.government):
            name = identity.government + name
        drawn = self._appearance(name, at.date(), identity.realm)
        return seals.seal_pdf(pdf, drawn, seal.signer, at)

    def _appearance(self, name: str, day: dt.date, realm: Realm) -> bytes:
        """Draw a department's seal, once a day."""
        key = (name, day, realm)
        with self._lock:
            drawn = self._drawn.get(key)
        if drawn is None:
            at = dt.datetime.combine(day, dt.time(), dt.UTC)
            drawn = render_seal(name, at, realm, self._typefaces)
            with self._lock:
                if len(self._drawn) >= _MOST_DRAWN:
                    self._drawn.clear()
                self._drawn[key] = drawn
        return drawn

    def sign(self, identity: SealIdentity, header: Mapping[str, Any], claims: bytes) -> str:
        """Return a compact JWS (ES256) by the department's key, its chain in ``x5c``."""
        return self._seal(identity).jws.sign(header, claims)

    def anchors(self) -> bytes:
        """Return the certificates to trust, PEM; empty while nothing was sealed."""
        path = self._folder / f"{_ROOT}.crt"
        return path.read_bytes() if path.exists() else b""

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys of every seal made so far, as JWKs."""
        found = []
        for path in sorted(self._folder.glob("seal-*.crt")):
            if path.stem == _ROOT:
                continue
            certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
            key = ES256.public_key(certificate)
            if key is not None:
                found.append(jws.public_jwk(key))
        return found

    def _seal(self, identity: SealIdentity) -> _Seal:
        with self._lock:
            if identity not in self._loaded:
                key, chain = self._read(self._current(identity))
                self._loaded[identity] = _Seal(key, [*chain, *self._rest(chain)])
            return self._loaded[identity]

    def _current(self, identity: SealIdentity) -> str:
        """Return the name of the files to seal with, made where there are none that say who seals.

        A department with another name gets a new seal beside the old one, as ``seal-hr.2``: what
        the old one signed still verifies. One that an operator brought is never doubted.
        """
        first = "seal-" + re.sub(r"[^0-9A-Za-z_-]", "_", identity.department)
        for name in itertools.chain(
            [first], (f"{first}.{number}" for number in itertools.count(2))
        ):
            if self._is_new(name):
                self._make(name, identity)
                return name
            seal = self._certificates(name)[0]
            if seal.subject == _subject(identity) or not self._is_self_made(seal):
                return name
        raise AssertionError  # one of so many names is always free

    def _is_self_made(self, seal: x509.Certificate) -> bool:
        """Whether it was made here, as its common name and that of the authority above it say."""
        said = _common_name(seal.subject), _common_name(seal.issuer)
        return said[0] in _SEAL.values() and said[1] in map(_fit, _AUTHORITY.values())

    def _certificates(self, name: str) -> list[x509.Certificate]:
        return x509.load_pem_x509_certificates((self._folder / f"{name}.crt").read_bytes())

    def _rest(self, chain: list[x509.Certificate]) -> list[x509.Certificate]:
        """The root, when the chain does not hold it."""
        anchors = x509.load_pem_x509_certificates(self.anchors())
        return [one for one in anchors if one not in chain and one.subject == chain[-1].issuer]

    def _read(self, name: str) -> tuple[PrivateKey, list[x509.Certificate]]:
        path = self._folder / f"{name}.key"
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise errors.key_file_open(str(path))
        key = ES256.private_key(path.read_bytes())
        if key is None:
            raise errors.key_unfit(str(path))
        return key, self._certificates(name)

    def _root(self, identity: SealIdentity) -> tuple[PrivateKey, x509.Certificate]:
        if self._is_new(_ROOT):
            key = ES256.new_key()
            subject = _name(identity.government, _AUTHORITY[identity.realm])
            self._write(_ROOT, key, self._certificate(subject, key, subject, key, authority=True))
        key, chain = self._read(_ROOT)
        return key, chain[0]

    def _is_new(self, name: str) -> bool:
        """Whether there was no such seal yet. Refuses one whose key is gone: it is never made anew."""
        if not (self._folder / f"{name}.crt").exists():
            return True
        key = self._folder / f"{name}.key"
        if not key.exists():
            raise errors.key_missing(str(key))
        return False

    def _make(self, name: str, identity: SealIdentity) -> None:
        root_key, root = self._root(identity)
        key = ES256.new_key()
        made = self._certificate(_subject(identity), key, root.subject, root_key, authority=False)
        self._write(name, key, made)

    def _certificate(
        self,
        subject: x509.Name,
        key: PrivateKey,
        issuer: x509.Name,
        issuer_key: PrivateKey,
        *,
        authority: bool,
    ) -> x509.Certificate:
        now = self._clock.now().replace(microsecond=0)
        years = _ROOT_YEARS if authority else _SEAL_YEARS
        prepared = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + dt.timedelta(days=366 * years))
            .add_extension(
                x509.BasicConstraints(ca=authority, path_length=0 if authority else None), True
            )
            .add_extension(_usage(authority=authority), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
            )
        )
        return ES256.issue(prepared, issuer_key)

    def _write(self, name: str, key: PrivateKey, certificate: x509.Certificate) -> None:
        pem = ES256.written(key)
        public = certificate.public_bytes(PEM)
        write_secret(self._folder / f"{name}.key", pem)
        write_secret(self._folder / f"{name}.crt", public)  # the last: from now on there is a seal


def _subject(identity: SealIdentity) -> x509.Name:
    return _name(identity.department_name, _SEAL[identity.realm], identity.credit_code)


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _name(organisation: str, common: str, credit_code: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, _fit(organisation)),
        x509.NameAttribute(NameOID.COMMON_NAME, _fit(common)),
    ]
    if credit_code:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, credit_code))
    return x509.Name(parts)


def _fit(text: str) -> str:
    """Cut a name to the 64 bytes that a certificate has room for."""
    return text.encode()[:64].decode(errors="ignore")


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )

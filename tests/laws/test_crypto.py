"""Hashes, seals, signatures, keyed look-ups and chance are asked of ``kit/crypto``, and nowhere else."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
DOOR = "tongban/kit/crypto/"

PRIMITIVES = ("hashlib", "hmac", "secrets", "cryptography", "_hashlib", "Crypto", "nacl")
CHANCE = ("os.urandom", "uuid.uuid4", "uuid.uuid1", "random.SystemRandom", "ssl.RAND_bytes")

READS_CERTIFICATES = {
    "tongban/modules/certificates/adapters/authority.py": "makes the small authority's certificates",
    "tongban/modules/certificates/formats/credential.py": "names who signed, from their certificate",
    "tongban/modules/certificates/formats/jws.py": "checks the chain of certificates in x5c",
}
"""Who handles X.509 certificates, with the reason; of cryptography only ``cryptography.x509``."""


def _named(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything that is imported or reached through a module's name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.lineno, f"{node.value.id}.{node.attr}"


def _strays(sources: Mapping[str, str]) -> list[str]:
    found = []
    for path, text in sources.items():
        if path.startswith(DOOR):
            continue
        for line, name in _named(text):
            allowed = path in READS_CERTIFICATES and name.startswith("cryptography.x509")
            if (name.split(".")[0] in PRIMITIVES and not allowed) or name in CHANCE:
                found.append(f"{path}:{line} {name}")
    return found


def _sources() -> dict[str, str]:
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
        for path in sorted(SOURCE.rglob("*.py"))
    }


def test_nobody_but_the_kit_takes_algorithms_from_elsewhere() -> None:
    assert _strays(_sources()) == []


def test_every_exception_is_still_needed() -> None:
    sources = _sources()
    for path in READS_CERTIFICATES:
        assert any(name.startswith("cryptography.x509") for _, name in _named(sources[path])), path


def test_each_way_around_the_door_is_seen() -> None:
    ways = (
        "import hashlib",
        "from hashlib import sha256",
        "def late():\n    import hmac",
        "import secrets",
        "from cryptography.hazmat.primitives import hashes",
        "import os\nsalt = os.urandom(8)",
        "from os import urandom",
        "import uuid\nname = uuid.uuid4()",
    )
    for way in ways:
        assert _strays({"tongban/modules/ledger/actions.py": way}), way
    x509 = "from cryptography import x509"
    jws = "tongban/modules/certificates/formats/jws.py"
    assert _strays({"tongban/kit/http.py": x509})
    assert not _strays({jws: x509})
    assert _strays({jws: "from cryptography.hazmat.primitives import hashes"})

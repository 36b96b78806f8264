"""Whether what is known on a case can be shown on its certificate: a name is a right."""

from collections.abc import Mapping

import msgspec

from tongban.kernel.characters import named
from tongban.kernel.errors import Wrong
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.certificates import queries as certificates
from tongban.modules.services.model import Plain, Service
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules.printing import printed


class NotSet(msgspec.Struct, frozen=True, kw_only=True):
    """A value with characters that the certificate cannot show as things are."""

    key: str
    name: Text
    characters: str
    """Each with its code point."""


def faults(reader: Reader, service: Service, answers: Mapping[str, Plain | None]) -> dict[str, str]:
    """Return what is wrong with answers that a certificate is to show and cannot, by key."""
    return {
        key: Wrong("services.answer_not_set", characters=characters)
        for key in sorted(printed(service) & answers.keys())
        if (characters := _lacking(reader, answers[key]))
    }


def not_set(reader: Reader, loaded: Loaded) -> tuple[NotSet, ...]:
    """Return what of a case its certificate cannot show: what departments say, and the applicant."""
    lookup = loaded.lookup
    return tuple(
        NotSet(key=key, name=loaded.names.get(key, key), characters=characters)
        for key in sorted(printed(loaded.service) & lookup.keys())
        if (characters := _lacking(reader, lookup[key]))
    )


def _lacking(reader: Reader, value: Plain | None) -> str:
    lacking = certificates.cannot_set(reader, value) if isinstance(value, str) else ()
    return "、".join(map(named, lacking))

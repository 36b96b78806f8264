"""Dependencies handed in at one place: a module asks for a protocol, the app gave what answers to it."""

from typing import Any, TypeVar

T = TypeVar("T")


class Ports:
    """What the app plugged in, by the protocol it answers to."""

    def __init__(self) -> None:
        self._plugged: dict[type[Any], Any] = {}

    def plug(self, protocol: type[Any], answer: object) -> None:
        """Say what answers to a protocol; a second one replaces the first."""
        self._plugged[protocol] = answer

    def get(self, protocol: type[T]) -> T:
        """Return what answers to the protocol; nothing plugged in is a bug."""
        try:
            answer: T = self._plugged[protocol]
        except KeyError:
            raise LookupError(f"nothing is plugged in for {protocol.__name__}") from None
        return answer

    def find(self, protocol: type[T]) -> T | None:
        """Return what answers to the protocol, or None where nothing needs to."""
        return self._plugged.get(protocol)

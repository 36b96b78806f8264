"""Places outside in which checkpoints are kept: a folder, an address of the web, a mailbox.

What stands there was handed over by us and may have been touched by anybody since: it is read with a
bound and believed only for its signature. A place that is away raises; whoever asked tries again later.
"""

import os
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from tongban.kit.files import sync_folder
from tongban.kit.settings import Settings
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats.note import MAX_NOTE
from tongban.modules.ledger.model import Place, Post, SignedCheckpoint

_ENDING = ".checkpoint"
_DIGITS = 19
_MOST = 1000
_PATIENCE = 10.0  # seconds for each word of a web server


class FolderPlace:
    """A folder with a file for each checkpoint, named by its size: a new one replaces none."""

    name = "file"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint; one of that size that is there stays as it is."""
        path = self._folder / f"{signed.checkpoint.size:0{_DIGITS}}{_ENDING}"
        try:
            self._folder.mkdir(exist_ok=True)
            if not path.exists():
                _write(path, signed.note.encode())
        except OSError as error:
            raise errors.place_away(self.name) from error

    def notes(self) -> list[bytes]:
        """Return what is kept there, the largest trees first, at most a thousand."""
        try:
            paths = sorted(self._folder.glob(f"*{_ENDING}"), reverse=True)[:_MOST]
            return [_read(path) for path in paths if path.is_file()]
        except OSError as error:
            raise errors.place_away(self.name) from error


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    making = path.with_suffix(".new")
    with making.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
    sync_folder(path.parent)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_NOTE + 1)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer from elsewhere is none of this place."""

    def redirect_request(self, *_given: object) -> None:
        """Follow nothing."""


class WebPlace:
    """An address that takes a checkpoint by POST and gives the newest one back by GET."""

    name = "http"

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise errors.place_unfit("TONGBAN_CHECKPOINTS_HTTP")
        self._address = address
        self._opener = urllib.request.build_opener(_NoRedirect)

    def put(self, signed: SignedCheckpoint) -> None:
        """Post a checkpoint."""
        self._ask(
            urllib.request.Request(  # noqa: S310 - the scheme was looked at
                self._address,
                data=signed.note.encode(),
                headers={"Content-Type": "text/plain; charset=utf-8"},
                method="POST",
            )
        )

    def notes(self) -> list[bytes]:
        """Return the newest checkpoint that it has; none where it says that it has none (404)."""
        found = self._ask(urllib.request.Request(self._address))  # noqa: S310 - as above
        return [found] if found else []

    def _ask(self, request: urllib.request.Request) -> bytes:
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                content: bytes = answer.read(MAX_NOTE + 1)
                return content
        except HTTPError as error:
            error.close()
            if error.code == 404 and request.get_method() == "GET":
                return b""
            raise errors.place_away(self.name) from error
        except (OSError, HTTPException, ValueError) as error:
            raise errors.place_away(self.name) from error


class MailPlace:
    """A mailbox: what was sent cannot be read back, whoever keeps it compares."""

    name = "mail"

    def __init__(self, post: Post, address: str) -> None:
        self._post = post
        self._address = address

    def put(self, signed: SignedCheckpoint) -> None:
        """Send a checkpoint."""
        subject = f"{signed.checkpoint.origin} {signed.checkpoint.size}"
        self._post.send(self._address, subject, signed.note)

    def notes(self) -> list[bytes]:
        """Return nothing."""
        return []


def places_of(settings: Settings, post: Post | None = None) -> list[Place]:
    """Return the places that the settings name; without ``post`` those that can be read back."""
    places: list[Place] = []
    if settings.checkpoints_file:
        places.append(FolderPlace(Path(settings.checkpoints_file)))
    if settings.checkpoints_http:
        places.append(WebPlace(settings.checkpoints_http))
    if settings.checkpoints_mail and post is not None:
        places.append(MailPlace(post, settings.checkpoints_mail))
    return places

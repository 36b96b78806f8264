"""The pages of services: the directory, applying, my matters, and the clerk's work."""

from tongban.modules.services.pages import (
    apply,
    directory,
    handing,
    inbox,
    mine,
    opening,
    work,
)

HANDLERS = (
    *directory.HANDLERS,
    *apply.HANDLERS,
    *mine.HANDLERS,
    *inbox.HANDLERS,
    *work.HANDLERS,
    *opening.HANDLERS,
    *handing.HANDLERS,
)

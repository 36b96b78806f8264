"""The pages of services: the directory, applying, my matters, and the clerk's work."""

from tongban.modules.services.pages import apply, directory, mine, work

HANDLERS = (*directory.HANDLERS, *apply.HANDLERS, *mine.HANDLERS, *work.HANDLERS)

"""What identity keeps, and the only place where it speaks SQL."""

from tongban.modules.identity.store import accounts, links, people, sessions, tables

__all__ = ["accounts", "links", "people", "sessions", "tables"]

"""The reform analysis of the running government, kept until a definition changes."""

from sqlalchemy import Connection, select

from tongban.kit import shelf

"""Tongban: a digital government that is installed in a minute and described in files."""

__version__ = "0.1.0"

"""Tongban: a digital government that is installed with one command and described in files."""

__version__ = "0.1.0"

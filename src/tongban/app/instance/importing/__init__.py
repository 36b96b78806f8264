"""Listings from elsewhere become definitions: services, departments, staff, resources, grants.

``kit/tables`` reads the file. Here columns are recognised (columns.toml, recognising.py) or mapped
(maps.py), cells are read (cells.py), rows are built into definitions (services.py and its kin), and
files are written (writing.py). Every row ends as a definition, as a part of one, or as a finding.
"""

from tongban.app.instance.importing.coding import code_of

__all__ = ["code_of"]

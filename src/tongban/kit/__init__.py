"""Technique without a domain: storage, pages, commands, definitions. Knows nothing of government."""

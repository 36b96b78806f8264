"""Commands that know the whole government."""

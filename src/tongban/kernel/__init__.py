"""Words that every part of Tongban shares: standard library only, no input or output, no clock."""

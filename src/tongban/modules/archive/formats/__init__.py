"""Packages as bytes: the bag around them (RFC 8493) and what stands in it (GB/T 42727-2023)."""

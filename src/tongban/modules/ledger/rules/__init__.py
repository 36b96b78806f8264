"""Every decision of the ledger, pure: the tree, its tiles, and what an entry may show."""

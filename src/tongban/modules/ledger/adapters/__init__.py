"""What the ledger needs from outside itself: somewhere to keep its key."""

"""Ledger owns the public log: entries 条目, checkpoints 检查点 and proofs 证明; it holds no personal data."""

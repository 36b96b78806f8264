"""Evaluation owns indicators (指标): computed from the facts of the running system, never typed in."""

"""Ledger 公开账本 owns the public log of what the government did.

Its words: an *entry* 条目 says that something happened (a disclosure, a decision, a certificate …)
and shows only facts that are about nobody; what is about somebody stands behind a salted
*commitment*, whose salt the module that owns the facts keeps, so that erasure stays possible. A
*checkpoint* 检查点 is the signed size and root of the tree over all entries; a *proof* 证明
shows that one entry is in it. What is logged, and when, others decide: they append within their
own transaction, one sequencer gives numbers, and anyone verifies without us.
"""

"""Audit 对账 holds what the tables say against what the public ledger says, in both directions.

Its words: *proven rows* are those of which a module declares, in its room ``proven``, what follows from
each for its ledger entry; a *run* 对账 goes through all of them and all entries in the order of the
entries, a *stretch* at a time, and can be broken off; a *finding* 差异 is a row without its entry, an entry
without its row, or the two saying different things. What a row means it leaves to the module that owns it,
and whether the log itself was rewritten to the ledger.
"""

"""Looks at the clocks again and again: most minutes no card is due, and nothing is written."""

from tongban.kit.lanes import OnceAMinute
from tongban.modules.supervision import actions

ROUNDS = (OnceAMinute(actions.cases_with_cards_due, actions.watch),)

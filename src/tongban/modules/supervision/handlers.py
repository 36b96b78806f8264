"""Looks at the clocks of cases that changed, and at all on a new day; mostly no card is due."""

from tongban.kit.lanes import OfChanged
from tongban.modules.supervision import actions

ROUNDS = (OfChanged(actions.keys, actions.cases_with_cards_due, actions.watch),)

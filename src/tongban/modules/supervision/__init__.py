"""Supervision owns the electronic supervision (电子监察) of cases: rules, yellow and red cards, replies.

Words: card 监察牌. It watches what services tells it and never changes a case.
"""

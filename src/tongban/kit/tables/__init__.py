"""Reads tables that people have: workbooks, delimited text and JSON, as lines of text cells.

A line knows where it stands. What could not be read as it was meant (a bad byte, a number that lost
digits, a quote left open) is a :class:`~tongban.kit.tables.model.Note`, and the line goes on; only a
file that is no table at all is refused. What a column means is not known here.
"""

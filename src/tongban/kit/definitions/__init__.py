"""Definitions: what an instance folder declares, read with the place of every key, and checked.

A module's ``definition`` room gives ``PARTS``; :func:`tongban.kit.definitions.loading.load` reads
them from a folder into an :class:`~tongban.kit.definitions.instance.Instance` with its findings.
Neither a database nor a web framework is needed for any of it.
"""

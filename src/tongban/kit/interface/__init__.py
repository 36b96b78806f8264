"""The interface for programs, declared once: what a door takes, answers and refuses.

A module declares an :class:`~tongban.kit.interface.declaration.Operation` in its ``routes`` and puts
:func:`~tongban.kit.interface.doors.offered` on the function that answers it. The door is made from the
declaration, and so is its description (OpenAPI 3.1): there is no second copy. See docs/design/interface.md.
"""

"""The modules of a digital government; docs/design has a page for each."""

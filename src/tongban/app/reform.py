"""The reform analysis of the running government, kept until a definition changes."""

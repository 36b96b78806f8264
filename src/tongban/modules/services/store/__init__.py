"""The database of services: cases with what is on them, and the directory. The only room with SQL."""

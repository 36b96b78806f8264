"""Certificates as bytes: the document, its seal, the credential and the list of what was revoked."""

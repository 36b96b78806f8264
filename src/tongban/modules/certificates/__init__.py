"""Certificates owns what the government certifies: types, issued certificates, seals, verification.

Words: certificate 电子证照, seal 电子印章. Why one is issued is the caller's business.
"""

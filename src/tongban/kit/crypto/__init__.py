"""Cryptography's one door: hashes, seals, signatures, keyed look-ups and chance are asked for here.

A :class:`Suite` names the algorithms that a government uses wherever no outside format fixes one;
its house holds it (``House.suite``). ``hashing`` holds the hashes that formats name, ``chance`` what
nobody can guess, ``sealing`` the cipher, ``signing`` signatures by their use. What is fixed by which
format and what follows the suite stands in docs/design/crypto.md.
"""

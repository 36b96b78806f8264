"""Identity owns who somebody is: people, organisations, accounts, roles, duties, sessions, delegation.

Words: person 自然人, organisation 法人, role 角色, duty 职责. Which department exists is government's.
"""

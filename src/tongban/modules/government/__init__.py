"""Government owns who governs and when: the profile, divisions, departments, calendar and office hours.

Words: government, division 行政区划, department 部门, calendar 日历. Accounts and roles are identity's.
"""

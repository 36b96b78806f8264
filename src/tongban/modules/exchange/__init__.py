"""Exchange owns the use of data between departments: grants, uses, disclosures and their sources.

Words: grant 共享授权, use 使用, purpose 使用目的, delivery 交换方式, disclosure 披露, source 数据源.
It never asks services: services opens a use before data are fetched and closes it afterwards.
"""

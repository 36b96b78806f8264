"""Catalog owns what the government knows: data elements and the information resources that hold them.

Words: element 数据元, resource 信息资源, item 信息项, share type 共享类型, open attribute 开放属性,
classification 分类. Whether somebody may use a resource is exchange's question.
"""

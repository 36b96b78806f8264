"""Services owns what people apply for and what becomes of it: services, cases, steps, clocks.

Words: service 政务服务事项, case 办件, step 环节, material 申请材料, situation 情形, correction 补正.
It opens and closes uses in exchange, asks certificates to issue and archive to package.
"""

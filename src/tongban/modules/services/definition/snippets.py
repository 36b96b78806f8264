"""The service that the snippets of checks are variations of."""

BEFORE = """# file: departments.yaml
- {code: human-resources, name: 人力资源和社会保障局, credit_code: "114701810170104403"}
- {code: civil-affairs, name: 民政局}
- {code: tax, name: 税务局}
# file: elements.yaml
- {code: person.name, name: 姓名, subject: person, mask: name}
- {code: person.age, name: 年龄, subject: person, type: integer}
- {code: person.account, name: 银行账号, subject: person}
- code: person.marital_status
  name: 婚姻状况
  subject: person
  type: code
  codes: {single: 未婚, married: 已婚}
# file: sources.yaml
- {code: civil, name: 民政业务系统, department: civil-affairs, location: civil.db}
# file: resources.yaml
- code: 101003/1
  name: 婚姻登记信息
  provider: civil-affairs
  abstract: 婚姻登记
  format: {category: database}
  items:
    - {name: 姓名, element: person.name, column: name}
    - {name: 婚姻状况, element: person.marital_status, column: status}
  share: {type: conditional, condition: 查询本人信息}
  link: {source: civil, table: marriage, identifier: number}
# file: grants.yaml
- code: marriage-for-subsidy
  resource: 101003/1
  department: human-resources
  items: [person.name, person.marital_status]
  purpose: 核验补贴条件
  basis: 本市公共数据共享办法第三条
  starts: 2026-01-01
  ends: 2027-12-31
# file: certificates.yaml
- code: decision
  name: 补贴核准决定
  issuer: human-resources
  basis: 本市补贴办法第十条
  fields:
    - {code: holder, name: 姓名, element: person.name}
    - {code: amount, name: 金额, type: money}
# file: roles.yaml
- {code: clerk, name: 经办人, duties: [case.accept, case.review, case.decide]}
"""

SERVICE = """# file: services/subsidy.yaml
code: subsidy
status: open
name: 灵活就业社会保险补贴
department: human-resources
type: "05"
level: "4"
audience: ["1"]
kind: "2"
channels: ["1", "2"]
basis:
  - {title: 本市补贴办法, article: 第三条, local: true}
statutory_limit: {days: 20}
promised_limit: {days: 5}
visits: 0
remedy: 六十日内申请行政复议，或者六个月内提起行政诉讼
window: {address: 文津路1号, hours: 工作日 9:00-17:00, phone: 0600-5550110}
situations:
  - code: kind
    question: 您是哪种灵活就业？
    options: [{code: delivery, name: 外卖快递}, {code: other, name: 其他}]
needs:
  - {elements: [person.name, person.marital_status], resource: 101003/1, purpose: 核验家庭情况}
form:
  - title: 补贴发放
    fields:
      - {code: account, name: 银行账号, element: person.account}
      - {code: months, name: 申请月数, type: integer}
materials:
  - {code: proof, name: 灵活就业声明, source: applicant, when: situation.kind = "other"}
rules:
  - {code: months, name: 申请不超过十二个月, condition: form.months <= 12, clause: 本市补贴办法第五条}
calculations:
  - {code: amount, name: 补贴金额, value: form.months * 200 yuan, clause: 本市补贴办法第六条}
steps:
  - {code: accept, name: 受理, kind: accept, department: human-resources}
  - {code: review, name: 核对婚姻, kind: review, department: civil-affairs, after: [accept]}
  - {code: decide, name: 决定, kind: decide, department: human-resources, after: [review]}
result:
  certificate: decision
  fields: {holder: applicant.name, amount: result.amount}
"""

PASSES = BEFORE + SERVICE


def but(old: str, new: str) -> str:
    """Return the service with one thing changed."""
    assert old in PASSES, old
    return PASSES.replace(old, new)


def plus(more: str) -> str:
    """Return the service with something added."""
    return PASSES + more

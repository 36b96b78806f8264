"""What can be wrong with roles and with demonstration accounts."""

from tongban.kernel.identifiers import credit_code_fault, resident_id_fault
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.government.definition import DepartmentDefinition, GovernmentDefinition
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.identity.model import DUTIES, AccountKind

_ROLES = "# file: roles.yaml\n- {code: clerk, name: 窗口人员, duties: [case.accept]}\n"
_BEFORE = (
    _ROLES
    + """# file: departments.yaml
- {code: finance, name: 财政局}
# file: government.yaml
name: 云汀市
division: "470181"
level: "4"
origin: yunting.example/ledger
demonstration: true
# file: accounts.yaml
"""
)
_STAFF = "- {login: zhou, name: 周文, kind: staff, department: finance, roles: [clerk]}\n"
_RESIDENT = "- {login: li, name: 李梅, kind: resident, person: 470181198801011226}\n"


@check(
    RoleDefinition,
    "identity.unknown_duty",
    Severity.ERROR,
    zh="角色“{it}”的职责“{duty}”不存在。",
    en="Duty “{duty}” of role “{it}” does not exist.",
    fails=_ROLES.replace("case.accept", "case.acept"),
    passes=_ROLES,
)
def unknown_duty(role: RoleDefinition, _: Instance) -> Findings:
    for position, duty in enumerate(role.duties):
        if duty not in DUTIES:
            yield found("duties", position, duty=duty, suggestion=nearest(duty, DUTIES))


@check(
    RoleDefinition,
    "identity.role_without_duty",
    Severity.WARNING,
    zh="角色“{it}”没有任何职责，给谁都没有作用。",
    en="Role “{it}” brings no duty, so giving it to somebody does nothing.",
    fails="# file: roles.yaml\n- {code: guest, name: 访客, duties: []}\n",
    passes=_ROLES,
)
def role_without_duty(role: RoleDefinition, _: Instance) -> Findings:
    if not role.duties:
        yield found("duties")


@check(
    AccountDefinition,
    "identity.account_in_production",
    Severity.ERROR,
    zh="正式实例不能声明账号“{login}”。请删去 accounts.yaml；人员在“工作人员”页面添加，"
    "或者用 tongban account add --data 数据文件夹 --login 登录名 --name 姓名 --department 部门代号 "
    "--role 角色代号。",
    en="A real government may not declare account “{login}”. Remove accounts.yaml; add staff on "
    "the page for staff, or with tongban account add --data DATA --login LOGIN --name NAME --department "
    "CODE --role CODE.",
    why="A demonstration account needs no password.",
    fails=_BEFORE.replace("demonstration: true", "demonstration: false") + _STAFF,
    passes=_BEFORE + _STAFF,
)
def account_in_production(account: AccountDefinition, instance: Instance) -> Findings:
    government = instance.one(GovernmentDefinition)
    if government is not None and not government.demonstration:
        yield found(login=account.login)


@check(
    AccountDefinition,
    "identity.unknown_account_kind",
    Severity.ERROR,
    zh="账号“{login}”的类型“{kind}”不存在，应为 resident（居民）或 staff（工作人员）。",
    en="Kind “{kind}” of account “{login}” does not exist; it is resident or staff.",
    fails=_BEFORE + _STAFF.replace("kind: staff", "kind: stuff"),
    passes=_BEFORE + _STAFF,
)
def unknown_account_kind(account: AccountDefinition, _: Instance) -> Findings:
    kinds = tuple(AccountKind)
    if account.kind not in kinds:
        close = nearest(account.kind, kinds)
        yield found("kind", login=account.login, kind=account.kind, suggestion=close)


@check(
    AccountDefinition,
    "identity.account_of_unknown_department",
    Severity.ERROR,
    zh="账号“{login}”的部门“{department}”没有定义。",
    en="Department “{department}” of account “{login}” is not defined.",
    fails=_BEFORE + _STAFF.replace("department: finance", "department: finances"),
    passes=_BEFORE + _STAFF,
)
def account_of_unknown_department(account: AccountDefinition, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, account.department):
        close = instance.meant(DepartmentDefinition, account.department)
        yield found(
            "department", login=account.login, department=account.department, suggestion=close
        )


@check(
    AccountDefinition,
    "identity.account_of_unknown_role",
    Severity.ERROR,
    zh="账号“{login}”的角色“{role}”没有定义。",
    en="Role “{role}” of account “{login}” is not defined.",
    fails=_BEFORE + _STAFF.replace("[clerk]", "[clerck]"),
    passes=_BEFORE + _STAFF,
)
def account_of_unknown_role(account: AccountDefinition, instance: Instance) -> Findings:
    for position, role in enumerate(account.roles):
        if instance.lacks(RoleDefinition, role):
            close = instance.meant(RoleDefinition, role)
            yield found("roles", position, login=account.login, role=role, suggestion=close)


@check(
    AccountDefinition,
    "identity.account_incomplete",
    Severity.ERROR,
    zh="账号“{login}”{problem_zh}。",
    en="Account “{login}” {problem_en}.",
    fails=_BEFORE + "- {login: zhou, name: 周文, kind: staff}\n",
    passes=_BEFORE + _STAFF,
)
def account_incomplete(account: AccountDefinition, _: Instance) -> Findings:
    if account.kind == AccountKind.STAFF and not account.department:
        zh, en = "是工作人员，却没有部门", "is staff without a department"
        yield found("kind", login=account.login, problem_zh=zh, problem_en=en)
    if account.kind == AccountKind.RESIDENT and not account.person:
        zh, en = "是居民，却没有公民身份号码", "is a resident without a resident number"
        yield found("kind", login=account.login, problem_zh=zh, problem_en=en)


@check(
    AccountDefinition,
    "identity.account_with_bad_number",
    Severity.ERROR,
    zh="账号“{login}”的{what_zh}校验不通过。",
    en="The {what_en} of account “{login}” is not well formed.",
    why="GB 11643, GB 32100",
    fails=_BEFORE + _RESIDENT.replace("1226", "1220"),
    passes=_BEFORE + _RESIDENT,
)
def account_with_bad_number(account: AccountDefinition, instance: Instance) -> Findings:
    fault = resident_id_fault(account.person, today=instance.today) if account.person else None
    if fault is not None:
        zh, en = "公民身份号码", "resident number"
        yield found("person", login=account.login, what_zh=zh, what_en=en)
    if account.organisation and credit_code_fault(account.organisation) is not None:
        zh, en = "统一社会信用代码", "credit code"
        yield found("organisation", login=account.login, what_zh=zh, what_en=en)

"""What can be wrong with a file before anybody asks what it means: its bytes, form, keys, types."""

from tongban.kit.definitions.finding import Rule, Severity

_GOOD = "# file: roles.yaml\n- {code: clerk, name: 窗口人员, duties: [case.accept]}\n"


def _error(code: str, *, zh: str, en: str, fails: str, passes: str = _GOOD, why: str = "") -> Rule:
    return Rule(
        code=f"definitions.{code}",
        severity=Severity.ERROR,
        zh=zh,
        en=en,
        fails=fails,
        passes=passes,
        why=why,
    )


NOT_UTF8 = _error(
    "not_utf8",
    zh="文件不是 UTF-8 编码，没有读取。请用编辑器另存为 UTF-8。",
    en="The file is not UTF-8 and was not read. Save it as UTF-8 in your editor.",
    fails="# file: roles.yaml\n- {code: clerk, name: \udcb4\udcb0, duties: [case.accept]}\n",
)
TABLE_FORM = _error(
    "table_form",
    zh="这个表格是{found_zh}，没有读取。定义里的表格一律是逗号分隔的 UTF-8 文本，改动才看得清楚。"
    "请在电子表格里另存为“CSV UTF-8（逗号分隔）”；别处来的清单请放到实例文件夹之外导入，"
    "编码和分隔符都认得（怎样导入，运行 tongban import --help 看）。",
    en="This table is {found_en} and was not read. Tables among definitions are UTF-8 text with commas, so "
    "that a change can be seen. Save it as “CSV UTF-8 (comma delimited)”; import a listing from elsewhere "
    "from outside the instance folder, in any encoding and delimiter (tongban import --help says how).",
    fails="# file: departments.csv\ncode;name\nfinance;财政局\n",
    passes="# file: departments.csv\ncode,name\nfinance,财政局\n",
)
HIDDEN_CHARACTER = _error(
    "hidden_character",
    zh="这一行含有看不见或会改变文字顺序的字符（{character}），看到的与写下的会不一样。请删去它。",
    en="This line holds a character that nobody sees or that turns the order of the text "
    "({character}), so that it reads otherwise than it is. Remove it.",
    fails="# file: roles.yaml\n- {code: clerk, name: 窗口\u202e人员, duties: [case.accept]}\n",
    why="Unicode TR36 3; CVE-2021-42574: what a reviewer sees must be what the machine reads.",
)
MALFORMED = _error(
    "malformed",
    zh="从这里起读不懂。请检查引号、括号、冒号和缩进。解析器的说法：{problem}",
    en="This cannot be read. Check quotes, brackets, colons and indentation. The parser says: {problem}",
    fails="# file: roles.yaml\n- {code: clerk, name: [窗口人员\n",
)
WIDE_MARK = _error(
    "wide_mark",
    zh="这里写的是{mark_zh}，YAML 不认，后面的内容没有读取。请改写为{instead_zh}。",
    en="This is {mark_en}, which means nothing to YAML, and what follows was not read. Write "
    "{instead_en}.",
    fails="# file: roles.yaml\n- code：clerk\n  name: 窗口人员\n  duties: [case.accept]\n",
    why="An input method for Chinese writes full-width marks; YAML's own complaint names none of them.",
)
WIDE_QUOTES = Rule(
    code="definitions.wide_quotes",
    severity=Severity.WARNING,
    zh="{found}外面的引号不是半角引号，会当作内容的一部分。请删去，或改写为半角双引号；引号本来就是内容的，"
    "在外面再加一层半角双引号。",
    en="The quotes around {found} are not plain ones and count as part of the text. Remove them or write "
    'plain ones (""); where they belong to the text, put plain ones around them.',
    fails="# file: roles.yaml\n- {code: clerk, name: “窗口人员”, duties: [case.accept]}\n",
    passes="# file: roles.yaml\n- {code: clerk, name: '“窗口人员”', duties: [case.accept]}\n",
    why="What is in curly quotes is never refused, so that the quotes would be shown to residents.",
)
WIDE_PARTING = Rule(
    code="definitions.wide_parting",
    severity=Severity.WARNING,
    zh="方括号里的“{found}”只算一项：{mark_zh}不分开各项。要分成几项，请改写为{instead_zh}；本来就是一项的，加上半角引号。",
    en="“{found}” in the brackets is one item: {mark_en} does not part items. Write {instead_en} to part "
    "them, or put plain quotes around what is one.",
    fails="# file: roles.yaml\n- {code: clerk, name: 窗口人员, duties: [case.accept，case.decide]}\n",
    passes="# file: roles.yaml\n- {code: clerk, name: 窗口人员, duties: [case.accept, case.decide]}\n",
)
CUT_SHORT = Rule(
    code="definitions.cut_short",
    severity=Severity.WARNING,
    zh="“{found}”后面的“{cut}”没有读进来：空格后面的 # 起是注释。是内容的，给整段文字加半角引号；"
    "是注释的，在 # 后面空一格。",
    en="“{cut}” behind “{found}” was not read: after a space, # begins a comment. Put plain quotes "
    "around the "
    "whole where it belongs to the text, or leave a space after # where it is a comment.",
    fails="# file: roles.yaml\n- code: clerk\n  name: 窗口 #3 人员\n  duties: [case.accept]\n",
    passes="# file: roles.yaml\n- code: clerk\n  name: '窗口 #3 人员' # 大厅\n  duties: [case.accept]\n",
)
DUPLICATE_KEY = _error(
    "duplicate_key",
    zh="“{key}”在同一处写了两次（另一处在第 {other} 行），只能留一个。",
    en="“{key}” stands here twice (the other is on line {other}); keep one.",
    fails="# file: roles.yaml\n- code: clerk\n  name: 窗口人员\n  name: 受理人员\n  duties: []\n",
)
ALIAS = _error(
    "alias",
    zh="不支持锚点和引用（“{mark}”），请把内容直接写出来。",
    en="Anchors and aliases (“{mark}”) are not supported; write the content out.",
    fails="# file: roles.yaml\n- &a {code: clerk, name: 窗口人员, duties: []}\n- *a\n",
    why="A few lines of aliases can stand for billions of values.",
)
TAG = _error(
    "tag",
    zh="不支持标签和指令（“{mark}”），请直接写值。",
    en="Tags and directives (“{mark}”) are not supported; write the plain value.",
    fails="# file: roles.yaml\n- {code: !!str clerk, name: 窗口人员, duties: []}\n",
    why="A tag asks the reader to build something; definitions hold words and numbers only.",
)
SEVERAL_DOCUMENTS = _error(
    "several_documents",
    zh="一个文件里只能有一个 YAML 文档，请把“---”后面的内容放到另一个文件，或写成列表。",
    en="A file holds one YAML document; move what follows “---” to a file of its own.",
    fails="# file: roles.yaml\n- {code: clerk, name: 窗口, duties: []}\n---\n- {code: b, name: 乙}\n",
)
TOO_DEEP = _error(
    "too_deep",
    zh="嵌套超过 {limit} 层，没有读取。定义不需要这么深，请检查括号和缩进。",
    en="This is nested more than {limit} levels deep and was not read. Check brackets and indents.",
    fails="# file: roles.yaml\n" + "[" * 40 + "]" * 40 + "\n",
)
TOO_LARGE = _error(
    "too_large",
    zh="文件有 {size} MiB，超过 {limit} MiB，没有读取。请拆成几个文件，放在同名的文件夹里。",
    en="The file has {size} MiB, more than {limit} MiB, and was not read. Split it into several "
    "files in the folder of that name.",
    fails="",
    passes="",
)
OUTSIDE = _error(
    "outside",
    zh="这个链接指向实例文件夹之外或成了循环，没有读取。请把文件本身放进来。",
    en="This link leads out of the instance folder or in a circle and was not followed. Put the "
    "file itself here.",
    fails="",
    passes="",
)
PATH_TOO_LONG = _error(
    "path_too_long",
    zh="文件的路径有 {size} 个字符，超过 {limit} 个，没有读取。请缩短文件夹或文件的名称。",
    en="The file's path has {size} characters, more than {limit}, and was not read. Shorten the names "
    "of its folders or its own.",
    fails="",
    passes="",
)
NOT_A_FILE = _error(
    "not_a_file",
    zh="这不是普通文件，没有读取。请换成普通的文本文件。",
    en="This is not an ordinary file and was not read. Put an ordinary text file here.",
    fails="",
    passes="",
)
UNREADABLE = _error(
    "unreadable",
    zh="文件打不开（{problem}）。请检查文件权限。",
    en="The file cannot be opened ({problem}). Check its permissions.",
    fails="",
    passes="",
)
UNKNOWN_FILE = Rule(
    code="definitions.unknown_file",
    severity=Severity.WARNING,
    zh="不知道这里是什么，没有读取。",
    en="Nothing knows what this is, so it was not read.",
    fails="# file: role.yaml\n- {code: clerk, name: 窗口人员, duties: [case.accept]}\n",
    passes=_GOOD,
    why="A mistyped file name would otherwise silently leave definitions out.",
)
EMPTY = Rule(
    code="definitions.empty",
    severity=Severity.WARNING,
    zh="文件是空的，或者只有注释，没有任何定义。请写上内容；不需要这个文件，就删去它。",
    en="The file is empty or holds comments only, and declares nothing. Write its contents, or remove "
    "the file where it is not needed.",
    fails="# file: roles.yaml\n# nothing yet\n",
    passes=_GOOD,
)
NOT_A_MAPPING = _error(
    "not_a_mapping",
    zh="这里应当是“键: 值”，每行一个。",
    en="Keys with values are expected here, one a line, as in “key: value”.",
    fails="# file: roles.yaml\n- clerk\n",
)
KEY_NOT_A_WORD = _error(
    "key_not_a_word",
    zh="键应当是一个词，不能是列表或映射。",
    en="A key is one word, not a list or a mapping.",
    fails="# file: roles.yaml\n- ? [a, b]\n  : c\n",
)
UNKNOWN_KEY = _error(
    "unknown_key",
    zh="不认识的键“{key}”{elsewhere}",
    en="Unknown key “{key}”{elsewhere}",
    fails="# file: roles.yaml\n- {code: clerk, nmae: 窗口人员, name: 窗口人员, duties: []}\n",
    why="An unknown key is never ignored: it is usually a known one, mistyped.",
)
MISSING_KEY = _error(
    "missing_key",
    zh="缺少“{key}”，请补上。",
    en="“{key}” is missing. Add it.",
    fails="# file: roles.yaml\n- {code: clerk, name: 窗口人员}\n",
)
BLANK = _error(
    "blank",
    zh="“{key}”是空的，请写上内容。",
    en="“{key}” is empty. Write what belongs there.",
    fails="# file: roles.yaml\n- {code: clerk, name: ' ', duties: []}\n",
)
WRONG_TYPE = _error(
    "wrong_type",
    zh="“{key}”应当是{wanted_zh}，这里写的是“{found}”。",
    en="“{key}” should be {wanted_en}; this is “{found}”.",
    fails="# file: calendar.yaml\nyears:\n  - {year: 二〇二六, source: 国务院办公厅通知}\n",
    passes="# file: calendar.yaml\nyears:\n  - {year: 2026, source: 国务院办公厅通知}\n",
)
UNKNOWN_VALUE = _error(
    "unknown_value",
    zh="“{key}”不能是“{found}”，只能是：{choices}。",
    en="“{key}” cannot be “{found}”; it is one of: {choices}.",
    fails="# file: elements.yaml\n- {code: person.name, name: 姓名, subject: persn}\n",
    passes="# file: elements.yaml\n- {code: person.name, name: 姓名, subject: person}\n",
)
UNKNOWN_LANGUAGE = _error(
    "unknown_language",
    zh="“{key}”里的“{found}”不是语言代码；中文写 zh，英文写 en，文字里有逗号时要加引号。",
    en="“{found}” in “{key}” is not a language; Chinese is zh and English is en, and text with a "
    "comma needs quotes.",
    fails="# file: roles.yaml\n- {code: clerk, name: {cn: 窗口人员}, duties: []}\n",
    passes="# file: roles.yaml\n- {code: clerk, name: {zh: 窗口人员}, duties: []}\n",
)
LONG_LANGUAGE = Rule(
    code="definitions.long_language",
    severity=Severity.WARNING,
    zh="“{key}”里的语言代码“{found}”是不是应当写成 {meant}？页面只找 {meant}，找不到写成“{found}”的文字。",
    en="Is {meant} meant by the language “{found}” in “{key}”? Pages look for {meant} "
    "and do not find words under “{found}”.",
    fails="# file: roles.yaml\n- {code: clerk, name: {zh: 窗口人员, eng: Clerk}, duties: [case.accept]}\n",
    passes="# file: roles.yaml\n- {code: clerk, name: {zh: 窗口人员, en: Clerk}, duties: [case.accept]}\n",
)
DUPLICATE = _error(
    "duplicate",
    zh="“{key}”已经在 {other} 定义过。请改用别的代码，或删去一处。",
    en="“{key}” is already defined at {other}. Choose another code or remove one of them.",
    fails=_GOOD + "- {code: clerk, name: 受理人员, duties: [case.accept]}\n",
)
BAD_CODE = _error(
    "bad_code",
    zh="代码“{found}”不合规则：{wanted}。",
    en="“{found}” is not a good code: {wanted}.",
    fails="# file: roles.yaml\n- {code: 窗口 人员, name: 窗口人员, duties: [case.accept]}\n",
)
BAD_ROW = _error(
    "bad_row",
    zh="这一行有 {found} 格，表头有 {wanted} 格。请检查逗号和引号。",
    en="This row has {found} cells and the header has {wanted}. Check commas and quotes.",
    fails="# file: departments.csv\ncode,name\nfinance,财政局,多一格\n",
    passes="# file: departments.csv\ncode,name\nfinance,财政局\n",
)
BAD_HEADER = _error(
    "bad_header",
    zh="表头的“{key}”{problem_zh}。",
    en="“{key}” in the header {problem_en}.",
    fails="# file: departments.csv\ncode,name,name\nfinance,财政局,财政局\n",
    passes="# file: departments.csv\ncode,name\nfinance,财政局\n",
)
MISSING_PART = _error(
    "missing_part",
    zh="缺少 {file}。实例至少要有它；运行 tongban new 实例文件夹 可以新建一个能用的实例。",
    en="{file} is missing, and no instance is without it; tongban new INSTANCE makes one that works.",
    fails="",
    passes="",
)

RULES: tuple[Rule, ...] = (
    MISSING_PART,
    NOT_UTF8,
    TABLE_FORM,
    HIDDEN_CHARACTER,
    MALFORMED,
    WIDE_MARK,
    WIDE_QUOTES,
    WIDE_PARTING,
    CUT_SHORT,
    DUPLICATE_KEY,
    ALIAS,
    TAG,
    SEVERAL_DOCUMENTS,
    TOO_DEEP,
    TOO_LARGE,
    OUTSIDE,
    PATH_TOO_LONG,
    NOT_A_FILE,
    UNREADABLE,
    UNKNOWN_FILE,
    EMPTY,
    NOT_A_MAPPING,
    KEY_NOT_A_WORD,
    UNKNOWN_KEY,
    MISSING_KEY,
    BLANK,
    WRONG_TYPE,
    UNKNOWN_VALUE,
    UNKNOWN_LANGUAGE,
    LONG_LANGUAGE,
    DUPLICATE,
    BAD_CODE,
    BAD_ROW,
    BAD_HEADER,
)

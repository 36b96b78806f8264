"""Words from which invented people, places and businesses are put together."""

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
"""By roughly how many people bear them; the first are drawn more often."""

OLD_MEN = tuple(
    ("建国 德福 志明 国强 长贵 福生 永昌 兴旺 学文 明德 庆华 世荣 玉山 金水 树林 春生").split()
)
OLD_WOMEN = tuple(
    ("桂英 秀兰 玉珍 淑芬 凤英 素珍 月娥 秀英 翠花 桂兰 玉兰 春香 菊芳 惠珍 美英 金凤").split()
)
MEN = tuple(
    ("志强 建平 伟 勇 军 磊 鹏 文博 俊杰 海涛 立新 浩 振宇 晓东 明辉 国栋 超 斌 志远 宏伟").split()
)
WOMEN = tuple(
    ("丽 敏 静 燕 秀娟 晓雯 婷婷 雪梅 海燕 慧敏 佳 玲 美玲 红霞 丹 倩 晓兰 雨桐 莉 艳").split()
)
BOYS = tuple(
    ("子轩 浩然 宇航 梓睿 俊熙 一鸣 嘉懿 明泽 沐阳 睿哲 思源 承宇 天佑 逸飞 景行 云舟").split()
)
GIRLS = tuple(
    ("一诺 欣怡 梓涵 诗琪 雨萱 可馨 若曦 思涵 语桐 佳怡 沐晴 艺涵 静姝 安然 书瑶 知夏").split()
)

ETHNICITIES = ("汉族",) * 46 + ("土家族", "苗族", "回族", "满族")

STREETS = (
    ("城关街道", ("文津社区", "鼓楼社区", "安泰社区", "学府社区", "东门社区")),
    ("云台街道", ("惠民社区", "康宁社区", "云台社区", "南园社区")),
    ("清渠街道", ("滨河社区", "车站社区", "新桥社区", "柳堤社区")),
    ("白鹭镇", ("白鹭社区", "荷塘村", "石板村", "双井村")),
    ("松岭镇", ("松岭社区", "茶场村", "竹园村", "高坪村")),
    ("青沙镇", ("青沙社区", "渡口村", "沙坝村")),
    ("梧田乡", ("梧田村", "枫树村", "横塘村")),
)
"""Subdistricts and towns of the city with their communities and villages."""

ROADS = tuple(
    (
        "文津路 惠民路 滨河路 学府路 安泰路 康宁路 车站路 鼓楼街 东门街 南园路 柳堤路 云台大道"
    ).split()
)

INDUSTRIES = (
    ("批发和零售业", "商贸", "日用百货、农副产品销售"),
    ("制造业", "食品", "食品生产、食品销售"),
    ("制造业", "机械", "通用零部件制造、机械设备销售"),
    ("建筑业", "建筑工程", "房屋建筑、室内外装饰装修"),
    ("住宿和餐饮业", "餐饮", "餐饮服务"),
    ("交通运输、仓储和邮政业", "运输", "道路货物运输、仓储服务"),
    ("信息传输、软件和信息技术服务业", "科技", "软件开发、信息系统集成"),
    ("居民服务、修理和其他服务业", "服务", "家政服务、日用电器修理"),
    ("农、林、牧、渔业", "农业", "蔬菜种植、水产养殖"),
)
"""GB/T 4754 section, the word in a name, the scope."""

BRANDS = tuple(
    (
        "远山 汀兰 云帆 清源 禾丰 恒泰 嘉禾 鼎新 安盛 华景 瑞和 同心 晨光 博远 锦程 万顺 佳邻 润泽"
    ).split()
)
SHOPS = tuple(
    "早餐店 便利店 理发店 五金店 水果店 裁缝店 修车铺 面馆 文具店 服装店 药店 茶叶店".split()
)
OCCUPATIONS = tuple(
    "网约车驾驶 外卖配送 家政服务 装修 裁缝 摆摊经营 直播销售 家教 货运 理发".split()
)
JOBS = tuple("营业员 操作工 会计 司机 文员 工程师 厨师 教师 保安 仓管 销售 技术员".split())
BANKS = ("云汀农村商业银行", "云汀城市银行", "江汀银行")
SCHOOLS = ("云汀市文津小学", "云汀市云台小学", "云汀市清渠小学", "白鹭镇中心小学", "松岭镇中心小学")
MIDDLE_SCHOOLS = ("云汀市第一中学", "云汀市第二中学", "云汀市实验中学", "青沙镇中学")
HOSPITALS = ("云汀市人民医院", "云汀市妇幼保健院", "云汀市中医院")
EDUCATIONS = ("小学", "初中", "初中", "高中", "中专", "大专", "本科", "研究生")


def surname(chance: Random) -> str:
    """Draw a surname, common ones more often."""
    place = min(int(chance.expovariate(1 / 18)), len(SURNAMES) - 1)
    return SURNAMES[place]


def given_name(chance: Random, age: int, *, woman: bool) -> str:
    """Draw a given name that suits the generation."""
    if age >= 60:
        return chance.choice(OLD_WOMEN if woman else OLD_MEN)
    if age >= 22:
        return chance.choice(WOMEN if woman else MEN)
    return chance.choice(GIRLS if woman else BOYS)

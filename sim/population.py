"""The synthetic community: columns and ties drawn from the shares of a scenario.

Counts and shares are hit exactly, to within rounding: who belongs to a share is drawn, how many
do is not. Each attribute has a draw of its own, addressed by resident (or by household, where
the members of a household share it), so that changing one share moves nobody's other attributes,
and raising a share only adds people to it.

Order of events, in each community: households are laid out in rows; micro-grids and compounds are
cut from that row; ages fill the households; then origin and tenure, ownership, education, income,
children, health, Party membership, inner life. Last come ties, partners and grid workers. What each
of these draws, and how, is in the files of `sim/settlement/`; here are the numbers and the order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.columns import (
    DISPOSITIONS,
    DOMAINS,
    GOODS,
    GROUPS,
    PARTNER_KINDS,
    MicroGrids,
    Residents,
    allocate,
)
from sim.engine.declare import columns_of, number, vector, whole
from sim.settlement.acquaintance import tie_up
from sim.settlement.households import give_ages, give_standing, line_up, raise_children
from sim.settlement.layout import Layout, lay_out
from sim.settlement.organisations import appoint_grid_workers, gather_partners, name_companies
from sim.settlement.persons import (
    educate,
    give_health_and_access,
    give_inner_life,
    give_roles,
    group_bits,
)
from sim.settlement.places import locate

if TYPE_CHECKING:
    from sim.model import Community


class Population(NamedTuple):
    """Who lives in the community, where, with whom, and which organisations are at hand."""

    # The size of the community.
    residents: int = whole(33000, "persons", 1, 1_000_000, "fact", "A5").means(
        "residents of one community, minors included, before scaling (the source says over 33,000)",
        "一个社区的居民总数（含未成年人），按比例缩放之前",
    )
    households: int = whole(14000, "households", 1, 500_000, "fact", "A4", volume=True).means(
        "households of one community, before scaling (the source says over 14,000)",
        "一个社区的家庭户数，按比例缩放之前",
    )
    communities: int = whole(1, "communities", 1, 1000, "assumption").means(
        "like communities side by side, for a district; each has its own centre",
        "并列的同类社区数（一个片区）；每个社区有自己的中心",
    )
    scale: float = number(1.0, "agents per resident", 0.0005, 1, "assumption").means(
        "each agent stands for 1/scale residents; organisations and grids are not scaled",
        "每位居民对应的主体数；一个主体代表 1/比例 位居民；组织与网格不缩放",
    )
    burn_in: int = whole(52, "weeks", 0, 520, "assumption").means(
        "weeks lived before the programme begins, with platforms and mechanisms off",
        "项目开始前的预热期，平台与机制均未启用",
    )
    community_spacing: float = number(2.0, "km", 0.1, 20, "assumption").means(
        "between the centres of neighbouring communities of a district",
        "片区内相邻社区中心之间的距离",
    )
    # Place.
    area: float = number(0.73, "square kilometres", 0.01, 100, "fact", "A2", volume=True).means(
        "of one community, taken as a square", "一个社区的面积，按正方形计"
    )
    compounds: int = whole(7, "compounds", 1, 100, "fact", "A3", volume=True).means(
        "residential compounds of one community", "一个社区的居民小区数"
    )
    affordable_compounds: int = whole(1, "compounds", 0, 100, "fact", "A3").means(
        "of these, compounds of government-subsidised (affordable) housing",
        "其中的保障性住房小区数",
    )
    grids: int = whole(13, "grids", 1, 200, "fact", "A19", volume=True).means(
        "general grids of one community, each inside one compound",
        "一个社区的一般网格数，每个网格位于一个小区之内",
    )
    dedicated_grids: int = whole(7, "grids", 0, 200, "fact", "A19").means(
        "dedicated (non-residential) grids of one community, whose workers are idle here",
        "一个社区的专属网格数（非居住），其网格员在本模型中不走访",
    )
    micro_grids: int = whole(52, "micro-grids", 1, 1000, "fact", "A19", volume=True).means(
        "micro-grids of one community, shared out evenly among its general grids",
        "一个社区的微网格数，平均分到各一般网格",
    )
    affordable_share: float = number(
        0.15, "share of adults", 0.01, 0.99, "assumption", "T10", sweep=(0.08, 0.34)
    ).means(
        "adults who live in affordable compounds, such that 5-20 % of households have a low income",
        "住在保障性住房小区的成年人比例（使低收入家庭占 5%–20%）",
    )
    # Age and household.
    young: float = number(
        0.397, "share of residents", 0, 0.9, "fact", "A8", sweep=(0.1, 0.5)
    ).means("aged 18 to 40", "18 至 40 岁居民的比例")
    middle: float = number(
        0.263, "share of residents", 0, 0.9, "fact", "A6, A8, T5", sweep=(0.05, 0.4)
    ).means("aged 41 to 59", "41 至 59 岁居民的比例")
    elderly: float = number(
        0.17, "share of residents", 0, 0.9, "assumption", "A7, T5, E14", sweep=(0.12, 0.24)
    ).means("aged 60 and over; the remainder are minors", "60 岁及以上居民的比例；其余为未成年人")
    alone: tuple[float, ...] = vector(
        {"young": 0.14, "middle": 0.08, "elderly": 0.15},
        "share of the age class",
        0,
        0.3,
        "assumption",
    ).means("who live alone", "各年龄段中独居者的比例")
    age_likeness: float = number(0.7, "weight", 0, 1, "assumption").means(
        "how alike in age the members of a household are: 0 not at all, 1 as far as counts allow",
        "同户成员年龄的相近程度：0 为毫无关联，1 为人数允许的最大程度",
    )
    children_per_family: float = number(1.35, "persons", 1, 3, "assumption").means(
        "minors in a household that has any", "有未成年人的家庭的平均未成年人数"
    )
    parents: tuple[float, ...] = vector(
        {"young": 1.0, "middle": 0.5, "elderly": 0.03}, "relative chance", 0.001, 10, "assumption"
    ).means(
        "that a household of several adults has minors, by the age of its youngest adult",
        "多名成年人的家庭有未成年人的相对可能性，按最年轻成年人的年龄段",
    )
    frail: tuple[float, ...] = vector(
        {"young": 0.005, "middle": 0.015, "elderly": 0.15},
        "share of the age class",
        0,
        0.5,
        "assumption",
    ).means("of limited mobility", "各年龄段中行动不便者的比例")
    key_care: float = number(0.5, "share", 0, 1, "assumption", "case 1").means(
        "of the elderly who are alone or frail, on the key-care list from the start",
        "独居或行动不便的老年人中，一开始就列入重点关怀名单的比例",
    )
    # Standing.
    migrant: float = number(
        0.40, "share of adults", 0, 1, "literature", "A10, T9, E14", sweep=(0.25, 0.60)
    ).means("registered elsewhere", "户籍不在本地的成年人比例")
    owner: float = number(0.65, "share of adults", 0, 1, "assumption", sweep=(0.45, 0.80)).means(
        "who own their home", "拥有住房的成年人比例"
    )
    owner_if_migrant: float = number(0.35, "share of migrants", 0, 1, "assumption").means(
        "who own their home, as far as the share of all owners allows",
        "流动人口中拥有住房的比例，以全体业主比例允许为限",
    )
    tertiary: float = number(0.365, "share of all residents", 0, 0.8, "fact", "A9, T6").means(
        "with college education or above; all of them are adults",
        "大专及以上学历者占全体居民的比例；均为成年人",
    )
    tertiary_by_youth: float = number(
        0.7, "standard deviations per age class", 0, 3, "assumption"
    ).means("how far the younger lean to tertiary education", "越年轻越可能有大专及以上学历的程度")
    tertiary_by_ownership: float = number(0.4, "standard deviations", 0, 3, "assumption").means(
        "how far owners lean to tertiary education", "业主更可能有大专及以上学历的程度"
    )
    low_income_in_affordable: float = number(
        0.60, "share of households", 0, 1, "assumption", "T10"
    ).means("of affordable compounds with a low income", "保障性住房小区中低收入家庭的比例")
    low_income_elsewhere: float = number(
        0.0, "share of households", 0, 1, "assumption", "T10", sweep=(0.0, 0.15)
    ).means(
        "outside affordable compounds with a low income; 0 where the case tells of none",
        "其他小区中低收入家庭的比例；案例未提及时为 0",
    )
    online_elderly: float = number(
        0.60, "share of the elderly", 0, 1, "literature", "E13", sweep=(0.43, 0.80)
    ).means("reached by digital channels", "数字渠道能够触达的老年人比例")
    online_others: float = number(
        0.97, "share of the young and middle-aged", 0, 1, "literature", "E13", sweep=(0.95, 0.99)
    ).means("reached by digital channels", "数字渠道能够触达的中青年比例")
    # The Party.
    registered_members: int = whole(520, "persons", 0, 100_000, "fact", "A17", volume=True).means(
        "Party members registered with the community, before scaling",
        "在册党员人数，按比例缩放之前",
    )
    floating_members: int = whole(114, "persons", 0, 100_000, "fact", "A18", volume=True).means(
        "floating Party members, besides the registered (T3), before scaling; migrants first",
        "在册党员之外的流动党员人数，按比例缩放之前；流动人口优先",
    )
    dual_registered: int = whole(32, "persons", 0, 100_000, "fact", "C8, T3", volume=True).means(
        "dual-registered members, whose membership sits at work, before scaling; workers first",
        "双报到党员人数（组织关系在单位），按比例缩放之前；在职者优先",
    )
    member_by_age: tuple[float, ...] = vector(
        {"young": 1.0, "middle": 1.5, "elderly": 3.0},
        "relative chance",
        0.01,
        10,
        "assumption",
        "E4",
    ).means(
        "of being a registered or floating member: the organised members are older",
        "成为在册或流动党员的相对可能性，按年龄段：组织内党员年龄偏大",
    )
    # Inner life.
    dispositions: tuple[float, ...] = vector(
        dict(zip(DISPOSITIONS, (0.50, 0.30, 0.14, 0.06), strict=True)),
        "share of adults",
        0,
        1,
        "literature",
        "E36",
        total=1.0,
    ).means(
        "response to others' acts: conditional cooperators, free riders, hump-shaped, other",
        "居民对他人行动的反应类型：条件合作者、搭便车者、先升后降者、其他",
    )
    propensity_sd: float = number(1.5, "log-odds", 0, 3, "assumption", "E12").means(
        "standard deviation of residents' lasting propensity to take part, sigma_u; swept 1.0-2.2",
        "居民长期参与倾向的标准差 σ_u",
    )
    reward_sensitivity_sd: float = number(0.5, "log ratio", 0, 1.5, "assumption", "E19, E20").means(
        "standard deviation of the logarithm of reward sensitivity kappa, whose mean is 1",
        "奖励敏感度 κ（均值为 1）对数的标准差",
    )
    motivation_mean: float = number(0.5, "0-1", 0, 1, "assumption").means(
        "of residents' baseline intrinsic motivation M0", "居民内在动机基线 M0 的均值"
    )
    motivation_sd: float = number(0.15, "0-1", 0, 0.5, "assumption").means(
        "of residents' baseline intrinsic motivation M0", "居民内在动机基线 M0 的标准差"
    )
    threshold_mean: float = number(0.25, "share of ties", 0, 1, "literature", "E38").means(
        "who must be active before a resident counts them, theta",
        "须有多大比例的邻里联系在行动，居民才会受其影响，θ 的均值",
    )
    threshold_sd: float = number(0.15, "share of ties", 0.05, 0.30, "literature", "E38").means(
        "standard deviation of the threshold theta", "阈值 θ 的标准差"
    )
    trusting: float = number(0.5, "0-1", 0, 1, "assumption").means(
        "of residents' disposition to trust, on average; at .5 they trust the committee as far as services satisfy them",
        "居民信任倾向的平均值；0.5 时对社区的信任与服务满意度相当",
    )
    trusting_sd: float = number(0.12, "0-1", 0, 0.5, "assumption").means(
        "standard deviation of the disposition to trust", "信任倾向的标准差"
    )
    not_working: tuple[float, ...] = vector(
        {"young": 0.1, "middle": 0.2, "elderly": 0.9},
        "share of the age class",
        0,
        1,
        "assumption",
        "S5",
    ).means(
        "who do not work: retired, in education, at home or without a job",
        "各年龄段中不工作者的比例：退休、在学、居家或无业",
    )
    offset_elderly: float = number(0.0, "log-odds", -0.7, 0.5, "assumption", "E2").means(
        "residual of the elderly's participation that access, time and ties do not explain, gamma",
        "渠道、时间与联系都解释不了的老年人参与残差 γ",
    )
    offset_migrant: float = number(0.0, "log-odds", -0.7, 0.5, "assumption", "E5").means(
        "residual of migrants' participation that access, time and ties do not explain, gamma",
        "渠道、时间与联系都解释不了的流动人口参与残差 γ",
    )
    asks_elderly: float = number(1.0, "ratio", 0, 5, "assumption", "H3.3").means(
        "asks that reach the elderly, relative to those that would: the dose of an experiment, not a rule",
        "到达老年人的邀请相对于本应到达的倍数：实验剂量，而非规则",
    )
    asks_migrant: float = number(1.0, "ratio", 0, 5, "assumption", "H3.3").means(
        "asks that reach migrants, relative to those that would: the dose of an experiment, not a rule",
        "到达流动人口的邀请相对于本应到达的倍数：实验剂量，而非规则",
    )
    register: float = number(0.02, "share of non-members", 0, 0.3, "assumption").means(
        "on the volunteer register at the start", "开始时非党员中已登记为志愿者的比例"
    )
    register_members: float = number(0.10, "share of Party members", 0, 1, "assumption").means(
        "on the volunteer register at the start", "开始时党员中已登记为志愿者的比例"
    )
    initial_mediators: int = whole(0, "persons", 0, 1000, "assumption").means(
        "residents who mediate disputes at the start, from the volunteer register first, before scaling",
        "开始时调解矛盾纠纷的居民人数，优先取自志愿者名册，按比例缩放之前",
    )
    # Ties.
    mean_degree: float = number(8.0, "ties", 0, 12, "literature", "E44").means(
        "of an established resident; swept 6-12", "一位老住户的邻里联系数"
    )
    ties_inside: float = number(0.80, "share of ties", 0.5, 1, "literature", "E44").means(
        "within the micro-grid, the rest elsewhere in the compound; swept .75-.90",
        "微网格内的邻里联系比例，其余在同一小区的其他地方",
    )
    homophily: float = number(1.0, "log-odds", 0, 2, "literature", "E44").means(
        "preference for a tie with a resident alike in everything over one alike in nothing",
        "与各方面都相同者相比各方面都不同者，建立联系的偏好",
    )
    likeness: tuple[float, ...] = vector(
        {"age": 0.4, "origin": 0.3, "education": 0.3},
        "weight",
        0,
        1,
        "assumption",
        "E44",
        total=1.0,
    ).means(
        "of each attribute in how alike two residents are", "各项属性在两位居民相似程度中的权重"
    )
    tenure: float = number(10.0, "years", 1, 50, "assumption", "A11, T1").means(
        "longest time lived here; tenure is uniform from 0 to this",
        "最长居住年限；居住年限在 0 与此值之间均匀分布",
    )
    newcomer_tenure: float = number(2.0, "years", 0, 50, "assumption").means(
        "locals who have lived here for less are newcomers, as all migrants are",
        "居住年限低于此值的本地人为新住户，流动人口均为新住户",
    )
    newcomer_ties: float = number(0.5, "ratio", 0, 1, "assumption", "B7, E5").means(
        "ties of a newcomer, as a share of an established resident's",
        "新住户的邻里联系数相对于老住户的比例",
    )
    # Partners and candidates.
    initial_partners: int = whole(11, "partners", 0, 200, "fact", "E1", volume=True).means(
        "partners at the start, besides the candidates", "开始时的合伙人数，不含候选合伙人"
    )
    local_units: int = whole(34, "organisations", 0, 1000, "fact", "A12", volume=True).means(
        "enterprises and institutions of the community, candidates to become partners",
        "社区内的企事业单位数，均为候选合伙人",
    )
    other_candidates: int = whole(
        60, "organisations and professionals", 0, 1000, "assumption", "C2, A13", volume=True
    ).means("further candidates to become partners; swept 20-120", "其他可接触到的候选合伙人数")
    partner_kinds: tuple[float, ...] = vector(
        dict.fromkeys(PARTNER_KINDS, 0.25),
        "share of partners",
        0,
        1,
        "assumption",
        "E2, E3, E4, E5 of the facts",
        total=1.0,
    ).means(
        "kinds among the partners at the start: the mean of a flat Dirichlet",
        "开始时合伙人的类型构成",
    )
    local_kinds: tuple[float, ...] = vector(
        dict(zip(PARTNER_KINDS, (0.7, 0.0, 0.0, 0.3), strict=True)),
        "share of local units",
        0,
        1,
        "assumption",
        "A12",
        total=1.0,
    ).means("kinds among the local units", "社区内单位的类型构成")
    candidate_kinds: tuple[float, ...] = vector(
        dict.fromkeys(PARTNER_KINDS, 0.25),
        "share of other candidates",
        0,
        1,
        "assumption",
        "E2, E3, E4, E5 of the facts",
        total=1.0,
    ).means(
        "kinds among the other candidates: the mean of a flat Dirichlet", "其他候选合伙人的类型构成"
    )
    enterprise_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.2, 0.2, 0.2, 0.2, 0.2), strict=True)),
        "share",
        0,
        1,
        "assumption",
        "E6 of the facts",
        total=1.0,
    ).means("of enterprises whose main domain this is", "以该领域为主的企业比例")
    professional_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.2, 0.2, 0.2, 0.0, 0.4), strict=True)),
        "share",
        0,
        1,
        "assumption",
        "E3 of the facts",
        total=1.0,
    ).means("of professionals whose main domain this is", "以该领域为主的专业人士比例")
    craftsman_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.0, 0.1, 0.1, 0.8, 0.0), strict=True)),
        "share",
        0,
        1,
        "assumption",
        "E4 of the facts",
        total=1.0,
    ).means("of craftsmen whose main domain this is", "以该领域为主的社区匠人比例")
    public_benefit_domains: tuple[float, ...] = vector(
        dict(zip(DOMAINS, (0.1, 0.4, 0.4, 0.0, 0.1), strict=True)),
        "share",
        0,
        1,
        "assumption",
        "E5, E6 of the facts",
        total=1.0,
    ).means("of public-benefit partners whose main domain this is", "以该领域为主的公益合伙人比例")
    ability_high: float = number(0.6, "0-1", 0, 1, "assumption").means(
        "a partner's ability in its main domain and in those that overlap",
        "合伙人在主领域及重叠领域的能力",
    )
    ability_low: float = number(0.05, "0-1", 0, 1, "assumption").means(
        "a partner's ability in any other domain", "合伙人在其他领域的能力"
    )
    ability_overlap: float = number(0.15, "chance", 0, 1, "assumption", "H2.1").means(
        "that a partner is as able in a further domain as in its main one",
        "合伙人在另一领域与主领域能力相同的概率",
    )
    weekly_hours: tuple[float, ...] = vector(
        dict(zip(PARTNER_KINDS, (60.0, 8.0, 20.0, 30.0), strict=True)),
        "hours per week",
        0,
        500,
        "assumption",
    ).means(
        "that a partner of each kind offers at full commitment, before scaling",
        "各类合伙人完全投入时每周提供的工时，按比例缩放之前",
    )
    hours_spread: float = number(0.5, "ratio", 0, 1, "assumption").means(
        "a partner's weekly hours lie within this share of its kind's mean",
        "合伙人每周工时偏离同类均值的最大比例",
    )
    quality_mean: float = number(0.7, "0-1", 0, 1, "assumption").means(
        "quality of partners' service", "合伙人服务质量的均值"
    )
    quality_sd: float = number(0.1, "0-1", 0, 0.5, "assumption").means(
        "standard deviation of the quality of partners' service", "合伙人服务质量的标准差"
    )
    market_share: float = number(0.4, "share of enterprises", 0, 1, "assumption", "D4").means(
        "that run a low-fee or market service", "经营低偿或市场服务的企业比例"
    )
    fee: int = whole(2000, "fen per user", 0, 100_000, "assumption", "D4").means(
        "that a market operator takes", "市场运营方向每位使用者收取的费用"
    )
    space_given: tuple[float, ...] = vector(
        dict(zip(PARTNER_KINDS, (0.0, 0.0, 1.0, 1.0), strict=True)),
        "share of partners",
        0,
        1,
        "fact",
        "E4, E5 of the facts",
    ).means(
        "partners at the start that were given space, by kind",
        "开始时已获得场地的合伙人比例，按类型",
    )
    enterprise_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (10.0, 4.0, 0.0), strict=True)),
        "units per week",
        0,
        1000,
        "assumption",
        "E34",
    ).means(
        "that an enterprise gives to the exchange shop at full commitment, before scaling",
        "企业完全投入时每周给兑换站的物品，按比例缩放之前",
    )
    professional_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (0.0, 2.0, 0.0), strict=True)),
        "units per week",
        0,
        1000,
        "assumption",
        "E34",
    ).means(
        "that a professional gives to the exchange shop at full commitment, before scaling",
        "专业人士完全投入时每周给兑换站的物品，按比例缩放之前",
    )
    craftsman_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (0.0, 3.0, 1.0), strict=True)),
        "units per week",
        0,
        1000,
        "assumption",
        "E34",
    ).means(
        "that a craftsman gives to the exchange shop at full commitment, before scaling",
        "社区匠人完全投入时每周给兑换站的物品，按比例缩放之前",
    )
    public_benefit_stock: tuple[float, ...] = vector(
        dict(zip(GOODS, (0.0, 1.0, 3.0), strict=True)),
        "units per week",
        0,
        1000,
        "assumption",
        "E34",
    ).means(
        "that a public-benefit partner gives to the exchange shop at full commitment, before scaling",
        "公益合伙人完全投入时每周给兑换站的物品，按比例缩放之前",
    )
    commitment_initial: float = number(0.5, "0-1", 0, 1, "assumption").means(
        "of partners at the start, and of candidates should they join",
        "开始时合伙人（及候选者加入时）的投入程度",
    )
    partner_trust: float = number(0.5, "0-1", 0, 1, "assumption").means(
        "partners' trust in the committee at the start", "开始时合伙人对社区党委和居委会的信任"
    )
    exposure: tuple[float, ...] = vector(
        {"partners": 1.0, "local_units": 0.3, "other_candidates": 0.1}, "0-1", 0, 1, "assumption"
    ).means(
        "how far organisations have heard of the practice at the start",
        "开始时各类组织对该做法的知晓程度",
    )
    # Grid workers.
    visits_per_week: float = number(10.0, "visits per week", 5, 20, "literature", "E15").means(
        "that a micro-grid worker can make", "一名微网格员每周能走访的次数"
    )
    general_visits: float = number(10.0, "visits per week", 0, 20, "assumption", "E15").means(
        "that a general grid worker can make, over all micro-grids of the grid",
        "一名一般网格员每周能在本网格各微网格走访的总次数",
    )


def part[T](table: T, rows: slice) -> T:
    """Return some rows of a table, as views."""
    declared = columns_of(type(table)).values()
    return type(table)(
        *(
            array[tuple(rows if name == "row" else slice(None) for name in column.shape)]
            for column, array in zip(declared, table, strict=True)  # type: ignore[call-overload]
        )
    )


def draw_persons(p: Any, seed: Any, which: int, layout: Layout, r: Any, micro: Any) -> Any:
    """Fill one community's residents and micro-grids, but for ties; return who is a newcomer.

    Args:
        p: the numbers.
        seed: the community's seed.
        which: which community of the district this is.
        layout: counts.
        r: `Residents`, this community's rows (views).
        micro: `MicroGrids`, this community's rows (views).
    """
    homes = line_up(seed, which, layout, r, micro)
    locate(p, seed, which, layout, homes, r, micro)
    give_ages(p, seed, layout, homes, r)
    newcomer = give_standing(p, seed, layout, homes, r)
    educate(p, seed, layout, homes.person, r)
    give_health_and_access(p, seed, homes.person, r)
    raise_children(p, seed, layout, homes, r)
    give_roles(p, seed, homes.person, r)
    give_inner_life(p, seed, homes.person, r)
    r.groups[:] = group_bits(r)
    return newcomer


def draw_one(p: Any, seed: Any, which: int, layout: Layout, r: Any, micro: Any) -> None:
    """Fill one community's residents, with their ties, and micro-grids; arguments as above."""
    newcomer = draw_persons(p, seed, which, layout, r, micro)
    tie_up(p, seed, r, micro, newcomer)


def empty_groups(p: Any) -> list[str]:
    """Return those of `GROUPS` that nobody of a scenario with these numbers belongs to.

    How many belong to a group is settled by the numbers, so that one community of one seed tells.
    """
    layout, seed = lay_out(p), np.uint64(1)
    r, micro = allocate(Residents, layout.adults), allocate(MicroGrids, layout.micro_grids)
    draw_persons(p, seed, 0, layout, r, micro)
    there = int(np.bitwise_or.reduce(r.groups))
    return [group for position, group in enumerate(GROUPS) if not there >> position & 1]


def populate(community: Community) -> None:
    """Draw a community's residents, micro-grids, grid workers and partners from its numbers.

    Sets `residents`, `micro_grids`, `grid_workers`, `companies`, `partners` and `households`.
    """
    p, seed = community.numbers.population, community.seed
    layout = lay_out(p)
    communities = int(p.communities)
    residents = allocate(Residents, communities * layout.adults)
    micro_grids = allocate(MicroGrids, communities * layout.micro_grids)
    for which in range(communities):
        own = part(residents, slice(which * layout.adults, (which + 1) * layout.adults))
        places = layout.micro_grids
        own_grids = part(micro_grids, slice(which * places, (which + 1) * places))
        draw_one(p, seed, which, layout, own, own_grids)
    community.scale = p.scale
    community.residents = residents
    community.micro_grids = micro_grids
    community.grid_workers = appoint_grid_workers(p, micro_grids)
    community.companies = name_companies(micro_grids, community.residents)
    community.partners = gather_partners(p, seed)
    community.households = communities * layout.households

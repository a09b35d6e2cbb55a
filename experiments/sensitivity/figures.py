"""What is shown, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim import __version__
from sim.study.factors import DUMMY
from sim.study.wording import by_language
from sim.words.glossary import zh

from .design import WEEKS
from .measure import EFFECTS, HEADLINES
from .tables import ADAPTATION, WHOLE
from .unknowns import FREE, FUND, ONLINE, POINTS, SPREAD

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NUMBER_NAMES: dict[str, tuple[str, str]] = {
    f"{POINTS}.strength": ("strength of points B_R", "积分强度 B_R"),
    f"{POINTS}.point_value": ("worth of a point", "每分价值"),
    f"{POINTS}.adaptation": ("adaptation α", "习以为常速度 α"),
    f"{POINTS}.adaptation_offered": ("adaptation to offers", "对邀约的习以为常"),
    f"{POINTS}.reference_weight": ("weight of reference χ", "参照权重 χ"),
    f"{POINTS}.loss_aversion": ("loss aversion", "损失厌恶"),
    f"{POINTS}.crowd_out": ("crowding ω", "动机挤出 ω"),
    f"{POINTS}.expected_points_initial": ("points expected at launch", "初始预期积分"),
    f"{POINTS}.satiation_step": ("satiation", zh("Residents.satiation")),
    "incentives.exchange.stock": ("stock of goods", "物品库存"),
    "incentives.honours.mix": ("mixing with honours ξ", "积分与荣誉混合 ξ"),
    "incentives.honours.effect": ("effect of honours", "荣誉效果"),
    "incentives.honours.spill_over": ("spill-over of honours", "荣誉外溢"),
    "rules.motivation.habit_gain": ("habit gained", "习惯形成"),
    "rules.motivation.habit_fading": ("habit lost", "习惯消退"),
    "rules.motivation.exit_hazard": ("leaving the register", "退出风险"),
    "rules.participation.norm": ("norms β_N", "社会规范 β_N"),
    "rules.participation.fatigue": ("weight of fatigue", "疲劳权重"),
    "rules.participation.membership": ("Party membership", "党员身份"),
    SPREAD: ("spread of propensities σ_u", "倾向差异 σ_u"),
    "population.elderly": ("share of elderly", "老年人占比"),
    "population.migrant": ("share of migrants", "流动人口占比"),
    ONLINE: ("elderly online", "上网老年人占比"),
    FREE: ("migrants' working hours", "流动人口工时"),
    "rules.reach.digital": ("digital reach", "数字渠道触达"),
    "rules.reach.neighbour": ("asks by neighbours", "邻里邀约"),
    "platforms.party_vanguard.branch_call": ("asks by the branch", "支部邀约"),
    "rules.ties.fading": ("fading of ties", "联系消退"),
    "rules.needs.level": ("level of needs", "需求水平"),
    "rules.place.distance_decay": ("distance decay", "距离衰减"),
    "rules.satisfaction.patience": ("patience", "等待耐心"),
    "rules.partners.exit": ("partners leaving", "合伙人退出"),
    "rules.partners.join": ("partners joining", "合伙人加入"),
    "rules.partners.active_share": ("active partners", "活跃合伙人占比"),
    "rules.projects.coordination_cost": ("coordination cost κ_c", "协调成本 κ_c"),
    FUND: ("initial fund", "基金初始额"),
    "mechanisms.co_building.catchment": ("use by the catchment", "周边居民占用"),
    DUMMY: ("dummy", "虚设因子"),
}

OUTCOME_NAMES = {
    "effect_early": ("points, early effect", "积分早期效果"),
    "effect_late": ("points, late effect", "积分后期效果"),
    "effect_weakening": ("points, weakening", "积分效果减弱"),
    "representation_event_elderly": ("elderly at events", "老年人:活动"),
    "representation_event_migrant": ("migrants at events", "流动人口:活动"),
    "representation_volunteer_elderly": ("elderly volunteering", "老年人:志愿服务"),
    "representation_volunteer_migrant": ("migrants volunteering", "流动人口:志愿服务"),
    "unmet_need": ("unmet need", "未满足需求"),
    "fund_balance": ("fund's balance", "基金余额"),
    "fund_spending": ("fund's spending", "基金支出"),
}

CAUSE_NAMES = {
    WHOLE: ("all causes", "全部原因"),
    ADAPTATION: ("without rewards taken for granted", "去除:奖励习以为常"),
    "loss aversion": ("without loss aversion", "去除:损失厌恶"),
    "satiation": ("without satiation", f"去除:{zh('Residents.satiation')}"),
    "rewards out of reach": ("with rewards always in reach", "去除:奖励遥不可及"),
    "crowding": ("without crowding", f"去除:{zh('incentives.points.crowd_out')}"),
    "goal gradient": ("without goal gradient", "去除:目标梯度"),
    "mixing with honours": ("without mixing with honours", "去除:与荣誉混合"),
    "habit": ("without habit", "去除:习惯"),
    "norms": ("without norms", "去除:社会规范"),
    "asks among neighbours": ("without asks by neighbours", "去除:邻里邀约"),
    "fatigue": ("without fatigue", "去除:疲劳"),
    "trust": ("without trust", "去除:信任"),
    "unequal propensities": ("with equal propensities", "去除:倾向差异"),
}

OTHER_NAMES = {
    "first": ("first order", "一阶"),
    "total": ("total", "总效应"),
    "wi": ("WI, weakening (ratio)", "WI,减弱程度(比值)"),
}

SENTENCES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "en": {
        "screening": (
            "Which unknown matters for what",
            "A row: a number; a column: an outcome. The largest 16 of 37 numbers, and a dummy.",
            "",
            "share of the mean squared effects of all numbers, luck taken out",
        ),
        "effects": (
            "How much each unknown does, and how unevenly",
            "Elementary effects over a number's whole range; both measures include luck.",
            "mean size of effects μ* (acts per week)",
            "spread of effects σ (acts per week)",
        ),
        "indices": (
            "What explains the variance of each outcome",
            "Sobol indices, luck taken out, with 95% intervals over rows of the design.",
            "share of variance",
            "",
        ),
        "curves": (
            "The most important unknowns, one at a time",
            "All other numbers at their defaults; bands: 95% intervals over seeds. Effects in acts per "
            "week, representation as a ratio, unmet need as a share, the fund in yuan.",
            "place in the number's range (%)",
            "",
        ),
        "structure": (
            "What is left of the effect of points when a cause is taken out",
            "WI: 0 as strong in the third year as in the first half-year, 1 gone, below 0 stronger. "
            "Late effect: acts per week, mean over draws of the unknowns. 95% intervals.",
            "",
            "",
        ),
        "convergence": (
            "Total indices against the size of the design",
            "The first rows of the design are what a smaller one would have shown.",
            "rows of the design",
            "total index",
        ),
    },
    "zh": {
        "screening": (
            "哪个未知量影响哪项结果",
            "行:参数;列:结果。37个参数中最大的16个及一个虚设因子。",
            "",
            "占全部参数均方效应的份额(已剔除随机性)",
        ),
        "effects": (
            "各未知量影响多大、多不均匀",
            "参数在其全部范围内的基本效应;两项指标都含随机性。",
            "效应平均大小 μ*(次/周)",
            "效应离散程度 σ(次/周)",
        ),
        "indices": (
            "各项结果的方差由什么解释",
            "Sobol指数,已剔除随机性;横线:设计行的95%区间。",
            "方差份额",
            "",
        ),
        "curves": (
            "最重要的未知量,逐一变化",
            "其余参数取默认值;色带:各种子的95%区间。效果:次/周;代表性:比值;未满足需求:份额;基金:元。",
            "在参数范围内的位置(%)",
            "",
        ),
        "structure": (
            "去除一个原因后,积分效果还剩多少",
            "WI:0为第三年与前半年同样强,1为消失,负值为增强。后期效果:次/周,未知量各组抽样的均值。95%区间。",
            "",
            "",
        ),
        "convergence": (
            "总效应指数与设计规模",
            "设计的前若干行即较小设计所示。",
            "设计行数",
            "总效应指数",
        ),
    },
}
"""Title, reading, x and y of each figure, by language."""

INDEX_SHOWN = (-0.3, 1.3)
"""Range of indices that figures show; an interval that leaves it ends in an arrow."""


DRAWN = (
    "effect_late",
    "effect_weakening",
    "representation_event_elderly",
    "representation_event_migrant",
    "unmet_need",
    "fund_balance",
)
"""Outcomes that the figure of curves shows."""


def _strongest(indices: pd.DataFrame, outcome: str, count: int) -> list[str]:
    """Return the factors with the largest total indices for an outcome, the dummy left out."""
    mine = indices[
        (indices["outcome"] == outcome)
        & (indices["index"] == "total")
        & (indices["factor"] != DUMMY)
    ]
    return mine.nlargest(count, "estimate")["factor"].tolist()


def figures(
    tables: Mapping[str, pd.DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return the figures: screening, effects, indices, curves, structure, convergence."""
    from sim.analysis import charts

    names = by_language(NUMBER_NAMES | OUTCOME_NAMES | CAUSE_NAMES | OTHER_NAMES)[language]
    said = {
        name: charts.Words(
            title,
            reading,
            x,
            y,
            charts.small_print(
                language, weeks=WEEKS, scale="" if scale == "full" else scale, version=__version__
            ),
            names,
        )
        for name, (title, reading, x, y) in SENTENCES[language].items()
    }
    shares = tables["shares"]
    kept = [path for path in tables["screening"]["factor"] if path != DUMMY][:16]
    rows = {path: at for at, path in enumerate([*kept, DUMMY])}
    shares = shares[shares["factor"].isin(rows) & (shares["outcome"] != "fund_spending")]
    shares = shares.sort_values("factor", key=lambda paths: paths.map(rows), kind="stable")
    effects = tables["effects"].pivot(
        index=["outcome", "factor"], columns="measure", values="estimate"
    )
    effects = effects.loc[list(EFFECTS[1:])].reset_index()
    indices = tables["indices"][tables["indices"]["outcome"].isin(HEADLINES)]
    along = tables["curves"][tables["curves"]["outcome"].isin(DRAWN)]
    structure = tables["structure"]
    structure = structure[structure["measure"].isin(("wi", "effect_late"))]
    looks = tables["convergence"]
    looks = looks[
        (looks["index"] == "total")
        & looks["outcome"].isin(("effect_late", "effect_weakening"))
        & looks["factor"].isin([*_strongest(indices, "effect_late", 4), DUMMY])
    ]
    return {
        "screening": charts.heat(
            shares, said["screening"], language,
            row="factor", column="outcome", low=None, high=None, centre=None,
        ),
        "effects": charts.scatter_morris(effects, said["effects"], language),
        "indices": charts.indices(indices, said["indices"], language, limits=INDEX_SHOWN),
        "curves": charts.curves(
            along, said["curves"], language, x="place", hue="factor", panel="outcome", share=False,
        ),
        "structure": charts.intervals(
            structure, said["structure"], language,
            row="cause", panel="measure", marks=[charts.Mark(0.0)], share=False,
        ),
        "convergence": charts.curves(
            looks, said["convergence"], language, x="n", hue="factor", panel="outcome",
            bars=True, log_x=True, limits=INDEX_SHOWN,
        ),
    }  # fmt: skip

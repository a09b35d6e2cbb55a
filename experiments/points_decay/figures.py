"""What is shown, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim import __version__
from sim.probes.points import CLASSES
from sim.study.wording import by_language
from sim.words.glossary import zh

from .validity import lasting_order
from .worlds import WEEKS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NAMES = by_language(
    {
        "points": ("points", "积分"),
        "honours": ("honours", "荣誉"),
        "both": ("points and honours", "积分与荣誉"),
        "all": ("all residents", "全体居民"),
        "core": ("core: 3 or more acts before", "核心:此前3次及以上"),
        "casual": ("casual: 1 or 2 acts before", "偶尔:此前1至2次"),
        "latent": ("no act before", "此前未参与"),
        "none": ("no decay", "不失效"),
        "yearly": ("reset each year", "每年清零"),
        "quarterly": ("reset each quarter", "每季清零"),
        "window 13": ("window of 13 weeks", "13周有效"),
        "window 26": ("window of 26 weeks", "26周有效"),
        "window 52": ("window of 52 weeks", "52周有效"),
        "half-life 8": ("half-life of 8 weeks", "半衰期8周"),
        "half-life 26": ("half-life of 26 weeks", "半衰期26周"),
        "half-life 52": ("half-life of 52 weeks", "半衰期52周"),
        "0": ("no decay", "不失效"),
        "price 2": ("2 points", "2分"),
        "price 5": ("5 points", "5分"),
        "price 10": ("10 points", "10分"),
        "price 5, endowment 3": ("5 points, 3 given at the start", "5分,起始赠3分"),
        "cause none": ("none", "无"),
        "cause satiation": ("satiation", zh("Residents.satiation")),
        "cause shelves": ("empty shelves", "货架空缺"),
        "cause adaptation": ("adaptation", zh("incentives.points.adaptation")),
        "cause crowding": ("crowding out", zh("incentives.points.crowd_out")),
        "cause reach": ("reward out of reach", "奖励够不着"),
        "remedy nothing": ("left alone", "不作改变"),
        "remedy stock": ("more stock", "增加库存"),
        "remedy variety": ("more variety", "增加品种"),
        "remedy both": ("stock and variety", "库存与品种"),
        "chi 0": ("reward never taken for granted", "奖励从不被视为理所当然"),
        "chi 0.5": ("taken for granted by half", "一半被视为理所当然"),
        "chi 1": ("taken for granted wholly", "全部被视为理所当然"),
        "out of reach": ("cheapest good out of reach at launch", "启动时最便宜的物品够不着"),
        "within reach": ("cheapest good within reach at launch", "启动时最便宜的物品够得着"),
        "empty": ("shelves empty at times", "货架有时空缺"),
        "stocked": ("shelves stocked", "货架充足"),
    }
)

SENTENCES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "en": {
        "effect": (
            "What incentives add to volunteering, quarter by quarter",
            "Difference from the same community without incentives; bands: 95% intervals over worlds.",
            "weeks since the incentive began",
            "additional acts per week",
        ),
        "where": (
            "Where the effect of points weakens, without any balance decay",
            "WI: 0 as strong in the third year as in the first half-year, 1 gone, below 0 stronger.",
            "WI (share of the first effect)",
            "",
        ),
        "rules": (
            "Weakening under nine rules of validity",
            "WI: 0 as strong in the third year as in the first half-year, 1 gone, below 0 stronger.",
            "WI (share of the first effect)",
            "",
        ),
        "validity": (
            "What short validity costs in participation",
            "Change of volunteer acts against points that never lapse.",
            "change of acts (%)",
            "",
        ),
        "price": (
            "What an additional hour of volunteering costs, by window",
            "Yuan paid for goods per additional hour; bars: 95% intervals over worlds.",
            "weeks that points stay valid",
            "yuan per hour",
        ),
        "causes": (
            "One cause at a time: the effect of points in the third year, with remedies",
            "",
            "",
            "additional acts per week",
        ),
    },
    "zh": {
        "effect": (
            "激励为志愿服务带来的增量,按季度",
            "与无激励的同一社区之差;色带:各情形的95%区间。",
            "激励开始后的周数",
            "每周新增次数",
        ),
        "where": (
            "余额不失效时,积分效果在何处减弱",
            "WI:0为第三年与前半年同样强,1为消失,负值为增强。",
            "WI(占最初效果的份额)",
            "",
        ),
        "rules": (
            "九种有效期规则下的减弱程度",
            "WI:0为第三年与前半年同样强,1为消失,负值为增强。",
            "WI(占最初效果的份额)",
            "",
        ),
        "validity": (
            "短有效期使参与减少多少",
            "与永不失效的积分相比,志愿服务次数的变化。",
            "次数变化(%)",
            "",
        ),
        "price": (
            "不同有效期下,每新增一小时志愿服务的成本",
            "每新增一小时所付物品费用(元);竖线:各情形的95%区间。",
            "积分有效的周数",
            "元/小时",
        ),
        "causes": (
            "每次只有一个原因:第三年的积分效果及补救措施",
            "",
            "",
            "每周新增次数",
        ),
    },
}
"""Title, reading, x and y of each figure, by language."""

WI_SHOWN = (-4.0, 2.0)
"""Range of WI that figures show; an interval that leaves it ends in an arrow."""


def figures(
    tables: Mapping[str, pd.DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return the figures: effects by quarter, where WI is high, rules, costs, causes."""
    from sim.analysis import charts

    said = {
        name: charts.Words(
            title,
            reading,
            x,
            y,
            charts.small_print(
                language,
                worlds=worlds_in(tables, name),
                weeks=WEEKS,
                scale=scale,
                version=__version__,
            ),
            NAMES[language],
        )
        for name, (title, reading, x, y) in SENTENCES[language].items()
    }
    nothing, begin = charts.Mark(0.0), charts.Mark(0.0, along="y")
    by_quarter, rules = tables["curves"], tables["rules"]
    where = tables["where"]
    over_all = rules[(rules["stock"] == "all") & (rules["rule"] != "short")]
    changes = over_all[
        (over_all["measure"] == "participation change")
        & (over_all["mix"] == "points")
        & over_all["kind"].isin(CLASSES)
        & (over_all["rule"] != "none")
    ]
    weakened = over_all[
        (over_all["measure"] == "WI") & over_all["kind"].isin(("all", "core", "casual"))
    ]
    costs = tables["price"][tables["price"]["measure"] == "cost"].sort_values(
        "window", key=lambda windows: windows.map(lasting_order), kind="stable"
    )
    causes = tables["causes"][tables["causes"]["measure"] == "last"]
    causes = causes.assign(cause="cause " + causes["cause"], remedy="remedy " + causes["remedy"])
    return {
        "effect": charts.curves(
            by_quarter[by_quarter["mix"] != "synergy"], said["effect"], language,
            x="week", hue="mix", panel="kind", marks=[nothing, begin], share=False, columns=2,
        ),
        "where": charts.intervals(
            where[where["level"] != "difference"], said["where"], language,
            row="level", marks=[nothing], limits=WI_SHOWN,
        ),
        "rules": charts.intervals(
            weakened, said["rules"], language,
            row="rule", hue="kind", panel="mix", marks=[nothing], limits=WI_SHOWN,
        ),
        "validity": charts.intervals(
            changes, said["validity"], language, row="rule", hue="kind", marks=[nothing]
        ),
        "price": charts.curves(
            costs, said["price"], language, x="window", hue="terms", steps=True, bars=True
        ),
        "causes": charts.heat(
            causes, said["causes"], language, row="cause", column="remedy", centre=None, digits=1
        ),
    }  # fmt: skip


def worlds_in(tables: Mapping[str, pd.DataFrame], figure: str) -> int:
    """Return how many worlds a figure rests on."""
    source = {"effect": "curves", "where": "where", "validity": "rules"}.get(figure, figure)
    return int(tables[source]["n"].max())

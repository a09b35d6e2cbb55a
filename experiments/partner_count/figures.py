"""What is shown, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim import __version__
from sim.study.estimates import ordered
from sim.study.wording import by_language

from .design import RECRUIT, WEEKS
from .measure import ABOUT, COSTS, WAITS

if TYPE_CHECKING:
    from pandas import DataFrame, Series

NAMES = by_language(
    {
        "0.37": ("37 % active", "37%活跃"),
        "0.7": ("70 % active", "70%活跃"),
        "1": ("all active", "全部活跃"),
        "needs_met": (
            "Needs met, above no partner (percentage points)",
            "较无合伙人时多满足的需求(百分点)",
        ),
        "partner_domains": ("Domains covered, above no partner", "较无合伙人时多覆盖的领域数"),
        "projects_done": ("Projects carried out", "完成的项目数"),
        "projects_proposed": ("Projects proposed", "提出的项目数"),
        "project_cover": ("Domain-weeks with a project running", "有项目运行的领域周占比"),
        "needs_closed_by_partner": ("Needs closed by partners", "由合伙人解决的需求"),
        "fund_spending": (
            "Paid by the fund in two years (1,000 yuan), above no partner",
            "两年内基金较无合伙人时多支出(千元)",
        ),
        "partners_taking_part": ("Partners taking part", "参与共建的合伙人数"),
        "project_wait_median": (
            "Wait of a project, from proposal to running",
            "项目的等待:从提出到运行",
        ),
        "domain_wait_median": (
            "Wait of a domain until a project runs",
            "领域的等待:直到有项目运行",
        ),
        "none": ("cost of coordination 0", "协调成本为0"),
        "lower half": ("cost of coordination below .5", "协调成本低于0.5"),
        "upper half": ("cost of coordination above .5", "协调成本高于0.5"),
        "all": ("all worlds", "全部情形"),
        "number": ("number of partners", "合伙人数量"),
        "market operators": ("share of market operators", "市场化经营者占比"),
        "users": ("users of market operators", "市场化服务的使用人次"),
        "market operators and users": (
            "share of market operators and users",
            "经营者占比与使用人次",
        ),
        "staff": ("coordination staff", "协调人员"),
        "active_share": ("share active", "活跃占比"),
        "platform": ("regional platform", "区域化平台"),
        "mix": ("mix of kinds", "类型构成"),
        "all of these": ("all of these together", "以上全部"),
        "fund_balance": ("what the fund holds", "基金结余"),
        "fund_revenue": ("what operators pay in", "经营者反哺收入"),
        "partners": ("Partners at the end", "期末合伙人数"),
        "held": ("11 held", "固定11家"),
    }
)

WORDS = {
    "en": {
        "number": (
            "What more partners bring, by the share of them that is active",
            "Mean over worlds and its 95% interval; each number against none in the same world",
        ),
        "wait": (
            "How long a project is waited for, by number of partners and coordination staff",
            "Geometric mean over worlds of the median wait, and its 95% interval; 104 weeks: not within two years",
        ),
        "shortest": (
            "At how many partners the wait is shortest",
            "Lowest point of the fitted mean curve, and its 95% interval over resampled worlds",
        ),
        "twins": (
            "41 partners of whom 37 % are active, against 15 active ones",
            "Difference in the same world as a share of the 15's mean, and its 95% interval",
        ),
        "variance": (
            "What explains the fund's variance",
            "Adjusted share of variance that each explains by itself, and its 95% interval",
        ),
        "endogenous": (
            "What recruiting brings where partners come and go",
            "Mean over worlds and its 95% interval; two years from 11 partners",
        ),
        "x": ("partners", "weeks", "relative difference", "share of variance", "recruiting"),
        "staff_of": ("no staff", "one post", "two posts"),
        "kinds": ("Wait of a project", "Wait of a domain"),
        "about": ("within a tenth", "half", "11–41"),
    },
    "zh": {
        "number": (
            "合伙人增多带来什么(按活跃占比)",
            "各情形均值及其95%区间;与同一情形下无合伙人相比",
        ),
        "wait": (
            "项目要等多久:合伙人数量与协调人员",
            "各情形中位等待的几何均值及其95%区间;104周表示两年内未实现",
        ),
        "shortest": (
            "合伙人多少家时等待最短",
            "拟合平均曲线的最低点及其95%自助区间",
        ),
        "twins": (
            "41家(37%活跃)与15家(全部活跃)的比较",
            "同一情形下的差,占15家均值的比例及其95%区间",
        ),
        "variance": (
            "基金的差异由什么解释",
            "各因素单独解释的方差比例(校正)及其95%区间",
        ),
        "endogenous": (
            "合伙人可自由进出时,招募带来什么",
            "各情形均值及其95%区间;从11家开始,两年",
        ),
        "x": ("合伙人", "周", "相对差异", "方差比例", "招募力度"),
        "staff_of": ("无协调人员", "一个岗位", "两个岗位"),
        "kinds": ("项目的等待", "领域的等待"),
        "about": ("相差一成以内", "一半", "11–41"),
    },
}


def figures(tables: Mapping[str, DataFrame], language: str, scale: str = "full") -> dict[str, Any]:
    """Return the figures of the experiment, by name, in a language (`en` or `zh`)."""
    from sim.analysis import charts
    from sim.analysis.charts import Mark, Words

    words, names = WORDS[language], NAMES[language]
    partners, weeks, relative, variance, recruiting = words["x"]

    def text(name: str, worlds_of: DataFrame, x: str = "", y: str = "", **other: str) -> Words:
        worlds_run = int(worlds_of["n"].max())
        footnote = charts.small_print(
            language, worlds=worlds_run, weeks=WEEKS, scale=scale, version=__version__
        )
        title, reading = words[name]
        return Words(title, reading, x, y, footnote, {**names, **other})

    staffed = dict(zip(("0", "1", "2"), words["staff_of"], strict=True))
    number = _scaled(tables["number"].query("against == 'none'"), needs_met=100, fund_spending=1e-3)
    panels = ("needs_met", "projects_done", "partner_domains", "fund_spending")
    wait = tables["wait"][tables["wait"]["outcome"].isin(WAITS)]
    wait = ordered(
        wait.assign(panel=_panel(wait)), "panel", [f"{w} {c}" for w in WAITS for c in COSTS]
    )
    lowest = tables["shortest"].query("staff != 'more'")
    lowest = ordered(lowest.assign(row=lowest["cost"] + " " + lowest["staff"]), "cost", COSTS)
    twins = tables["twins"].query("which == 'relative'")
    shown = (
        "projects_done", "projects_proposed", "needs_met", "needs_closed_by_partner",
        "project_wait_median", "domain_wait_median", "partners_taking_part", "fund_spending",
    )  # fmt: skip
    sources = tables["variance"].query(
        "outcome in ('fund_balance', 'fund_revenue') and source != 'more than number'"
    )
    coming = _scaled(tables["endogenous"].query("against == ''"), needs_met=100, fund_spending=1e-3)
    plain = {
        "en": {"needs_met": "Needs met (%)", "fund_spending": "Paid by the fund (1,000 yuan)"},
        "zh": {"needs_met": "满足的需求(%)", "fund_spending": "基金支出(千元)"},
    }[language]
    of_twins = {
        "en": {"needs_met": "Needs met", "fund_spending": "Paid by the fund"},
        "zh": {"needs_met": "满足的需求", "fund_spending": "基金支出"},
    }[language]
    return {
        "number": charts.curves(
            ordered(number, "outcome", panels),
            text("number", number, partners),
            language, x="number", hue="active_share", panel="outcome", share=False, columns=2,
        ),
        "wait": charts.curves(
            wait,
            text(
                "wait", wait, partners, weeks, **staffed,
                **{f"{w} {c}": f"{names[w]}; {names[c]}" for w in WAITS for c in COSTS},
            ),
            language, x="number", hue="staff", panel="panel", columns=3, share=False,
        ),
        "shortest": charts.intervals(
            lowest,
            text(
                "shortest", lowest, partners,
                **{f"{c} {s}": f"{names[c]}, {staffed[s]}" for c in COSTS for s in staffed},
                **dict(zip(WAITS, words["kinds"], strict=True)),
            ),
            language, row="row", hue="outcome", marks=[Mark(11, 41, words["about"][2])],
        ),
        "twins": charts.intervals(
            ordered(twins, "outcome", shown),
            text("twins", twins, relative, **of_twins),
            language, row="outcome", hue="cost",
            marks=[Mark(-ABOUT, ABOUT, words["about"][0]), Mark(0)],
        ),
        "variance": charts.intervals(
            sources,
            text("variance", sources, variance),
            language, row="source", hue="outcome", marks=[Mark(0.5, label=words["about"][1])],
        ),
        "endogenous": charts.curves(
            ordered(coming, "outcome", ("partners", "needs_met", "projects_done", "fund_spending")),
            text(
                "endogenous", coming, recruiting, **plain,
                **{f"{recruit:g}": f"×{recruit:g}" for recruit in RECRUIT},
            ),
            language, x="recruiting", panel="outcome", steps=True, bars=True, share=False, columns=2,
        ),
    }  # fmt: skip


def _panel(wait: DataFrame) -> Series:
    return wait["outcome"] + " " + wait["cost"]


def _scaled(table: DataFrame, **factors: float) -> DataFrame:
    """Return a table with the estimates of some outcomes in another unit."""
    by = table["outcome"].map(factors).fillna(1.0)
    return table.assign(**{name: table[name] * by for name in ("estimate", "low", "high")})

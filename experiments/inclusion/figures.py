"""What is shown, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from sim import __version__
from sim.study.estimates import ordered
from sim.study.wording import by_language
from sim.words.glossary import zh

from .design import LEVERS, WEEKS
from .tables import ENOUGH, GAPS

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

NAMES = by_language(
    {
        "offline": ("Offline channel", zh("inclusion.offline_channel")),
        "flexible": ("Flexible tasks", zh("inclusion.flexible_tasks")),
        "outreach": ("Outreach", zh("inclusion.outreach")),
        "events": ("More events", "增加活动"),
        "elderly": ("Elderly", zh("GROUPS.elderly")),
        "migrant": ("Migrants", zh("GROUPS.migrant")),
        "behind": ("The one further behind", "两者中较低者"),
        "any": ("Any form", "任一形式"),
        "event": ("Events", zh("MODES.event")),
        "volunteer": ("Volunteering", zh("MODES.volunteer")),
        "deliberate": ("Deliberation", zh("MODES.deliberate")),
        "register": ("On the register", "登记志愿者"),
        "mediator": ("Mediators", zh("Residents.mediator")),
        "gap": ("Gap, mean of both", "差距(两者平均)"),
        "gap_age": ("Gap between ages", "年龄间差距"),
        "gap_origin": ("Gap between origins", "户籍间差距"),
        "taking_part": ("Who take part", "参与"),
        "acts": ("Acts", "行动"),
        "none": ("No lever", "无举措"),
        "all": ("All three levers", "三项举措"),
        "party": ("Party ties", "党员联系"),
        "neighbours": ("Neighbours' ties", "邻里联系"),
        "both": ("Both", "两者"),
        "unknown": ("Unknown need", "未被知晓的需求"),
        "hours_all": ("Volunteer hours of all", "全体志愿时长"),
        "hours": ("Volunteer hours of the group", "该群体志愿时长"),
        "known": ("Needs known in 12 weeks", "12周内被知晓的需求"),
        "met": ("Needs met in 12 weeks", "12周内满足的需求"),
    }
)

AIMS = by_language(
    {
        "random": ("Anybody", "任何人"),
        "inactive": ("The inactive", "未参与者"),
        "offline": ("Those offline", "不上网者"),
        "elderly": ("The elderly", zh("GROUPS.elderly")),
        "migrant": ("Migrants", zh("GROUPS.migrant")),
        "active": ("The active (placebo)", "已参与者(安慰剂)"),
        "acts": ("Acts a year", "每年行动"),
    }
)
"""Whom outreach is aimed at."""

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "levers": (
            "Whom the levers bring in, at equal money",
            "Change of representation (1 is parity) against no lever: mean over worlds, 95% interval",
            "change of representation",
            "no lever",
        ),
        "outreach": (
            "What 10,000 yuan of outreach a year closes",
            "Points of gap closed, and acts added; right of 0 is better. Mean over worlds, 95% interval",
            "per 10,000 yuan a year",
            "nothing",
        ),
        "ties": (
            "Asking twice as often along the ties that are there",
            "Change of the gap (points; right of 0 is wider) and of acts (%): mean, 95% interval",
            "change against no lever",
            "no change",
        ),
        "doses": (
            "If more of both groups took part",
            "Ratio to the value at dose 1: mean over worlds, 95% interval",
            "dose: asks that reach both groups, relative to those that would",
            "ratio to dose 1",
        ),
        "offsets": (
            "Access or motives: what levers can do where a group is less willing",
            "Representation in any form: mean over worlds, 95% interval",
            "offset of both groups (log-odds)",
            "representation",
        ),
    },
    "zh": {
        "levers": (
            "同等经费下,各举措让谁参与进来",
            "与无举措相比代表性的变化(1为均等):各情形均值及其95%区间",
            "代表性的变化",
            "无举措",
        ),
        "outreach": (
            "每年一万元上门动员能缩小多少差距",
            "缩小的差距(百分点)与增加的行动,0右侧为改善;各情形均值及其95%区间",
            "每年每一万元",
            "无变化",
        ),
        "ties": (
            "沿既有联系的动员加倍",
            "差距的变化(百分点,0右侧为扩大)与行动的变化(%):均值及其95%区间",
            "与无举措相比的变化",
            "无变化",
        ),
        "doses": (
            "若两类群体有更多人参与",
            "与剂量1之比:各情形均值及其95%区间",
            "剂量:触达两类群体的邀约,相对于原有水平",
            "与剂量1之比",
        ),
        "offsets": (
            "渠道还是意愿:群体意愿较低时举措能做什么",
            "任一形式参与的代表性:各情形均值及其95%区间",
            "两类群体的偏移(对数几率)",
            "代表性",
        ),
    },
}


def figures(
    tables: Mapping[str, DataFrame], language: str, scale: str = "full"
) -> dict[str, Figure]:
    """Return the figures of the experiment, by name, in a language (`en` or `zh`)."""
    from sim.analysis import charts
    from sim.analysis.charts import Mark, Words

    names = {**NAMES[language], **_combinations(language)}

    def text(name: str, **other: str) -> Words:
        title, reading, x, y = WORDS[language][name]
        worlds_run = int(tables[name]["n"].max())
        footnote = charts.small_print(
            language, worlds=worlds_run, weeks=WEEKS, scale=scale, version=__version__
        )
        return Words(title, reading, x, y, footnote, {**names, **other})

    def line(name: str) -> Mark:
        return Mark(0, label=WORDS[language][name][3])

    levers = tables["levers"].query(
        "measure == 'representation' and against == 'none' and group in ('elderly', 'migrant')"
    )
    aims = tables["outreach"].query("against == 'none'")
    return {
        "levers": charts.intervals(
            levers, text("levers"), language,
            row="arm", hue="group", panel="form", share=False, columns=3, marks=[line("levers")],
        ),
        "outreach": charts.intervals(
            ordered(aims, "measure", (*GAPS, "acts")), text("outreach", **AIMS[language]), language,
            row="arm", panel="measure", share=False, columns=2, marks=[line("outreach")],
        ),
        "ties": charts.intervals(
            ordered(tables["ties"], "measure", (*GAPS, "acts")), text("ties"), language,
            row="arm", panel="measure", share=False, columns=2, marks=[line("ties")],
        ),
        "doses": charts.curves(
            by_dose(tables["doses"]), text("doses"), language,
            x="dose", hue="measure", panel="group", columns=2,
            marks=[Mark(1, along="y")],
        ),
        "offsets": charts.curves(
            tables["offsets"].query("measure == 'representation'"), text("offsets"), language,
            x="offset", hue="levers", panel="group", columns=3,
            marks=[Mark(ENOUGH, label="0.9", along="y")],
        ),
    }  # fmt: skip


def by_dose(doses: DataFrame) -> DataFrame:
    """Return what doses of asks to both groups make of taking part, unknown need and hours."""
    own = doses[(doses["asked"] == "both") & (doses["dose"] != "span")]
    own = own[own["group"].isin(["elderly", "migrant"])]
    shown = ordered(own, "measure", ("taking_part", "unknown", "hours", "hours_all"))
    return shown.assign(dose=shown["dose"].astype(float))


def _combinations(language: str) -> dict[str, str]:
    """Return the names of arms that combine levers."""
    names = NAMES[language]
    return {
        " + ".join(levers): " + ".join(names[lever] for lever in levers)
        for levers in (
            [lever for lever, on in zip(LEVERS, chosen, strict=True) if on]
            for chosen in product((False, True), repeat=len(LEVERS))
        )
        if len(levers) > 1
    }

"""Editions of the model: within one, the same scenario and seed give the same figures.

A number, a rule or a draw that changes results opens a new edition, once for each release. What is
published says which edition made it, and is not told as if the present one had.
"""

from __future__ import annotations

EDITIONS: dict[int, tuple[str, str]] = {
    1: ("as first published", "首次发布"),
    2: (
        "only exposure teaches what points to expect; when people are free follows from their "
        "occupation, commute and duties of care, not from where they are registered; partners' "
        "customers are counted once; ordinary upkeep finds hazards in the burn-in and after; what the "
        "books say of unresolved disputes is somebody's act; everyday encounters keep ties at a level of "
        "their own; neighbours who take part, and events, find needs; satisfaction moves by use, hearsay "
        "and what is to be had, and starts from what there is, and trust follows it; open disputes thin ties, hazards harm, and "
        "what becomes of either moves trust; what residents name in a round sways the staff's hours, "
        "and trust moves by whether it was dealt with; postings saturate at a lasting habit of looking, "
        "personal contacts leave rapport, and declined asks tire; each compound has a property company that "
        "answers grievances or does not; those who give hours compare what they get for one with their ties",
        "积分预期只随接触而变；空闲时间取决于工作类型、通勤与照护责任，而非户籍；合伙人的服务对象不重复计数；日常养护在预热期及之后发现隐患；未解决纠纷如何入账取决于经办人；日常相遇使邻里联系保持自身水平；参与的邻里与活动也能发现需求；满意度随使用、口碑与可得性而变，并从现有服务出发，信任随之变化；未决纠纷削弱邻里联系，隐患会伤人，二者的结果都影响信任；居民所提事项左右居委会工时，信任随其是否得到处理而变；信息发布受长期查看习惯所限，上门联系留下熟识，谢绝邀请使人厌烦；每个小区有物业公司，回应或不回应矛盾；付出工时者与邻里比较每小时所得",
    ),
}
"""What each edition brought, in English and Chinese."""

EDITION = max(EDITIONS)
"""The present edition."""


def note(edition: int, language: str = "en") -> str:
    """Return what must be said of something that an edition made; empty for the present one."""
    if edition == EDITION:
        return ""
    brought = range(edition + 1, EDITION + 1)
    if language == "zh":
        changes = "；".join(EDITIONS[number][1] for number in brought)
        return f"由模型第 {edition} 版得出，现为第 {EDITION} 版，结论可能不再成立。此后的变化：{changes}。"
    changes = "; ".join(EDITIONS[number][0] for number in brought)
    return (
        f"Made with edition {edition} of the model; this is edition {EDITION}, in which the findings"
        f" may not stand. Changed since: {changes}."
    )

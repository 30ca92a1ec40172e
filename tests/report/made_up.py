"""A made-up page: every field filled, nothing solved. The numbers are invented and mean nothing."""

from __future__ import annotations

import math

from detente.report import view as v
from detente.scenario.model import Month

START = Month(2025, 6)
MONTHS = 60


def ramp(top: float, speed: float = 30.0, months: int = MONTHS) -> tuple[float, ...]:
    return tuple(top * (1 - math.exp(-t / speed)) for t in range(months + 1))


def fan(top: float, months: int = MONTHS) -> v.Fan:
    cap = min(1.0, 1.6 * top)
    lines = [ramp(f * top, 30.0, months) for f in (0.4, 0.7, 1.0, 1.25)]
    return v.Fan(
        *lines,
        high=ramp(cap, 26.0, months),
        half=ramp(min(1.0, 1.4 * top), 30.0, months),
        double=ramp(0.3 * top, 30.0, months),
    )


def outcome(name: str, top: float, condition: str, slips: float = 0.05, **more: object) -> v.OutcomeView:
    shape = fan(top)
    marks = tuple(
        v.Mark(
            months=t,
            date=START.after(t),
            chance=v.Range(shape.likely[t], shape.low[t], shape.high[t]),
            slips=v.Range(slips, 0.5 * slips, min(1.0, 2 * slips)),
            without=v.Range((1 - slips) * shape.likely[t], (1 - slips) * shape.low[t], (1 - slips) * shape.high[t]),
            half=shape.half[t],
            double=shape.double[t],
            standing=v.Range(0.8 * shape.likely[t], 0.6 * shape.low[t], 0.9 * shape.high[t]),
        )
        for t in (12, 24, 36, 48, 60)
    )
    return v.OutcomeView(name, name.replace(" ", "-"), condition, marks, shape, **more)  # type: ignore[arg-type]


OUTCOMES = (
    outcome("peace", 0.12, "status is peace", 0.02, about="A treaty ends the war of 1950", claims=("W28",)),
    outcome("war", 0.018, "status is war", 0.62, about="General war on the peninsula", claims=("W27",)),
    outcome("freeze", 0.38, "restraint is at least freeze"),
    outcome("leaders meet", 0.71, "channel is leaders"),
    outcome("test", 0.97, "North Korea tests", 0.0),
    outcome("withdrawal", 0.0004, "American forces are withdrawn", 0.9),
)
EVENTS = (
    v.Event(17, Month(2026, 11), "US midterms"),
    v.Event(43, Month(2029, 1), "US president takes office"),
    v.Event(57, Month(2030, 3), "South Korean election"),
)


def move(name: str, p: float, yes: float = 1.0, consent: tuple[str, ...] = (), **more: object) -> v.MoveView:
    return v.MoveView(
        name=name,
        about=str(more.pop("about", "")),
        chosen=v.Range(p, 0.6 * p, min(1.0, 1.5 * p)),
        accepted=v.Range(yes, 0.8 * yes, min(1.0, 1.1 * yes)),
        taken=v.Range(p * yes, 0.5 * p * yes, min(1.0, 1.6 * p * yes)),
        consent=tuple(v.Say(actor, v.Range(yes ** (1 / len(consent)), 0.3, 0.9)) for actor in consent),
        slip=bool(more.pop("slip", False)),
        advantage=float(more.pop("advantage", -0.4)),  # type: ignore[arg-type]
        reasons=(("security", 1.24), ("economy", -0.63)),
        **more,  # type: ignore[arg-type]
    )


MOVERS = (
    v.MoverView(
        "North Korea", "dprk", 1.0, v.Range(0.52, 0.41, 0.63),
        (
            move("Test a nuclear device or a long-range missile", 0.18, claims=("W24",)),
            move("Hold tests back", 0.14),
            move("Threaten", 0.09),
            move("Send troops to Russia", 0.05, 0.71, ("Russia",)),
            move("Offer talks to Seoul", 0.02, 0.83, ("South Korea", "United States")),
            move("Attack", 0.0004, slip=True, advantage=-31.0),
        ),
    ),
    v.MoverView(
        "United States", "us", 1.0, v.Range(0.66, 0.5, 0.75),
        (
            move("Offer talks", 0.21, 0.44, ("North Korea",)),
            move("Ease UN sanctions", 0.06, 0.31, ("China", "Russia", "US military")),
            move("Hold back Treasury's search for new targets", 0.07),
        ),
    ),
    v.MoverView("Japan", "japan", 0.3, v.Range(1.0, 1.0, 1.0), ()),
    v.MoverView("US military", "generals", 0.0, v.Range(1.0), ()),
)  # fmt: skip


def around(change: tuple[float, ...]) -> tuple[v.Range, ...]:
    return tuple(v.Range(x, *sorted((0.7 * x, 1.4 * x))) for x in change)


def stake(name: str, anchor: str, scale: float, war: float) -> v.StakeView:
    change = (scale, war, 0.4 * scale, 0.2 * scale, -0.3 * scale, math.nan)
    shares = (("economy", 0.5), ("security", 0.9), ("recognition", -0.2), ("acts and events", -0.2))
    parts = tuple(
        v.Part(n, f"About {n}", -0.31 * w, -8.2 * w, tuple(w * c for c in change), ("F27",) if w > 0 else ())
        for n, w in shares
    )
    value = sum(part.value for part in parts)
    return v.StakeView(
        name, anchor, 0.0088, parts, value, v.Range(value, value * 1.3, value * 0.8), change, around(change)
    )


STAKES = (
    stake("North Korea", "dprk", 3.2, -104.0),
    stake("United States", "us", 1.4, -61.0),
    stake("South Korea", "rok", 2.2, -140.0),
    stake("China", "china", 0.9, -40.0),
    stake("Russia", "russia", -0.6, -11.0),
    stake("Japan", "japan", -0.3, -44.0),
    stake("US military", "generals", -0.9, -31.0),
)
LEVELS = (
    v.LevelView(
        "deterrent",
        ("artillery", "regional", "icbm", "assured"),
        2,
        True,
        "What the North holds at risk",
        ("W22", "W24"),
    ),
    v.LevelView("restraint", ("none", "moratorium", "freeze", "dismantling"), 0, True),
    v.LevelView("UN sanctions", ("lifted", "eased", "full"), 2, True),
    v.LevelView("channel", ("closed", "working", "leaders"), 0, True, "", ("F34",)),
    v.LevelView("patron", ("none", "trade", "alliance"), 2, True, "What Russia gives", ("F24", "F25")),
    v.LevelView("US president", ("strategic", "dealmaker"), 1, False, "Who governs in Washington"),
    v.LevelView("status", ("standoff", "war", "peace"), 0, True),
)
PARAMETERS = (
    v.ParameterView(
        "sanctions_pain",
        "What full sanctions cost the North",
        1.0,
        0.6,
        1.6,
        "payoff a month under full sanctions",
        ("F27",),
        "claims",
    ),
    v.ParameterView("summit_prestige", "", 6, 2, 10, "payoff once", ("F32", "F56"), "claims"),
    v.ParameterView("test_works", "", 0.35, 0.2, 0.5, "probability", (), "judgement"),
    v.ParameterView(
        "clash_rate",
        "",
        0.0004,
        0.00012,
        0.003,
        "probability a month",
        (),
        "estimate",
        "Two clashes with deaths since 1999.",
    ),
)
SOURCES = (
    v.SourceView("week-2018", "Noah Millman, “The Korean spring cleaning”, The Week, 2018", ""),
    v.SourceView("fa-2025", "Foreign Affairs, 2025", "https://www.foreignaffairs.com/"),
)


def claim(
    name: str, says: str, source: str, cited_by: tuple[str, ...], kind: str = "fact", date: str = ""
) -> v.ClaimView:
    voice = "" if cited_by else "reported"
    return v.ClaimView(name, says, kind, source, voice, date, "", cited_by)


CLAIMS = (
    claim("F24", "Kim reoriented toward Russia.", "fa-2025", ("factor patron",)),
    claim("F25", "Putin supplies fuel, food and advanced weapons.", "fa-2025", ("factor patron",), date="2024-10"),
    claim("F27", "Kim wants out of backwardness.", "fa-2025", ("parameter pain", "interest economy"), "causal"),
    claim("F32", "A summit with a US president pays at home.", "fa-2025", ("parameter summit prestige",), "causal"),
    claim("F34", "Bargaining happened when the leaders were in one room.", "fa-2025", ("factor channel",)),
    claim("F56", "New summitry would give Kim cards to play.", "fa-2025", ("parameter summit prestige",), "causal"),
    claim("W22", "Massed artillery has long held Seoul at risk.", "week-2018", ("factor deterrent",)),
    claim("W24", "An ICBM puts North American targets in range.", "week-2018", ("factor deterrent",)),
    claim("W27", "The more there is to lose from war, the less eager to start one.", "week-2018", ("outcome war",)),
    claim("W28", "North Korea may get a treaty and keep its weapons.", "week-2018", ("outcome peace",), "forecast"),
    claim("W05", "His impetuosity made the threats believable.", "week-2018", (), "causal"),
)
OFFER = "In November the United States offers talks, agreed with North Korea (channel working)."
FREEZE = "In May North Korea closes Yongbyon (restraint freeze): freeze begins."
HISTORIES = v.HistoriesView(
    told=(
        v.HistoryView(
            1,
            (
                v.YearView("2025", (("In August and October North Korea tests.", True), (OFFER, False))),
                v.YearView("2026", (("In March South Korea lifts ROK sanctions (ROK sanctions lifted).", False),)),
                v.YearView(
                    "2029", (("In January US presidential election (US president strategic).", False), (FREEZE, True))
                ),
            ),
            "In June 2030: freeze. Besides, 41 requests or acts came to nothing.",
        ),
        v.HistoryView(
            2,
            (v.YearView("2027", (("In May attention wanders (US attention elsewhere).", False),)),),
            "In June 2030: none of the outcomes holds.",
        ),
    ),
    seed=0,
)


def page(**changes: object) -> v.Page:
    from dataclasses import replace

    made = v.Page(
        title="The Korean Peninsula",
        about="Two Koreas and four powers bargain over weapons, sanctions, exercises, troops and recognition.",
        situation="2025-06",
        situation_about="Lee takes office",
        date=START,
        months=MONTHS,
        draws=50,
        levels=LEVELS,
        standing=v.Standing(
            True, "Play is certified at the likely numbers and in 50 of 50 draws.", ("double precision",)
        ),
        outcomes=OUTCOMES,
        events=EVENTS,
        movers=MOVERS,
        stakes=STAKES,
        histories=HISTORIES,
        parameters=PARAMETERS,
        claims=CLAIMS,
        sources=SOURCES,
        made=(("version", "0.1.0"), ("seed", "0"), ("scenario hash", "3f2a" * 16), ("residual", "2.1e-10")),
        warnings=("korea.yaml:12:3: warning: number without a range: name it under parameters",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]

"""Each semantic finding: the smallest change to a sound scenario that brings it about, and where it points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.problems import Problem, Problems
from detente.scenario.load import load_text
from tests.strategies import scenarios, text_of

SOUND = """\
format: detente/1
actors:
  us: {tempo: tempo, discount: patience, precision: sense}
  them: {tempo: tempo, discount: patience, precision: sense}
factors:
  arms: {levels: [few, some, many]}
  talks: {levels: [shut, open]}
  office: {kinds: [hawk, dove]}
parameters:
  tempo: {likely: 1, low: 0.5, high: 2, unit: a month, basis: judgement}
  patience: {likely: 0.9, low: 0.8, high: 0.95, unit: a year, basis: judgement}
  sense: {likely: 0.3, low: 0.2, high: 0.4, unit: 1 / payoff, basis: judgement}
  luck: {likely: 0.3, low: 0.1, high: 0.6, unit: probability, basis: judgement}
  worth: {likely: 1, low: 0.5, high: 2, unit: payoff a month, basis: judgement}
  swing: {likely: 0.02, low: 0.01, high: 0.04, unit: a month, basis: judgement}
actions:
  us:
    build: {when: arms < many, then: {arms: +1}, cost: {us: worth}}
    cut: {when: arms > few and talks is open, needs: [them], then: {arms: -1}}
  them:
    invite: {when: talks is shut, then: {talks: shut}, chance: [{p: luck, then: {talks: open}}]}
    leave: {when: talks is open, then: {talks: shut}}
chance:
  - {about: A vote, rate: swing, then: {office: dove if office is hawk else hawk}}
interests:
  us: {safety: worth * arms, peace: worth * talks if office is dove else 0}
  them: {fear: -worth * arms}
outcomes:
  cut: us.cut
  armed: arms is many
situations:
  2020-01: {arms: few, talks: shut, office: hawk}
  2021-01: {like: 2020-01, office: dove}
forces: {leaders: [office]}
never: []
"""


@dataclass(frozen=True)
class Case:
    """``edits`` change the sound scenario, old to new; the finding stands where they leave a '§' (taken out)."""

    severity: str
    code: str
    says: str
    edits: dict[str, str]


def wrong(code: str, says: str, edits: dict[str, str]) -> Case:
    return Case("error", code, says, edits)


def odd(code: str, says: str, edits: dict[str, str]) -> Case:
    return Case("warning", code, says, edits)


P = "{p: luck,"
BUILD = "build: {when: arms < many, then: {arms: +1}"
SAFETY = "safety: worth * arms"
US = "us: {tempo: tempo, discount: patience, precision: sense}"
NEVER = "never: []"
DEALS = """\
never: [arms is many and talks is open]
deals:
  parties: [us, them]
  terms: {TERMS}
  also: {talks: open}
  named:
    {NAMED}
"""

NUMBERS = [
    wrong(
        "chance-out-of-range",
        "A chance in them.invite can reach 1.2, above 1, where luck is 0.6",
        {P: "{p: §luck * 2,"},
    ),
    wrong("chance-out-of-range", "can reach -0.1, below 0, where luck is 0.1", {P: "{p: §luck - 0.2,"}),
    wrong(
        "chance-out-of-range", "can reach 1.6, above 1, where luck is 0.6 and arms is many", {P: "{p: §luck + arms,"}
    ),
    wrong(
        "chances-above-one",
        "The chances of them.invite can add up to 1.2, above 1, where luck is 0.6",
        {"invite:": "§invite:", "open}}]": "open}}, {p: luck, then: {arms: few}}]"},
    ),
    wrong(
        "negative-rate",
        "The rate of 'A vote' can reach -0.01, below 0, where swing is 0.01",
        {"rate: swing": "rate: §swing - 0.02"},
    ),
    wrong(
        "negative-weight",
        "The weight of us.build can reach -0.4, below 0",
        {"build: {": "build: {weight: §luck - 0.5, "},
    ),
    wrong(
        "lean-out-of-range",
        "The lean of them on us.cut can reach 1.2; it must lie between 0 and 1",
        {"[them]": "{them: §2 * luck}"},
    ),
    wrong(
        "lean-out-of-range", "The lean of them on us.cut is 1; it must lie between 0 and 1", {"[them]": "{them: §1}"}
    ),
    wrong(
        "discount-out-of-range",
        "can reach 1.45; it must lie between 0 and 1, where patience is 0.95",
        {US: US.replace("patience", "§patience + 0.5")},
    ),
    wrong(
        "discount-out-of-range",
        "The discount of us is 1; it must lie between 0 and 1",
        {US: US.replace("patience", "§1")},
    ),
    wrong(
        "negative-tempo",
        "The tempo of us can reach -0.5, below 0, where tempo is 0.5",
        {US: US.replace(": tempo", ": §tempo - 1")},
    ),
    wrong("negative-precision", "The precision of us can reach -0.8, below 0", {US: US.replace("sense", "§sense - 1")}),
    wrong(
        "payoff-not-finite",
        "can reach inf, which is not a number to reckon with, where worth is 1 and arms is few",
        {SAFETY: "safety: §worth / arms"},
    ),
    wrong("payoff-not-finite", "where arms is few", {"cost: {us: worth}": "gain: {us: §log(arms)}"}),
    wrong(
        "payoff-not-finite",
        "What us gains or loses by us.build can reach inf",
        {"cost: {us: worth}": "gain: {us: §exp(1000 * worth)}"},
    ),
    odd(
        "payoff-not-finite-unproven",
        "could not be shown to stay finite",
        {SAFETY: "safety: §arms / (worth * worth - worth + 0.26)"},
    ),
    odd(
        "chance-out-of-range-unproven",
        "could not be shown to stay between 0 and 1",
        {P: "{p: §luck ** 2 - luck + 0.5,"},
    ),
]

HAPPENINGS = [
    wrong(
        "situation-never",
        "Situation '2021-01' is one that 'never' excludes: 'arms is few and office is dove'",
        {NEVER: "never: [arms is few and office is dove]", "2021-01": "§2021-01"},
    ),
    wrong(
        "step-into-never",
        "us.build leads into what 'never' excludes ('arms is many and talks is open'): "
        "where arms is some and talks is open, it makes arms many",
        {NEVER: "never: [arms is many and talks is open]", "build": "§build"},
    ),
    wrong(
        "step-into-never",
        "Refusing us.cut leads into what 'never' excludes",
        {NEVER: "never: [arms is many and talks is open]", "cut: {when": "§cut: {refused: {arms: many}, when"},
    ),
    wrong(
        "what-if-never",
        "The what-if 'so' begins in a state that 'never' excludes",
        {
            NEVER: "never: [arms is many and talks is open]\n"
            "what_if:\n  §so: {from: 2020-01, set: {arms: many, talks: open}}"
        },
    ),
    odd(
        "guard-never-holds",
        "us.cut is never open: its guard holds in no state",
        {"arms > few and talks is open": "§arms > few and arms < some"},
    ),
    odd(
        "never-fires",
        "'A vote' never happens: its rate is zero wherever it could",
        {"- {about: A vote, rate: swing": "- {§about: A vote, rate: 0 * swing"},
    ),
    odd(
        "level-never-reached",
        "Level 'full' of 'arms' is never reached",
        {"arms: {levels: [few, some, many]": "§arms: {levels: [few, some, many, full]"},
    ),
    odd(
        "level-never-left",
        "Level 'open' of 'talks' is never left: no step leads away",
        {"then: {talks: shut}}\nchance": "then: {arms: few}}\nchance", "talks: {levels": "§talks: {levels"},
    ),
    odd(
        "factor-never-changes",
        "No step ever changes 'office'",
        {"office: {kinds": "§office: {kinds", "{office: dove if office is hawk else hawk}": "{arms: few}"},
    ),
]

STAKES = [
    odd(
        "constant-interest",
        "them's interest 'pride' is the same in every state that can be reached",
        {"-worth * arms": "-worth * arms, §pride: worth"},
    ),
    odd("no-effect", "'luck' never changes us's interest 'safety'", {SAFETY: "safety: §worth * arms + 0 * luck"}),
    odd(
        "no-effect",
        "'talks' never changes us's interest 'safety'",
        {SAFETY: "safety: §worth * arms if talks >= shut else 0"},
    ),
    odd(
        "idle-step",
        "them.leave changes nothing and pays nothing",
        {"leave: {when: talks is open": "§leave: {when: talks is shut"},
    ),
    odd(
        "idle-effect",
        "us.build sets 'talks' only where it already is so",
        {BUILD: "build: {when: arms < many and talks is shut, then: {arms: +1, talks: §shut}"},
    ),
    odd(
        "indifferent-veto",
        "them must consent to us.cut, but nothing that can happen changes its payoff",
        {"fear: -worth * arms": "fear: worth", "    cut: {": "    §cut: {"},
    ),
    odd(
        "indifferent-party",
        "them is asked about deals, but nothing that can happen changes its payoff",
        {"fear: -worth * arms": "fear: worth", NEVER: "deals: {parties: [us, §them], terms: {arms: all}}"},
    ),
    odd(
        "bystander",
        "others never moves and is never asked",
        {"  them: {tempo": "  §others: {tempo: tempo, discount: patience, precision: sense}\n  them: {tempo"},
    ),
    odd(
        "actor-never-moves",
        "them has actions but a tempo of 0, so it never moves",
        {"  them: {tempo: tempo": "  §them: {tempo: 0"},
    ),
]

DECLARATIONS = [
    odd(
        "unused-parameter",
        "Parameter 'wide' is in no formula",
        {"  worth: {l": "  §wide: {likely: 0.5, low: -1, high: 1, unit: x, basis: judgement}\n  worth: {l"},
    ),
    odd(
        "same-title",
        "Parameters 'luck' and 'worth' are both called 'good fortune'",
        {"luck: {l": "luck: {title: good fortune, l", "worth: {likely: 1": "§worth: {title: good fortune, likely: 1"},
    ),
    odd(
        "same-title",
        "Parameters 'sense' and 'luck' are both called 'sense'",
        {"luck: {l": "§luck: {title: sense, l"},
    ),
    odd(
        "same-title",
        "The title of parameter 'luck', 'swing', is the name of another parameter",
        {"luck: {l": "§luck: {title: swing, l", "swing: {l": "swing: {title: how fast, l"},
    ),
    odd(
        "same-title",
        "The title of parameter 'luck', 'Arms', is the name of a factor",
        {"luck: {l": "§luck: {title: Arms, l"},
    ),
    odd(
        "same-title",
        "The title of parameter 'luck', 'cut', is the name of an outcome",
        {"luck: {l": "§luck: {title: cut, l"},
    ),
    odd(
        "same-title",
        "Actors 'us' and 'them' are both called 'them'",
        {"  us: {tempo": "  us: {name: them, tempo", "  them: {tempo": "  §them: {tempo"},
    ),
    odd(
        "empty-title",
        "The title of 'luck' is empty",
        {"luck: {l": "luck: {title: §' ', l"},
    ),
    odd("empty-title", "The title of the scenario is empty", {"format: detente/1": "format: detente/1\ntitle: §''"}),
    odd(
        "empty-title",
        "The name of actor 'them' is empty",
        {"  them: {tempo": "  them: {name: §'', tempo"},
    ),
    odd(
        "no-range",
        "Parameter 'luck' has no range: low and high are both 0.3",
        {"luck: {likely: 0.3, low: 0.1, high: 0.6": "§luck: {likely: 0.3, low: 0.3, high: 0.3"},
    ),
    odd(
        "unread-factor",
        "No formula reads the factor 'mood'",
        {
            "office: {kinds: [hawk, dove]}": "office: {kinds: [hawk, dove]}\n  §mood: {kinds: [low, high]}",
            "office: hawk}": "office: hawk, mood: low}",
        },
    ),
    odd(
        "bare-number",
        "The number 3 in us's interest 'safety' has no range and no basis",
        {SAFETY: "safety: worth * arms * §3"},
    ),
    odd("bare-number", "The number 2 in the tempo of us", {US: US.replace(": tempo", ": §2")}),
    odd("bare-number", "The number 0.3 in a chance in them.invite", {P: "{p: luck * §0.3,"}),
    odd(
        "force-defines-outcome",
        "Force 'arming' holds 'arms', by which the outcome 'armed' is defined",
        {"[office]}": "[office], §arming: [arms]}"},
    ),
]

QUESTIONS = [
    odd(
        "outcome-never",
        "Outcome 'armed' holds in no state",
        {"armed: arms is many": "armed: §arms > few and arms < some"},
    ),
    odd(
        "outcome-never",
        "Outcome 'cut' can never happen: us.cut is never open",
        {"arms > few and talks is open": "arms > few and arms < some", "  cut: us": "  §cut: us"},
    ),
    odd("outcome-always", "Outcome 'armed' holds in every state", {"armed: arms is many": "armed: §arms >= few"}),
    odd(
        "deal-never",
        "No deal can have 'arms' at many",
        {NEVER: DEALS.replace("{TERMS}", "{§arms: all}").replace("{NAMED}", "soft: {arms: few}")},
    ),
    odd(
        "deal-never",
        "The deal 'too far' cannot be",
        {NEVER: DEALS.replace("{TERMS}", "{arms: all}").replace("{NAMED}", "§too far: {arms: many}")},
    ),
    odd(
        "idle-what-if",
        "The what-if 'same' changes nothing: it is '2020-01' as it was",
        {NEVER: "what_if:\n  §same: {from: 2020-01, set: {arms: few, luck: 0.3}}"},
    ),
]


def found_in(text: str) -> tuple[Problem, ...]:
    try:
        return load_text(text, "made.yaml").warnings
    except Problems as problems:
        return problems.found


def edited(edits: dict[str, str]) -> tuple[str, int, int]:
    """The changed text, and the line and column of its mark."""
    text = SOUND
    for old, new in edits.items():
        assert text.count(old) >= 1, f"{old!r} is not in the sound scenario"
        text = text.replace(old, new, 1)
    before = text[: text.index("§")]
    return text.replace("§", ""), before.count("\n") + 1, len(before) - before.rfind("\n")


def test_the_sound_scenario_is_sound() -> None:
    assert found_in(SOUND) == ()


@pytest.mark.parametrize(
    "case", [*NUMBERS, *HAPPENINGS, *STAKES, *DECLARATIONS, *QUESTIONS], ids=lambda case: case.code
)
def test_each_finding_is_told_at_its_place(case: Case) -> None:
    text, line, column = edited(case.edits)
    found = found_in(text)
    same = [problem for problem in found if problem.code == case.code and case.says in problem.message]
    assert same, "\n".join(f"{problem.code}: {problem.render()}" for problem in found)
    (problem,) = same
    assert problem.severity == case.severity
    assert problem.hint
    assert problem.place is not None
    assert (problem.place.file, problem.place.line, problem.place.column) == ("made.yaml", line, column)


def test_too_many_states_are_a_finding() -> None:
    names = [f"f{number}" for number in range(14)]
    text = "\n".join(
        [
            "actors:\n  us: {tempo: 1, discount: 0.9, precision: 0.3}\nfactors:",
            *(f"  {name}: {{levels: [a, b, c, d]}}" for name in names),
            "actions:\n  us:",
            *(f"    go_{name}: {{then: {{{name}: +1}}}}" for name in names),
            f"situations:\n  2020-01: {{{', '.join(f'{name}: a' for name in names)}}}",
        ]
    )
    (problem,) = [problem for problem in found_in(text) if problem.severity == "error"]
    assert problem.code == "too-many-states"
    assert problem.place is not None
    assert problem.place.line == 3


@settings(max_examples=25)
@given(scenarios(with_never=False), st.data())
def test_whatever_is_wrong_is_told_in_full(data: dict[str, Any], draw: st.DataObject) -> None:
    """On any scenario: no exception, no warning of NumPy's, and each finding with a place, a fix and a code."""
    name, entry = next(iter(data["factors"].items()))
    levels = entry.get("levels") or entry["kinds"]
    data = {**data, "never": [f"{name} is {draw.draw(st.sampled_from(levels))}"]}
    for problem in found_in(text_of(data)):
        assert problem.place
        assert problem.hint
        assert problem.code
        assert not problem.message.endswith(".")

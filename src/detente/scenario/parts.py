"""Actors, factors, parameters, interests and outcomes: from what is written to what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from detente.problems import did_you_mean
from detente.scenario import syntax
from detente.scenario.expression import Fault, parse
from detente.scenario.model import Actor, Factor, Interest, OutcomeSpec, Parameter

if TYPE_CHECKING:
    from detente.problems import Place
    from detente.scenario.document import FactorText
    from detente.scenario.reading import Reading
    from detente.scenario.syntax import Node
    from detente.scenario.values import ParameterText
    from detente.source import Written

MOST_LEVELS = 256
SITUATION_KEYS = frozenset(("about", "like", "date", "next", "claims"))
_UNKNOWN = ("?",)  # stands for levels that could not be read
_FIXED = "this may depend on parameters only, not on the state"


def names(reading: Reading) -> tuple[dict[str, str], set[str]]:
    """Every actor's, factor's and parameter's name with its kind, and those that are no good."""
    document, taken, bad = reading.document, dict[str, str](), set[str]()
    kinds = (("actors", "an actor"), ("factors", "a factor"), ("parameters", "a parameter"))
    for section, kind in kinds:
        for word in getattr(document, section):
            if not reading.name(kind, word, reading.key(section, word)):
                bad.add(word)
            if word in taken:
                message = f"{word!r} is already the name of {taken[word]}"
                reading.error(message, reading.key(section, word), "Formulas could not tell them apart.", "name-clash")
                bad.add(word)
            if section == "factors" and word in SITUATION_KEYS:
                message = f"{word!r} cannot name a factor: situations have a key of that name"
                reading.error(message, reading.key(section, word), None, "reserved-name")
                bad.add(word)
            taken.setdefault(word, kind)
    return taken, bad


def actors(reading: Reading) -> tuple[Actor, ...]:
    """The actors, their numbers read."""
    found = []
    for word, text in reading.document.actors.items():
        at = ("actors", word)
        tempo, discount, precision = (
            reading.number(value, *at, key, only=_FIXED)
            for key, value in (("tempo", text.tempo), ("discount", text.discount), ("precision", text.precision))
        )
        claims = reading.cited(text.claims, *at, "claims")
        found.append(Actor(word, text.name or word, tempo, discount, precision, text.about, claims, reading.key(*at)))
    return tuple(found)


def factors(reading: Reading, taken: dict[str, str]) -> tuple[Factor, ...]:
    """The factors; those that cannot be understood go to ``reading.broken``."""
    return tuple(_factor(reading, word, text, taken) for word, text in reading.document.factors.items())


def _factor(reading: Reading, word: str, text: FactorText, taken: dict[str, str]) -> Factor:
    at = ("factors", word)
    key = "kinds" if text.levels is None else "levels"
    levels = text.kinds if text.levels is None else text.levels
    if levels is None:
        if not reading.misspelt("levels", *at) and not reading.misspelt("kinds", *at):
            hint = "levels: [low, high] in order, or kinds: [a, b] without."
            reading.error(f"Factor {word!r} needs 'levels' or 'kinds'", reading.key(*at), hint, "no-levels")
        reading.broken.add(word)
        levels = ()
    elif text.levels is not None and text.kinds is not None:
        message = f"Factor {word!r} has both 'levels' and 'kinds'"
        reading.error(
            message, reading.key(*at, "kinds"), "'levels' are ordered, 'kinds' are not.", "both-levels-and-kinds"
        )
    elif len(levels) < 2 or len(levels) > MOST_LEVELS:
        few = len(levels) < 2
        message = f"Factor {word!r} needs at least two {key}"
        if not few:
            message = f"Factor {word!r} has {len(levels):,} {key}; at most {MOST_LEVELS} can be told apart"
        advice = None if few else "Merge levels that lead to the same behaviour."
        reading.error(message, reading.key(*at, key), advice, "too-few-levels" if few else "too-many-levels")
        reading.broken.add(word)
    else:
        _level_names(reading, word, key, levels, taken)
    ordered = text.levels is not None
    scores = _scores(reading, text, levels, *at)
    if word in reading.broken:
        levels, scores = _UNKNOWN, (0.0,) if ordered else ()
    claims = reading.cited(text.claims, *at, "claims")
    return Factor(word, levels, ordered, scores, text.about, claims, reading.key(*at))


def _level_names(reading: Reading, word: str, key: str, levels: tuple[str, ...], taken: dict[str, str]) -> None:
    seen = set()
    for position, level in enumerate(levels):
        place = reading.at("factors", word, key, position)
        if level in seen:
            reading.error(f"{word!r} has the level {level!r} twice", place, None, "duplicate-level")
        seen.add(level)
        if not reading.name("a level", level, place):
            continue
        if taken.get(level) in ("a factor", "a parameter"):
            reading.error(f"{level!r} is a level here and also the name of {taken[level]}", place, None, "name-clash")


def _scores(reading: Reading, text: FactorText, levels: tuple[str, ...], *at: str) -> tuple[float, ...]:
    if text.levels is None:
        if text.scores is not None and text.kinds is not None:
            hint = "Only ordered 'levels' count in arithmetic."
            reading.error("'kinds' have no scores", reading.key(*at, "scores"), hint, "scores-of-kinds")
        return ()
    if text.scores is not None and len(text.scores) == len(levels):
        return text.scores
    if text.scores is not None and (*at, "levels") not in reading.mended:
        message = f"{len(levels)} levels need as many scores, not {len(text.scores)}"
        reading.error(message, reading.key(*at, "scores"), None, "scores-count")
    return tuple(position / max(1, len(levels) - 1) for position in range(len(levels)))


def parameters(reading: Reading) -> tuple[Parameter, ...]:
    """The parameters, with low <= likely <= high and a basis."""
    return tuple(parameter(reading, text, "parameters", word) for word, text in reading.document.parameters.items())


def parameter(reading: Reading, text: ParameterText, *at: str) -> Parameter:
    """One parameter; ``at`` is its path, which ends in its name."""
    word = at[-1]
    told = {problem.place for problem in reading.found.found}
    whole = not any(reading.touched(*at, key) or reading.at(*at, key) in told for key in ("likely", "low", "high"))
    if whole and text.low > text.high:
        message = f"The low of {word!r}, {text.low:g}, lies above its high, {text.high:g}"
        reading.error(message, reading.at(*at, "low"), None, "range")
    elif whole and not text.low <= text.likely <= text.high:
        message = f"The likely value of {word!r}, {text.likely:g}, lies outside {text.low:g} to {text.high:g}"
        reading.error(message, reading.at(*at, "likely"), None, "range")
    basis, kind = _basis(reading, text, *at)
    return Parameter(
        word, text.likely, text.low, text.high, text.unit, basis, kind, text.note, text.about, reading.key(*at),
        text.title,
    )  # fmt: skip


def _basis(
    reading: Reading, text: ParameterText, *path: str
) -> tuple[tuple[str, ...], Literal["claims", "estimate", "judgement"]]:
    at, basis, word = (*path, "basis"), text.basis, path[-1]
    if isinstance(basis, list) and basis and all(isinstance(item, str) for item in basis):
        return reading.cited(basis, *at), "claims"
    if basis == "estimate":
        if not text.note:
            hint = "Add 'note:' with how it was estimated and from what."
            reading.error(f"{word!r} is an estimate and needs a note", reading.at(*at), hint, "estimate-without-note")
        return (), "estimate"
    if basis != "judgement":
        hint = "A basis is a list of claim ids, such as [W01], or 'estimate' with a note, or 'judgement'."
        if isinstance(basis, str):
            hint = (
                f"Write [{basis}]."
                if basis in reading.claims
                else did_you_mean(basis, ("estimate", "judgement")) or hint
            )
        reading.error(f"This is no basis for {word!r}", reading.at(*at), hint, "basis")
    return (), "judgement"


def interests(reading: Reading) -> tuple[Interest, ...]:
    """The monthly payoffs, actor by actor."""
    found = []
    for owner, entries in reading.document.interests.items():
        actor = reading.actor(owner, reading.key("interests", owner))
        for name, text in entries.items():
            at: tuple[str, ...] = ("interests", owner, name)
            value = reading.number(text.value, *at, *(("value",) if (*at, "value") in reading.source.values else ()))
            claims = reading.cited(text.claims, *at, "claims")
            if actor is not None:
                found.append(Interest(actor, name, value, text.about, claims, reading.key(*at)))
    return tuple(found)


def outcomes(reading: Reading) -> tuple[OutcomeSpec, ...]:
    """What is forecast: tests on the state, or actions taken."""
    return tuple(_outcome(reading, name) for name in reading.document.outcomes)


def _outcome(reading: Reading, name: str) -> OutcomeSpec:
    text, at = reading.document.outcomes[name], ("outcomes", name)
    claims = reading.cited(text.claims, *at, "claims")
    given = [(key, value) for key, value in (("when", text.when), ("action", text.action)) if value is not None]
    if len(given) != 1:
        if not reading.misspelt("when", *at) and not reading.misspelt("action", *at):
            message = f"Outcome {name!r} needs either 'when' or 'action'"
            reading.error(
                message, reading.key(*at), "when: a test on the state; action: actor.action.", "outcome-shape"
            )
        return OutcomeSpec(name, None, (), text.about, claims, reading.key(*at))
    key, value = given[0]
    steps = (*at, key) if (*at, key) in reading.source.values else at
    written = reading.written(value, *steps)
    taken = _acts(reading, written, must=key == "action")
    when = None if taken is not None else reading.test(value, *steps)
    return OutcomeSpec(name, when, taken or (), text.about, claims, reading.key(*at))


def _acts(reading: Reading, written: Written, must: bool) -> tuple[int, ...] | None:
    """The actions of ``actor.action or actor.action``; None where the text is a test instead."""
    try:
        tree = parse(written.text)
    except Fault:
        return None
    nodes = tree.terms if isinstance(tree, syntax.Junction) and tree.word == "or" else (tree,)
    if not any(isinstance(node, syntax.Dotted) for node in nodes) and not must:
        return None
    found = [_act(reading, node, written.place(node.start, node.end), written) for node in nodes]
    return tuple(dict.fromkeys(action for action in found if action is not None))


def _act(reading: Reading, node: Node, place: Place | None, written: Written) -> int | None:
    if not isinstance(node, syntax.Dotted):
        hint = "An outcome is a test on the state, or actions joined by 'or'; not both."
        reading.error("This is no 'actor.action'", place, hint, "outcome-mixed")
        return None
    owner = reading.actor(node.owner.word, written.place(node.owner.start, node.owner.end))
    if owner is None:
        return None
    own = reading.action_index.get(owner, {})
    if node.member.word == "wait":
        reading.error("Waiting is no outcome: it changes nothing", place, None, "outcome-wait")
        return None
    return reading.index("action", node.member.word, own, written.place(node.member.start, node.member.end))

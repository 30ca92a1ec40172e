"""What formulas compute: Python's own numbers, in NumPy and in JAX, and bounds that hold what can happen."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.problems import Findings
from detente.scenario import naming
from detente.scenario.formula import Formula, LevelFormula, always, constant, difference, times
from detente.scenario.model import Factor
from detente.source import Written

FACTORS = (
    Factor("arms", ("none", "few", "many"), True, (0.0, 0.5, 1.0)),
    Factor("talks", ("closed", "open"), True, (0.0, 3.0)),
    Factor("leader", ("hawk", "dove"), False, ()),
    Factor("trust", ("none", "few", "many"), True, (0.0, 0.5, 1.0)),
)
NAMES = naming.Names(FACTORS, frozenset(("p", "q", "r")), frozenset(("us",)))
STATES = np.array(list(product(range(3), range(2), range(2), range(3))))
NUMBERS = {"p": 0.3, "q": 2.0, "r": -1.5}
RANGES = {"p": (0.1, 0.6), "q": (1.0, 4.0), "r": (-2.0, 0.5)}


def number(text: str) -> Formula:
    found = Findings()
    formula = naming.number(Written(text), NAMES, found)
    assert formula is not None, found.problems()
    return formula


def condition(text: str) -> Formula:
    found = Findings()
    formula = naming.condition(Written(text), NAMES, found)
    assert formula is not None, found.problems()
    return formula


def level(text: str, factor: int) -> LevelFormula:
    found = Findings()
    formula = naming.level(Written(text), factor, NAMES, found)
    assert formula is not None, found.problems()
    return formula


# random formulas, written so that Python can evaluate the very same text

LEVELS = {name: at for factor in FACTORS for at, name in enumerate(factor.levels)}
TESTS = st.one_of(
    st.tuples(
        st.sampled_from(["arms", "trust"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.sampled_from(["none", "few", "many"]),
    ),
    st.tuples(
        st.sampled_from(["many", "none"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.sampled_from(["arms", "trust"]),
    ),
    st.tuples(st.just("leader"), st.sampled_from(["is", "is not"]), st.sampled_from(["hawk", "dove"])),
    st.tuples(
        st.just("talks"), st.sampled_from(["in", "not in"]), st.sampled_from(["(open, closed)", "[open]", "(closed,)"])
    ),
    st.tuples(st.just("arms"), st.sampled_from(["<", "<=", "is"]), st.just("trust")),
).map(" ".join)
NUMERALS = st.sampled_from(["p", "q", "r", "0", "1", "2", "0.25", "p", "talks_", "arms_"])


def grown(tests: bool) -> st.SearchStrategy[str]:
    """Formulas of numbers; with conditions on numbers too if ``tests``."""
    return st.recursive(
        NUMERALS,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "+", "*", "-"]), inner).map(" ".join),
            inner.map("({})".format),
            inner.map("-({})".format),
            st.tuples(inner, st.sampled_from(["2", "3", "0", "-1", "q"])).map(lambda part: f"({part[0]}) ** {part[1]}"),
            st.tuples(st.sampled_from(["abs", "exp", "log"]), inner).map(lambda part: f"{part[0]}({part[1]})"),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
                lambda part: f"{part[0]}({part[1]}, {part[2]})"
            ),
            st.tuples(inner, TESTS, inner).map(lambda part: f"({part[0]} if {part[1]} else {part[2]})"),
            *(
                [
                    st.tuples(inner, inner, inner).map(
                        lambda part: f"({part[0]} if 0 + {part[1]} < 0 + {part[2]} else {part[0]})"
                    )
                ]
                if tests
                else []
            ),
        ),
        max_leaves=7,
    )


FORMULAS = grown(tests=True)


def scored(text: str) -> str:
    return text.replace("arms_", "arms").replace("talks_", "talks")


def by_python(text: str, state: np.ndarray, numbers: dict[str, float]) -> float | None:
    """The text evaluated by Python itself; None where Python has no real number for it."""
    values: dict[str, object] = {factor.name: int(at) for factor, at in zip(FACTORS, state, strict=True)}
    values |= {f"{factor.name}_": factor.scores[at] for factor, at in zip(FACTORS, state, strict=True) if factor.scores}
    text = text.replace(" is not ", " != ").replace(" is ", " == ")
    scope = {"__builtins__": {}, "min": min, "max": max, "abs": abs, "exp": math.exp, "log": math.log}
    try:
        result = eval(text, scope, values | LEVELS | numbers)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    if isinstance(result, complex) or not math.isfinite(result):
        return None
    return float(result)


@settings(max_examples=150)
@given(FORMULAS)
def test_numbers_are_pythons(text: str) -> None:
    got = number(scored(text))(STATES, NUMBERS)
    assert got.dtype == np.float64
    for state, value in zip(STATES, got, strict=True):
        expected = by_python(text, state, NUMBERS)
        if expected is not None:
            assert value == pytest.approx(expected, rel=1e-12, abs=1e-300)


CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, inner).map(" and ".join),
        st.tuples(inner, inner).map(" or ".join),
        st.tuples(inner, inner, inner).map(lambda part: f"({part[0]} if {part[1]} else {part[2]})"),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_conditions_are_pythons(text: str) -> None:
    formula = condition(text)
    got = formula(STATES)
    assert got.dtype == np.bool_
    assert list(got) == [bool(by_python(text, state, {})) for state in STATES]
    surely, possibly = formula.bounds(STATES, {})
    assert (surely == got).all()
    assert (possibly == got).all()


@settings(max_examples=200)
@given(FORMULAS, st.data())
def test_bounds_hold_what_can_happen(text: str, data: st.DataObject) -> None:
    formula = number(scored(text))
    low, high = formula.bounds(STATES, RANGES)
    assert (low <= high).all()
    for _ in range(4):
        numbers = {name: data.draw(st.floats(*ends)) for name, ends in RANGES.items()}
        values = formula(STATES, numbers)
        room = 1e-9 * (1 + np.abs(values))
        good = np.isfinite(values)
        assert (values[good] >= (low - room)[good]).all()
        assert (values[good] <= (high + room)[good]).all()
        assert np.isinf(high - low)[~good].all() or not np.isfinite(values[~good]).any()


@settings(max_examples=25)
@given(FORMULAS)
def test_jax_gives_the_same_and_differentiates(text: str) -> None:
    formula = number(scored(text))
    with jax.enable_x64(True):
        got = jax.jit(lambda numbers: formula(STATES, numbers, xp=jnp))(NUMBERS)
        assert got.dtype == jnp.float64
        assert got.shape == (len(STATES),)
    expected = formula(STATES, NUMBERS)
    good = np.isfinite(expected)
    np.testing.assert_allclose(np.asarray(got)[good], expected[good], rtol=1e-9, atol=1e-12)


def test_a_branch_is_computed_only_where_it_holds() -> None:
    formula = number("1 / p if arms is many else log(p) if arms is few else 0")
    arms = STATES[:, 0]
    with jax.enable_x64(True):
        none = jax.jacrev(lambda p: formula(STATES[arms == 0], {"p": p}, xp=jnp))(0.0)
        slope = np.asarray(jax.jacfwd(lambda p: formula(STATES, {"p": p}, xp=jnp))(0.0))
    assert (np.asarray(none) == 0).all()
    assert (slope[arms == 0] == 0).all()
    assert np.isinf(slope[arms > 0]).all()
    low, high = formula.bounds(STATES, {"p": (0.0, 1.0)})
    assert (low[arms == 0] == 0).all()
    assert (high[arms == 0] == 0).all()
    assert np.isinf(high[arms == 2]).all()


def test_bounds_that_matter() -> None:
    exact = [
        ("p * (1 - arms)", (0.0, 0.6)),
        ("0 * exp(1000 * q) ", (0.0, 0.0)),
        ("1 - p - (1 - p)", (0.0, 0.0)),  # p occurs twice, linearly: exact
        ("p * q + (1 - p) * q", (1.0, 4.0)),
        ("r ** 2", (0.0, 4.0)),
        ("abs(r)", (0.0, 2.0)),
        ("max(min(r, 0), -1)", (-1.0, 0.0)),
        ("1 if p < 0.05 else 2", (2.0, 2.0)),
        ("1 if p < 0.3 else 2", (1.0, 2.0)),
        ("1 / r", (-np.inf, np.inf)),
        ("log(r)", (-np.inf, np.log(0.5))),
    ]
    for text, (least, most) in exact:
        low, high = number(text).bounds(STATES, RANGES)
        assert low.min() == pytest.approx(least, abs=1e-12), text
        assert high.max() == pytest.approx(most, abs=1e-12), text


def test_levels() -> None:
    arms = STATES[:, 0]
    assert (level("many", 0)(STATES) == 2).all()
    assert (level("+1", 0)(STATES) == np.minimum(arms + 1, 2)).all()
    assert (level("-2", 0)(STATES) == np.maximum(arms - 2, 0)).all()
    assert (level("arms", 0)(STATES) == arms).all()
    chosen = level("+1 if leader is hawk else none if talks is open else arms", 0)
    expected = np.where(STATES[:, 2] == 0, np.minimum(arms + 1, 2), np.where(STATES[:, 1] == 1, 0, arms))
    assert (chosen(STATES) == expected).all()
    assert chosen.factors == {0, 1, 2}
    assert level("many", 0).factors == frozenset()
    assert level("many if trust > few else few", 0).factors == {3}


def test_shapes() -> None:
    formula = number("arms * p")
    assert formula(STATES[0], NUMBERS).shape == ()
    assert formula(STATES.reshape(6, 6, 4), NUMBERS).shape == (6, 6)
    assert (formula(list(STATES.T), NUMBERS) == formula(STATES, NUMBERS)).all()
    assert formula((2, 0, 0, 0), NUMBERS) == pytest.approx(0.3)
    assert number("3")(STATES, {}).shape == (36,)
    assert number("3")(STATES[:0], {}).shape == (0,)
    assert number("1 if arms is many else p")(STATES[:0], NUMBERS).shape == (0,)
    assert formula(np.zeros((5, 4), dtype=np.uint8), NUMBERS).tolist() == [0.0] * 5


def test_nothing_warns() -> None:
    for text in ("1 / (arms - arms)", "exp(1000)", "log(-1)", "(-1) ** 0.5", "9**9**9**9", "0 / 0"):
        number(text)(STATES, NUMBERS)
        number(text).bounds(STATES, RANGES)


def test_what_it_reads() -> None:
    formula = number("p * arms if leader is hawk else 3 * q - 1")
    assert formula.factors == {0, 2}
    assert formula.parameters == {"p", "q"}
    assert [value for value, _ in formula.literals] == [3.0, 1.0]
    assert not formula.constant
    assert formula == number(" p * arms if leader is hawk  else 3 * q - 1")
    assert hash(formula) == hash(number("p * arms if leader is hawk else 3 * q - 1"))
    with pytest.raises(FrozenInstanceError):
        formula.text = "x"  # type: ignore[misc]


def test_made_of_others() -> None:
    p, one = number("p"), constant(1.0)
    assert difference(one, p, number("p * q"))(STATES, NUMBERS)[0] == pytest.approx(1 - 0.3 - 0.6)
    assert difference(one, p, number("p * q")).text == "1 - p - (p * q)"
    assert difference(None, constant(0.5)).text == "-0.5"
    assert difference(None, p)(STATES, NUMBERS)[0] == -0.3
    assert times(one, p) == p
    assert times(p, number("q + r"))(STATES, NUMBERS)[0] == pytest.approx(0.15)
    assert times(p, number("q + r")).text == "p * (q + r)"
    assert always()(STATES).all()


WRONG = [
    ("number", "arm", "unknown-name", "arm", "Did you mean 'arms'?"),
    ("number", "p * many", "level-as-number", "many", None),
    ("number", "leader + 1", "kinds-as-number", "leader", None),
    ("number", "us * 2", "actor-in-formula", "us", None),
    ("number", "arms is many", "not-a-number", "arms is many", None),
    ("number", "1 + (arms > few)", "not-a-number", "arms > few", None),
    ("number", "1 if arms else 0", "not-a-test", "arms", "Write 'arms is many'."),
    ("number", "1 if p else 0", "not-a-test", "p", None),
    ("number", "us.attack", "attribute", "us.attack", "'actor.action' stands only in outcomes."),
    ("number", "arms.real", "attribute", "arms.real", None),
    ("number", "1 if p < arms else 0", "not-a-level", "p", None),
    ("number", "(1, 2)", "formula", "(1, 2)", None),
    ("condition", "arms > p", "not-a-level", "p", None),
    ("condition", "p > 0.2", "reads-parameter", "p", None),
    ("condition", "arms > 0.5", "not-a-level", "0.5", "Write the name of a level."),
    ("condition", "arms > mny", "unknown-level", "mny", "Did you mean 'many'?"),
    ("condition", "arms is open", "unknown-level", "open", "'open' is a level of 'talks'; 'arms' has none, few, many."),
    ("condition", "leader > hawk", "kinds-ordered", "leader", None),
    ("condition", "arms is few or many", "not-a-test", "many", None),
    ("condition", "arms is talks", "not-a-level", "talks", None),
    ("condition", "arm is many", "unknown-name", "arm", "Did you mean 'arms'?"),
    ("condition", "many > few", "level-as-number", "many", "Write 'arms > many'."),
    ("condition", "1 is 2", "is-without-factor", "1", None),
    ("condition", "arms in many", None, "", None),
    ("condition", "arms in ()", "formula", "()", None),
    ("condition", "3", "not-a-test", "3", None),
    ("condition", "arms + 1", "not-a-test", "arms + 1", None),
    ("arms", "up", "unknown-level", "up", "Its levels are none, few, many."),
    ("arms", "1", "not-a-level", "1", "Write the level's name, or '+1' for a step up."),
    ("arms", "trust", "unknown-level", "trust", None),
    ("arms", "+0", "bad-step", "+0", None),
    ("arms", "+3", "bad-step", "+3", None),
    ("arms", "+0.5", "bad-step", "+0.5", None),
    ("arms", "few + 1", "not-a-level", "few + 1", None),
    ("arms", "many if p > 0.5 else few", "reads-parameter", "p", None),
    ("leader", "+1", "step-on-kinds", "+1", "Its kinds are hawk, dove."),
]


@pytest.mark.parametrize(("kind", "text", "code", "part", "hint"), WRONG, ids=[f"{row[0]}: {row[1]}" for row in WRONG])
def test_the_wrong_part_is_named(kind: str, text: str, code: str | None, part: str, hint: str | None) -> None:
    from detente.reader import read

    found = Findings()
    written = read(f'a: "{text}"', "f.yaml", found).written("a")
    if kind == "number":
        result: object = naming.number(written, NAMES, found)
    elif kind == "condition":
        result = naming.condition(written, NAMES, found)
    else:
        result = naming.level(written, NAMES.index[kind], NAMES, found)
    if code is None:
        assert result is not None
        return
    assert result is None
    (problem,) = found.found
    assert (problem.code, problem.hint) == (code, hint or problem.hint)
    assert problem.place is not None
    start = problem.place.column - 1
    assert problem.place.text[start : start + problem.place.width] == part
    assert problem.message[0].isupper() or problem.message[0] == "'"


def test_every_fault_of_a_formula_is_told() -> None:
    found = Findings()
    assert naming.number(Written("arm + trst * 2 if leader > hawk else many"), NAMES, found) is None
    assert [problem.code for problem in found.found] == [
        "unknown-name",
        "unknown-name",
        "kinds-ordered",
        "level-as-number",
    ]

from types import SimpleNamespace

import numpy as np
import pytest

from detente.outcome.forward import forward
from detente.outcome.histories import Change, Event, sample
from detente.outcome.process import assemble
from detente.outcome.tally import tally
from detente.outcome.targets import Target
from detente.outcome.telling import Teller, third_person
from detente.problems import DetenteError
from detente.scenario.model import Month
from tests.outcome.chains import line, random_chain, schedule, target

TARGETS = [target(6, 2), target(6, 1, 4), Target("one", None, (0,)), Target("several", None, (1, 2))]


def structure(size):
    """One factor whose level is the state."""
    return SimpleNamespace(states=SimpleNamespace(levels=np.arange(size)[:, None].astype(np.uint8)))


def test_histories_drawn_together_have_the_chances_of_the_forecast():
    chain, dates, count = random_chain(3, speed=0.5), schedule(6, (2, 2), (2, 3), (6, 2)), 100_000
    found, sampled = forward(chain, TARGETS, 0, dates), tally(chain, TARGETS, 0, dates, count, seed=1)
    for exact, share in ((found.by, sampled.by), (found.slips, sampled.slips), (found.at[:2], sampled.at[:2])):
        spread = np.sqrt(exact * (1 - exact) / count)
        assert (np.abs(exact - share) <= 5 * spread + 1e-9).all()
    assert np.isnan(sampled.at[2:]).all()


def test_histories_follow_one_another_and_their_dates():
    chain, dates = random_chain(8), schedule(24, (6, 2), (6, 3), (24, 3))
    told = sample(chain, structure(6), 1, dates, 40, seed=5)
    assert len(told) == 40
    assert told == sample(chain, structure(6), 1, dates, 40, seed=5)
    for history in told:
        states = [history.start] + [event.after for event in history.events]
        assert [event.before for event in history.events] == states[:-1]
        assert history.end == states[-1]
        times = [event.time for event in history.events]
        assert times == sorted(times)
        assert all(0 < time <= 24 for time in times)
        for event in history.events:
            assert (event.action is None) != (event.rule is None)
            assert event.month == dates.since.after(int(event.time))
            assert bool(event.changes) == (event.before != event.after)
            if event.dated:
                assert (int(event.time), event.rule) in dates.events
                assert chain.dated[event.rule].holds[event.before]
    assert any(event.refused for history in told for event in history.events)
    assert any(event.dated for history in told for event in history.events)


def test_single_histories_have_the_same_chances():
    chain, dates = random_chain(2), schedule(10, (4, 2))
    ends = [history.end for history in sample(chain, structure(6), 0, dates, 800, seed=2)]
    exact = forward(chain, [], 0, dates).occupancy
    share = np.bincount(ends, minlength=6) / 800
    assert (np.abs(share - exact) < 5 * np.sqrt(exact * (1 - exact) / 800) + 1e-9).all()


def test_where_nothing_can_happen_nothing_does():
    quiet = assemble(1, 0, [])
    (history,) = sample(quiet, structure(1), 0, schedule(60), 1, seed=0)
    assert history.events == ()
    assert history.end == 0
    assert tally(quiet, [target(1)], 0, schedule(6), 10, seed=0).by.tolist() == [[0.0] * 7]


def test_a_change_names_the_factor_and_its_levels():
    (history,) = sample(line(50.0), structure(2), 0, schedule(1), 1, seed=0)
    assert history.events[0].changes == (Change(0, 0, 1),)


def test_counting_stops_at_so_many_outcomes():
    with pytest.raises(DetenteError, match="63"):
        tally(line(1.0), [target(2, 1)] * 63, 0, schedule(1), 1, seed=0)


# --- told in words


def named(**fields):
    return SimpleNamespace(**{"about": "", **fields})


SCENARIO = SimpleNamespace(
    title="A dispute",
    about="Sanctions of the UN.",
    actors=[
        named(name="dprk", title="North Korea", about="It looks to Pyongyang."),
        named(name="us", title="United States"),
        named(name="generals", title="The US military and institutions"),
        named(name="china", title="China"),
    ],
    factors=[
        named(name="channel", levels=("closed", "working")),
        named(name="un_sanctions", levels=("eased", "in_force")),
    ],
    actions=[
        named(name="offer_talks", actor=1, consent=[SimpleNamespace(actor=0)]),
        named(name="test", actor=0, consent=[]),
        named(name="ease_un_sanctions", actor=1, consent=[SimpleNamespace(actor=3), SimpleNamespace(actor=2)]),
        named(name="meet_dprk_in_pyongyang", actor=2, consent=[SimpleNamespace(actor=0)]),
    ],
    rules=[named(name="US election")],
)


def happening(action=None, rule=None, refused=False, slip=False, changes=()):
    return Event(21.5, Month(2027, 3), action, rule, rule is not None, refused, slip, 0, 1, tuple(changes))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            happening(0, changes=[Change(0, 0, 1)]),
            "March 2027: the United States offers talks; North Korea agrees; channel: closed -> working.",
        ),
        (happening(0, refused=True), "March 2027: the United States offers talks; North Korea refuses."),
        (happening(1), "March 2027: North Korea tests; nothing changes."),
        (happening(1, slip=True), "March 2027: North Korea tests; nothing changes (a slip)."),
        (
            happening(2, changes=[Change(1, 1, 0)]),
            "March 2027: the United States eases UN sanctions; China and the US military and institutions agree; "
            "UN sanctions: in force -> eased.",
        ),
        (
            happening(2, refused=True),
            "March 2027: the United States eases UN sanctions; China and the US military and institutions "
            "do not all agree.",
        ),
        (
            happening(3, refused=True),
            "March 2027: the US military and institutions meet DPRK in Pyongyang; North Korea refuses.",
        ),
        (happening(rule=0), "March 2027: US election; nothing changes."),
    ],
)
def test_an_event_is_a_sentence(event, said):
    assert Teller(SCENARIO).sentence(event) == said


@pytest.mark.parametrize(
    ("verb", "third"),
    [
        ("offer", "offers"),
        ("push", "pushes"),
        ("go", "goes"),
        ("carry", "carries"),
        ("play", "plays"),
        ("have", "has"),
        ("be", "is"),
    ],
)
def test_verbs_in_the_third_person(verb, third):
    assert third_person(verb) == third


def test_a_history_is_told_event_by_event():
    (history,) = sample(line(50.0), structure(2), 0, schedule(1), 1, seed=0)
    told = "June 2025: the United States offers talks; North Korea agrees; channel: closed -> working."
    assert history.sentences(SCENARIO) == [told]

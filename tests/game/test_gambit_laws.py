"""What is written is read back bit by bit; a tree and its stochastic game are worth the same, whatever is played."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from detente.game.gambit import (
    Extensive,
    Move,
    Node,
    Outcome,
    Strategic,
    efg_text,
    nfg_text,
    read_efg,
    read_nfg,
    read_strategic,
    write_efg,
    write_nfg,
)
from detente.source import UNSEEN

LABELS = st.text(
    st.one_of(st.sampled_from('"\\{},\n\r\t 0ép'), st.characters(exclude_categories=["Cs"])), max_size=6
).filter(lambda label: not label.endswith("\\") and not UNSEEN.search(label))
PAYOFFS = st.floats(allow_nan=False, allow_infinity=False)
NONE = st.just("")
MODEST = st.integers(-50, 50).map(lambda n: n / 4)


def lists(draw, count, values=LABELS):
    return tuple(draw(st.lists(values, min_size=count, max_size=count)))


def chances(draw, count):
    given_as = draw(st.sampled_from(["shares", "floats"]))
    if given_as == "shares":
        shares = lists(draw, count, st.integers(0, 20))
        shares = (shares[0] + 1, *shares[1:])
        return tuple(Fraction(share, sum(shares)) for share in shares)
    floats = [draw(st.floats(0, 1 / count)) for _ in range(count - 1)]
    return (*map(Fraction, floats), Fraction(1) - sum(map(Fraction, floats)))


@st.composite
def trees(draw, payoffs=PAYOFFS, labels=LABELS, most=20):
    players = lists(draw, draw(st.integers(1, 3)), labels)
    numbers = lists(draw, 3, st.integers(1, 10**9))
    outcomes = {number: Outcome(number, draw(labels), lists(draw, len(players), payoffs)) for number in numbers}
    events, nodes, waiting = [], [], 1
    while waiting:
        full = len(nodes) + waiting >= most
        kind = "t" if full else draw(st.sampled_from("tpppc" if nodes else "pppc"))
        move = None
        if kind == "p":
            actions = lists(draw, draw(st.integers(1, 3)), labels)
            move = Move(draw(st.integers(1, len(players))), 1 + 3 * len(nodes), draw(labels), actions)
        elif kind == "c" and events and draw(st.booleans()):
            move = draw(st.sampled_from(events))
        elif kind == "c":
            count = draw(st.integers(1, 3))
            move = Move(0, len(events) + 1, draw(labels), lists(draw, count, labels), chances(draw, count))
            events.append(move)
        nodes.append(Node(draw(labels), move, outcomes.get(draw(st.sampled_from([0, *numbers])))))
        waiting += nodes[-1].branches - 1
    return Extensive(draw(labels), players, tuple(nodes), draw(labels))


@given(trees())
def test_a_tree_is_read_back_as_it_was(tree):
    back = read_efg(efg_text(tree))
    assert back == tree
    assert repr(back) == repr(tree)  # -0.0 is not 0.0


@st.composite
def tables(draw):
    shape = draw(array_shapes(min_dims=1, max_dims=4, max_side=3))
    players = lists(draw, len(shape))
    strategies = tuple(lists(draw, count) for count in shape)
    if draw(st.booleans()):
        strategies = tuple(tuple(str(a + 1) for a in range(count)) for count in shape)
    values = st.one_of(PAYOFFS, st.sampled_from([0.0, -0.0, 1 / 3]))
    payoffs = draw(arrays(np.float64, (len(shape), *shape), elements=values))
    return Strategic(draw(LABELS), players, strategies, payoffs, draw(LABELS))


@given(tables(), st.sampled_from(["payoffs", "outcomes"]))
def test_a_table_is_read_back_as_it_was(table, form):
    back = read_strategic(nfg_text(table, form) + "\n")
    assert back.payoffs.shape == table.payoffs.shape
    assert back.payoffs.tobytes() == table.payoffs.tobytes()
    assert (back.title, back.players, back.strategies, back.comment) == (
        table.title,
        table.players,
        table.strategies,
        table.comment,
    )


@given(tables())
def test_a_game_is_read_back_as_it_was(table):
    game = table.game()
    back = read_nfg(nfg_text(game, "outcomes"))
    assert back.payoffs.tobytes() == game.payoffs.tobytes()
    assert (back.players, back.actions) == (game.players, game.actions)


@settings(max_examples=10)
@given(trees(), tables())
def test_the_same_through_files(tmp_path_factory, tree, table):
    folder = tmp_path_factory.mktemp("games")
    write_efg(tree, folder / "tree.efg")
    assert repr(read_efg(folder / "tree.efg")) == repr(tree)
    write_nfg(table, folder / "table.nfg")
    assert read_strategic(folder / "table.nfg").payoffs.tobytes() == table.payoffs.tobytes()


def by_paths(tree, policy):
    """Expected payoffs (N,) by going down every path, with the sum of its outcomes: no states, no folding."""
    total = np.zeros(len(tree.players))
    state = 0
    waiting = [(1.0, np.zeros(len(tree.players)))]
    for node in tree.nodes:
        chance, sums = waiting.pop()
        sums = sums + (node.outcome.payoffs if node.outcome else 0.0)
        if node.move is None:
            total += chance * sums
            continue
        if node.move.player:
            ways = policy[state]
            state += 1
        else:
            ways = [float(way) for way in node.move.chances]
        waiting += [(chance * way, sums) for way in reversed(ways)]
    return total


def by_states(tree, policy):
    """The same from the stochastic game: V = r + P V under the policies of all players, dummy actions included."""
    game, folded = tree.game(), tree.folded
    states, players = game.shape
    plays = np.ones((states, *game.sizes))
    for n, size in enumerate(game.sizes):
        mine = np.zeros((states, size))
        for s in range(states):
            row = policy[s] if tree.movers[s] == n else [1.0]
            mine[s, : len(row)] = row
            assert game.mask[n][s].tolist() == [a < len(row) for a in range(size)]
        plays = plays * mine.reshape(states, *[size if m == n else 1 for m in range(players)])
    axes = tuple(range(1, 1 + players))
    moves = (plays[..., None] * game.transitions).sum(axis=axes)
    gains = (plays[:, None] * game.payoffs).sum(axis=tuple(a + 1 for a in axes))
    values = np.linalg.solve(np.eye(states) - moves, gains)
    return folded.before + folded.start @ values


@given(trees(MODEST, NONE, 30), st.randoms(use_true_random=False))
def test_a_tree_and_its_game_are_worth_the_same(tree, chance):
    if not tree.decisions:
        return
    policy = []
    for actions in tree.actions:
        odds = [chance.random() + 0.01 for _ in actions]
        policy.append([each / sum(odds) for each in odds])
    np.testing.assert_allclose(by_states(tree, policy), by_paths(tree, policy), atol=1e-9)


@given(trees(MODEST, NONE))
def test_what_is_open_goes_somewhere_and_what_is_closed_nowhere(tree):
    if not tree.decisions:
        return
    folded = tree.folded
    came = folded.start + folded.transitions.reshape(-1, len(tree.decisions)).sum(axis=0)
    assert (came <= 1 + 1e-12).all()
    assert len(tree.states) == len(set(tree.decisions)) == len(folded.start)
    opened = np.ones(folded.transitions.shape[:-1], dtype=bool)
    for n, mask in enumerate(folded.mask):
        shape = [len(mask), *[mask.shape[1] if m == n else 1 for m in range(len(tree.players))]]
        opened &= mask.reshape(shape)
    assert not folded.transitions[~opened].any()
    assert not np.moveaxis(folded.payoffs, 1, -1)[~opened].any()
    earlier = np.tril(folded.transitions.sum(axis=tuple(range(1, folded.transitions.ndim - 1))))
    assert not earlier.any()  # play never goes back


BLANKS = [" ", "\n", "\r\n", "\t  ", "\u00a0"]
TEXT = """EFG 2 R "t" { "a" "b" } "about" c "n" 1 "e" { "x" 1/3 "y" 2/3 } 3 "o" { 1 -2.5 }
t "u" 3 p "v" 2 1 "s" { "l" "r" } 0 t "" 0 t "" 3"""
WORDS = TEXT.split()


@given(st.lists(st.sampled_from(BLANKS), min_size=len(WORDS), max_size=len(WORDS)))
def test_blanks_mean_nothing(blanks):
    text = "".join(word + blank for word, blank in zip(WORDS, blanks, strict=True))
    assert read_efg(text + "\n") == read_efg(" ".join(WORDS).replace("{ ", "{").replace(" }", "}"))


@pytest.mark.parametrize("label", ['"', '\\"', '\\\\"', "a\\b", "\\\\n", '"\\\\"', "} {", "\n"])
def test_odd_labels(label):
    tree = Extensive(label, (label,), (Node(label),), label)
    assert read_efg(efg_text(tree)) == tree

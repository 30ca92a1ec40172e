"""Extensive games in Gambit's format: Gambit's own numbers, the tree as a stochastic game, labels."""

from fractions import Fraction

import numpy as np
import pytest

from detente.game.gambit import Extensive, Move, Node, Outcome, efg_text, read_efg, read_gambit, write_efg, write_gambit
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError

# contrib/games/cent4.efg of gambitproject/gambit: the centipede game of McKelvey and Palfrey 1992, 1998.
CENTIPEDE = """EFG 2 R "Centipede game, 4 move" { "Player 1" "Player 2" }
""

p "" 1 1 "(1,1)" { "TAKE" "PASS" } 0
t "" 1 "Outcome 1" { 0.80, 0.20 }
p "" 2 1 "(2,1)" { "TAKE" "PASS" } 0
t "" 2 "Outcome 2" { 0.40, 1.60 }
p "" 1 2 "(1,2)" { "TAKE" "PASS" } 0
t "" 3 "Outcome 3" { 3.20, 0.80 }
p "" 2 2 "(2,2)" { "TAKE" "PASS" } 0
t "" 4 "Outcome 4" { 1.60, 6.40 }
t "" 5 "Outcome 5" { 12.80, 3.20 }
"""

# By precision: the chance of TAKE at the four nodes in turn, of Gambit's agent quantal response equilibrium (16.x),
# which agrees with backward recursion to 5e-10.
TAKES = {
    0.5: [0.29625657492731744, 0.2779802855735908, 0.46488364935626575, 0.8320183851339245],
    1.0: [0.23619296552951877, 0.37629874417130627, 0.7615768235579715, 0.9608342772032357],
    2.0: [0.37284630679085295, 0.7587508037114838, 0.9594117942144679, 0.9983411989198255],
    5.0: [0.8514361040179494, 0.9818471868312385, 0.9996646477568695, 0.9999998874648379],
}

# Made up: chance at the root and in the middle, payoffs on the way, outcomes and an event known by number alone.
CRISIS = """EFG 2 R "Crisis with chance and payoffs on the way" { "State" "Rival" }
"Made up"

c "" 1 "resolve" { "strong" 1/4 "weak" 3/4 } 1 "aid" { 1, 0.5 }
p "" 1 1 "strong" { "threaten" "wait" "talk" } 2 "cost" { -1/2 0 }
c "" 2 "storm" { "yes" .2 "no" 0.8 } 0
p "" 2 1 "reply" { "yield" "fight" } 3 "alert" { 0, -25e-2 }
t "" 4 "win" { 3, -1 }
t "" 5 "war" { -2, -2 }
t "" 0
t "" 4
p "" 2 2 "offer" { "take" "leave" } 0
t "" 6 "deal" { 1.5, 1.5 }
p "" 1 2 "last" { "fight" "stop" } 1
t "" 5
t "" 0
t "" 6
"""

# pygambit 16.7.0 on CRISIS: values of the nodes and of the game for both players when all actions are equally likely,
UNIFORM = {
    "strong": [0.7833333333333333, -0.2833333333333333],
    "reply": [0.5, -1.75],
    "offer": [0.75, 0.5],
    "last": [0.0, -0.5],
    "game": [2.3208333333333333, 1.5541666666666667],
}
# and logit_solve_lambda(lam=1), in the order of the file.
LOGIT = [
    [0.055092861348847215, 0.7946975253922683, 0.1502096132588844],
    [0.7310585786310994, 0.26894142136890065],
    [0.7752864064597864, 0.2247135935402136],
    [0.11920292202094858, 0.8807970779790514],
]


def profile(tree, state, action):
    found = [0] * len(tree.players)
    found[tree.movers[state]] = action
    return tuple(found)


def backwards(tree, respond):
    """Policies and values (S, N) of the game's arrays, from the last node to the first."""
    game = tree.game()
    policies, values = [], np.zeros(game.shape)
    for s in reversed(range(len(tree.states))):
        at = [(s, *profile(tree, s, a)) for a in range(len(tree.actions[s]))]
        worth = np.array([game.payoffs[s][(slice(None), *i[1:])] + game.transitions[i] @ values for i in at])
        policies.insert(0, respond(worth[:, tree.movers[s]]))
        values[s] = policies[0] @ worth
    return policies, values


def logit(precision):
    def respond(worth):
        odds = np.exp(precision * (worth - worth.max()))
        return odds / odds.sum()

    return respond


@pytest.mark.parametrize("precision", TAKES)
def test_the_centipede_game_has_gambits_equilibrium(precision):
    tree = read_efg(CENTIPEDE)
    policies, _ = backwards(tree, logit(precision))
    np.testing.assert_allclose([policy[0] for policy in policies], TAKES[precision], atol=1e-9)


def test_the_centipede_game_as_states():
    tree = read_efg(CENTIPEDE)
    game = tree.game()
    assert tree.states == ("(1,1)", "(2,1)", "(1,2)", "(2,2)")
    assert tree.movers == (0, 1, 0, 1)
    assert game.players == ("Player 1", "Player 2")
    assert game.actions == (("TAKE", "PASS"), ("TAKE", "PASS"))
    assert game.discount.tolist() == [1, 1]
    assert [mask.tolist() for mask in game.mask] == [
        [[True, True], [True, False], [True, True], [True, False]],
        [[True, False], [True, True], [True, False], [True, True]],
    ]
    wanted = np.zeros((4, 2, 2, 4))
    wanted[0, 1, 0, 1] = wanted[1, 0, 1, 2] = wanted[2, 1, 0, 3] = 1
    np.testing.assert_array_equal(game.transitions, wanted)
    np.testing.assert_array_equal(game.payoffs[3, :, 0], [[1.6, 12.8], [6.4, 3.2]])
    np.testing.assert_array_equal(tree.folded.start, [1, 0, 0, 0])


def test_values_are_gambits_node_values():
    tree = read_efg(CRISIS)
    _, values = backwards(tree, lambda worth: np.full(len(worth), 1 / len(worth)))
    for label, value in zip(tree.states, values, strict=True):
        np.testing.assert_allclose(value, UNIFORM[label], atol=1e-14)
    folded = tree.folded
    np.testing.assert_allclose(folded.before + folded.start @ values, UNIFORM["game"], atol=1e-14)


def test_the_equilibrium_is_gambits_with_chance_and_payoffs_on_the_way():
    policies, _ = backwards(read_efg(CRISIS), logit(1.0))
    for found, wanted in zip(policies, LOGIT, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-10)


def test_chance_and_outcomes_are_folded():
    tree = read_efg(CRISIS)
    folded = tree.folded
    np.testing.assert_allclose(folded.start, [1 / 4, 0, 0, 0])
    np.testing.assert_allclose(folded.before, [1 + 3 / 4 * 1.5, 0.5 + 3 / 4 * 1.5])
    np.testing.assert_allclose(folded.transitions[0, :, 0], [[0, 0.2, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]])
    np.testing.assert_allclose(folded.payoffs[0, :, :, 0], [[-0.5, 2.5, -0.5], [0, -1, 0]])
    assert not folded.payoffs[0, :, :, 1].any()  # a closed action
    np.testing.assert_allclose(folded.payoffs[1, :, 0], [[3, -2], [-1.25, -2.25]])
    assert folded.mask[0].tolist() == [[True] * 3, [True, False, False], [True, False, False], [True, True, False]]
    assert tree.game().actions == (("1", "2", "talk"), ("1", "2"))  # one label a column, or its number


def test_what_is_known_by_number_is_what_was_described():
    nodes = read_efg(CRISIS).nodes
    assert nodes[7].outcome == nodes[4].outcome == Outcome(4, "win", (3.0, -1.0))
    text = (
        'EFG 2 R "" { "a" } c "" 7 "e" { "x" 1/3 "y" 2/3 } 0 c "" 7 0 t "" 0 t "" 0 c "" 7 "e" { "x" 2/6 "y" 2/3 } 0 '
    )
    tree = read_efg(text + 'p "" 1 4 "" { "go" } 0 t "" 9 "" { 6 } t "" 9 "" { 6, }')
    assert tree.nodes[1].move == tree.nodes[4].move == Move(0, 7, "e", ("x", "y"), (Fraction(1, 3), Fraction(2, 3)))
    np.testing.assert_allclose(tree.folded.start, [2 / 3 / 3])
    np.testing.assert_allclose(tree.folded.before, [4 / 9 * 6])


def test_chances_keep_their_exact_value_and_rounded_ones_are_made_to_sum_to_one():
    head, tail = 'EFG 2 R "" { "a" } c "" 1 "" { "x" ', ' } 0 p "" 1 1 "" { "u" "v" } 0 t "" 0 t "" 0 t "" 0'
    exact = read_efg(head + '0.1 "y" 9/10' + tail)
    assert exact.nodes[0].move.chances == (Fraction(1, 10), Fraction(9, 10))
    rounded = read_efg(head + '0.3333333333 "y" 0.6666666666' + tail)
    np.testing.assert_allclose(rounded.folded.start, [1 / 3], rtol=1e-12)
    never = read_efg(head + '0 "y" 1' + tail)
    np.testing.assert_array_equal(never.folded.start, [0])


def test_labels_of_states():
    def named(label, node):
        return f'p "{node}" 1 {{}} "{label}" {{{{ "l" "" }}}} 0 t "" 0 '

    parts = [named("set", "node"), named("", "node"), named("", ""), named("", ""), named("set", ""), named("", "")]
    body = "".join(part.format(3 * n + 1) for n, part in enumerate(parts)) + 't "" 0 '
    tree = read_efg('EFG 2 R "" { "a" } ' + body)
    assert tree.states == ("set (1,1)", "node", "2 / 2", "2 / 2 / 2", "set (1,13)", "2 / 2 / 2 / 2 / 2")
    assert tree.game().actions == (("l", "2"),)
    long = "".join(f'p "" 1 {n} "" {{ "l" "r" }} 0 t "" 0 ' for n in range(1, 10))
    mixed = 'p "" 1 1 "" { "up" "down" } 0 t "" 0 p "" 1 2 "" { "in" "out" } 0 p "" 1 3 "" { "on" } 0 t "" 0 t "" 0'
    assert read_efg('EFG 2 R "" { "a" } ' + mixed).states == ("root", "down", "down / in")
    assert read_efg('EFG 2 R "" { "a" } ' + mixed).game().actions == (("1", "2"),)
    path = " / ".join("r" * 6)
    last = read_efg('EFG 2 R "" { "a" } ' + long + 't "" 0').states[-3:]
    assert last == (path, f".. / {path} (1,8)", f".. / {path} (1,9)")


def test_a_path_a_text_and_one_front_door(tmp_path):
    tree = read_efg(CRISIS)
    write_efg(tree, tmp_path / "crisis.efg")
    for given in (tmp_path / "crisis.efg", str(tmp_path / "crisis.efg"), CRISIS, CRISIS.encode()):
        assert read_efg(given) == read_gambit(given) == tree
    assert tree.title == "Crisis with chance and payoffs on the way"
    assert tree.comment == "Made up"


def test_one_way_out_for_both_formats(tmp_path):
    tree, once = read_gambit(CRISIS), StochasticGame.strategic([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])
    write_gambit(tree, tmp_path / "crisis.efg")
    write_gambit(once, tmp_path / "dilemma.nfg")
    assert read_gambit(tmp_path / "crisis.efg") == tree
    np.testing.assert_array_equal(read_gambit(tmp_path / "dilemma.nfg").game().payoffs, once.payoffs)
    for game, name, told in ((tree, "crisis.nfg", "A tree is written"), (once, "dilemma.efg", "ends in .nfg")):
        with pytest.raises(DetenteError, match=told):
            write_gambit(game, tmp_path / name)
        assert not (tmp_path / name).exists()


def test_the_written_text_describes_everything_where_it_stands():
    lines = efg_text(read_efg(CRISIS)).splitlines()
    assert lines[:2] == CRISIS.splitlines()[:2]
    assert lines[5] == 'c "" 2 "storm" { "yes" 1/5 "no" 4/5 } 0'
    assert lines[6] == 'p "" 2 1 "reply" { "yield" "fight" } 3 "alert" { 0, -0.25 }'
    assert lines[10] == 't "" 4 "win" { 3, -1 }'


def test_a_tree_as_deep_as_it_has_nodes():
    depth = 5000
    step = 'c "" 1 "" { "on" 1/2 "off" 1/2 } 0\n'
    tree = read_efg('EFG 2 R "" { "a" }\n' + step * depth + 'p "" 1 1 "" { "l" "r" } 0\n' + 't "" 0\n' * (depth + 2))
    assert tree.states == (".. / on / on / on / on / on / on",)
    assert tree.folded.start[0] == 0.5**depth
    assert read_efg(efg_text(tree)) == tree


def decision(player, number, *actions):
    return Node("", Move(player, number, "", actions))


END = Node()
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("players", "nodes", "said"),
    [
        ((), (END,), "1 to 60 players"),
        (("a",), (), "not complete"),
        (("a",), (END, END), "complete before node 2"),
        (("a",), (decision(1, 1, "x", "y"), END), "not complete: 1"),
        (("a",), (decision(2, 1, "x"), END), "this game has 1 player"),
        (("a",), (decision(1, 0, "x"), END), "count from 1"),
        (("a",), (decision(1, 1), END), "no action"),
        (("a",), (decision(1, 1, "x"), decision(1, 1, "x"), END), "has 2 nodes. Games of imperfect information"),
        (("a",), (decision(1, 1, "x"), decision(1, 1, "y"), END), "two ways"),
        (("a",), (Node("", Move(0, 1, "e", ("x",))), END), "has a probability"),
        (("a",), (Node("", Move(1, 1, "e", ("x",), (Fraction(1),))), END), "has a probability"),
        (("a",), (Node("", Move(0, 1, "e", ("x",), (HALF,))), END), "sum to 0.5"),
        (("a",), (Node("", Move(0, 1, "e", ("x", "y"), (-HALF, 3 * HALF))), END, END), "between 0 and 1"),
        (("a",), (Node("", None, Outcome(0, "", (1.0,))),), "count from 1"),
        (("a",), (Node("", None, Outcome(1, "", (1.0, 2.0))),), "each player"),
        (("a",), (Node("", None, Outcome(1, "", (float("nan"),))),), "finite"),
    ],
)
def test_a_tree_made_by_hand_is_checked(players, nodes, said):
    with pytest.raises(DetenteError, match=said):
        Extensive("", players, nodes)


def test_games_that_cannot_be_solved():
    with pytest.raises(DetenteError, match="No player decides"):
        read_efg('EFG 2 R "" { "a" } c "" 1 "" { "x" 1 } 0 t "" 1 "" { 4 }').game()
    many = (
        'EFG 2 R "" { "a" }\n' + "".join(f'p "" 1 {n} "" {{ "l" "r" }} 0 t "" 0\n' for n in range(1, 3001)) + 't "" 0'
    )
    tree = read_efg(many)
    assert len(tree.states) == 3000
    with pytest.raises(DetenteError, match=r"3,000 decisions .* 18,000,000 numbers; at most 10,000,000"):
        tree.game()


@pytest.mark.parametrize("label", ["ends in \\", "bell \x07", "half \ud83d"])
def test_labels_that_cannot_be_written(label):
    with pytest.raises(DetenteError, match="label"):
        efg_text(Extensive(label, ("a",), (END,)))


def test_a_chance_too_long_to_be_written():
    tiny = Fraction(1, 3**2000)
    tree = Extensive("", ("a",), (Node("", Move(0, 1, "", ("x", "y"), (tiny, 1 - tiny))), END, END))
    with pytest.raises(DetenteError, match="more than 1,000 characters"):
        efg_text(tree)

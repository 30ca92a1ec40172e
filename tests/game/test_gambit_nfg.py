"""Strategic games in Gambit's format: examples of its documentation and of McKelvey and McLennan, forms, writing."""

import numpy as np
import pytest

from detente.game.gambit import Strategic, nfg_text, read_gambit, read_nfg, read_strategic, write_nfg
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError

# Gambit, "The strategic game (.nfg) file format": one game in both versions.
SELTEN = 'NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" } '
PAYOFFS = SELTEN + "{ 3 2 }\n\n1 1 0 2 0 2 1 1 0 3 2 0\n"
OUTCOMES = SELTEN + (
    '{ { "1" "2" "3" } { "1" "2" } } ""\n'
    '{ { "" 1, 1 } { "" 0, 2 } { "" 0, 2 } { "" 1, 1 } { "" 0, 3 } { "" 2, 0 } }\n1 2 3 4 5 6\n'
)
FIRST, SECOND = [[1, 1], [0, 0], [0, 2]], [[1, 1], [2, 3], [2, 0]]

# contrib/games/2x2x2.nfg of gambitproject/gambit: McKelvey and McLennan's game with nine equilibria.
THREE = """NFG 1 R "2x2x2 Example from McKelvey-McLennan, with 9 Nash equilibria, 2 totally mixed" { "Player 1" "Player 2" "Player 3" }

{ { "1" "2" }
{ "1" "2" }
{ "1" "2" }
}
""

{
{ "" 9, 8, 12 }
{ "" 0, 0, 0 }
{ "" 0, 0, 0 }
{ "" 9, 8, 2 }
{ "" 0, 0, 0 }
{ "" 3, 4, 6 }
{ "" 3, 4, 6 }
{ "" 0, 0, 0 }
}
1 2 3 4 5 6 7 8
"""  # noqa: E501 - as it stands there


@pytest.mark.parametrize("text", [PAYOFFS, OUTCOMES])
def test_the_documented_game_in_both_versions(text):
    game = read_nfg(text)
    assert game.shape == (1, 2)
    np.testing.assert_array_equal(game.payoffs[0], [FIRST, SECOND])
    assert not game.transitions.any()
    assert game.players == ("Player 1", "Player 2")
    assert game.actions == (("1", "2", "3"), ("1", "2"))


def test_three_players_with_the_first_strategy_fastest():
    payoffs = read_nfg(THREE).payoffs[0]
    found = {profile: payoffs[(slice(None), *profile)].tolist() for profile in np.ndindex(2, 2, 2)}
    some = {(0, 0, 0): [9, 8, 12], (1, 1, 0): [9, 8, 2], (1, 0, 1): [3, 4, 6], (0, 1, 1): [3, 4, 6]}
    assert found == {profile: some.get(profile, [0, 0, 0]) for profile in np.ndindex(2, 2, 2)}


def test_numbers_in_every_way_they_are_written():
    table = read_strategic('NFG 1 D "t" {"a"} {12} 3/4 -1/3 .5 -.5 +2 3. 1e-3 1E2 -2.5e+1 1/10 007 -0')
    wanted = [0.75, -1 / 3, 0.5, -0.5, 2, 3, 0.001, 100, -25, 0.1, 7, -0.0]
    assert list(map(repr, table.payoffs[0].tolist())) == list(map(repr, map(float, wanted)))


def test_texts_quotes_and_blanks():
    text = '\ufeff\n NFG\t1\r\nR"a \\"big\\" {game}, with a \\ and\na line"{"x""y, z"}{{"1"}{"A""B"}}'
    text += '"about\nit" 1 2\n3\n\n4'
    table = read_strategic(text)
    assert table.title == 'a "big" {game}, with a \\ and\na line'
    assert table.comment == "about\nit"
    assert table.players == ("x", "y, z")
    assert table.strategies == (("1",), ("A", "B"))
    np.testing.assert_array_equal(table.payoffs, [[[1, 3]], [[2, 4]]])


def test_outcome_zero_gives_nothing_and_an_outcome_may_be_used_twice():
    game = read_nfg('NFG 1 R "" { "a" "b" } { 2 2 } { { "win" 3, 1/2 } { "" 7 8 } }\n0 1 1 2')
    np.testing.assert_array_equal(game.payoffs[0], [[[0, 3], [3, 7]], [[0, 0.5], [0.5, 8]]])


def test_names_with_payoffs_and_counts_with_outcomes():
    assert read_nfg('NFG 1 R "" { "a" } { { "in" "out" } } 1 2').actions == (("in", "out"),)
    assert read_nfg('NFG 1 R "" { "a" } { 2 } { { "x" 5 } } 1 0').payoffs.tolist() == [[[5, 0]]]


def test_a_path_a_text_or_bytes(tmp_path):
    path = tmp_path / "selten.nfg"
    path.write_text(PAYOFFS, encoding="utf-8")
    for given in (path, str(path), PAYOFFS, PAYOFFS.encode(), PAYOFFS.replace("\n", " ")):
        np.testing.assert_array_equal(read_nfg(given).payoffs[0], [FIRST, SECOND])
    found = read_gambit(path)
    assert isinstance(found, Strategic)
    assert found.title == "Selten (IJGT, 75), Figure 2, normal form"


def test_the_written_text():
    assert nfg_text([FIRST, SECOND], title='a "b"') == (
        'NFG 1 R "a \\"b\\"" { "player 1" "player 2" }\n{ 3 2 }\n""\n\n1 1\n0 2\n0 2\n1 1\n0 3\n2 0\n'
    )
    game = StochasticGame.strategic([FIRST, SECOND], actions=(("a", "b", "c"), ("d", "e")))
    assert nfg_text(game, "outcomes") == (
        'NFG 1 R "" { "player 1" "player 2" }\n{\n  { "a" "b" "c" }\n  { "d" "e" }\n}\n""\n\n'
        '{\n  { "1" 1, 1 }\n  { "2" 0, 2 }\n  { "3" 0, 3 }\n  { "4" 2, 0 }\n}\n1 2 2 1 3 4\n'
    )


def test_no_plus_in_exponents():
    """Gambit 16.7 refuses 1e+16."""
    text = nfg_text([[1e16, 1e-7, 1.7e308, -0.0]])
    assert text.splitlines()[-4:] == ["1e16", "1e-07", "1.7e308", "-0"]


def test_writing_leaves_out_masked_actions_and_refuses_what_the_format_cannot_hold(tmp_path):
    masked = StochasticGame.strategic([FIRST, SECOND], mask=[[[True, False, True]], [[True, True]]])
    write_nfg(masked, tmp_path / "g.nfg")
    back = read_nfg(tmp_path / "g.nfg")
    np.testing.assert_array_equal(back.payoffs[0], np.array([FIRST, SECOND])[:, [0, 2]])
    assert back.actions == (("1", "3"), ("1", "2"))
    refused = {
        "2 states": StochasticGame(np.zeros((2, 1, 1))),
        "goes on": StochasticGame(np.zeros((1, 1, 1)), np.full((1, 1, 1), 0.5)),
        "weights": StochasticGame(np.zeros((1, 1, 2)), weight=[[[1.0, 2.0]]]),
        "backslash": StochasticGame(np.zeros((1, 1, 1)), players=["a\\"]),
        "seen": StochasticGame(np.zeros((1, 1, 1)), players=["a\x00"]),
        "finite": [[np.nan]],
        "no form": [[1.0]],
    }
    for why, game in refused.items():
        with pytest.raises(DetenteError, match=why):
            write_nfg(game, tmp_path / "h.nfg", "table" if why == "no form" else "payoffs")
    assert [path.name for path in tmp_path.iterdir()] == ["g.nfg"]
    with pytest.raises(DetenteError, match="no file or folder"):
        write_nfg(masked, tmp_path / "nowhere" / "g.nfg")


@pytest.mark.parametrize(
    ("players", "strategies", "payoffs", "said"),
    [
        (("a",), (("x",),), np.zeros((1, 2)), "shape"),
        (("a",), (("x",), ("y",)), np.zeros((1, 1, 1)), "shape"),
        (("a",), ((),), np.zeros((1, 0)), "shape"),
        (("a",), (("x",),), np.full((1, 1), np.inf), "finite"),
        ((), (), np.zeros((0,)), "shape"),
    ],
)
def test_a_table_that_is_no_game(players, strategies, payoffs, said):
    with pytest.raises(DetenteError, match=said):
        Strategic("", players, strategies, payoffs)


def test_as_many_players_as_an_array_has_axes_for():
    many = " ".join(f'"{n}"' for n in range(60))
    game = read_nfg(f'NFG 1 R "" {{ {many} }} {{ {" 1" * 60} }}' + " 5" * 60)
    assert game.shape == (1, 60)

"""Tables at the terminal: columns that fit it, with no word cut while there is room."""

from __future__ import annotations

from detente.cli.asking import fitted

ROWS = (("actor", "why it stays"), ("Northland", "no wish to go"), ("The mediator", "no way out"))


def test_a_table_that_fits_is_as_wide_as_its_cells() -> None:
    assert fitted(ROWS, 12 + 13 + 7) == (1, [12, 13])


def test_the_widest_column_is_narrowed_first_and_none_below_its_longest_word() -> None:
    assert fitted(ROWS, 12 + 12 + 7) == (1, [12, 12])
    assert fitted(ROWS, 9 + 5 + 7) == (1, [9, 5])


def test_space_is_given_up_before_words() -> None:
    assert fitted(ROWS, 9 + 5 + 6) == (0, [9, 8])  # four characters less of space, of which three go to a column
    assert fitted(ROWS, 9 + 5 + 3) == (0, [9, 5])


def test_where_words_do_not_fit_widths_are_left_open() -> None:
    assert fitted(ROWS, 9 + 5 + 2) == (0, [None, None])
    assert fitted((("", "x"), ("", "")), 80) == (1, [0, 1])

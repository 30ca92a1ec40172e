"""A graph model in a file: options and rankings, or states and moves, in YAML.

    format: detente-graph/1
    title: The missiles in Cuba
    actors:                       # or `states:` and `moves:`
      US: [Air strike, Blockade]
      USSR: [Withdraw, Escalate]
    infeasible: ["--YY"]          # a letter an option: Y, N or - for either
    irreversible: [Air strike]
    rankings:                     # most preferred first; ties as nested lists; by number or yes/no string
      US: [5, 7, 6, 8, 3, 2, 4, 1, 12, 10, 11, 9]
    priorities:                   # or statements in order of importance
      USSR: [--NN, NN-- or --Y-]

    states: [peace, crisis, war]
    moves:
      North: {peace: [crisis], crisis: [peace, war]}
    rankings:
      North: [peace, [crisis, war]]

The file is read with suspicion (:mod:`detente.reader`), and all mistakes are told at once, each at its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.given import file_of
from detente.graph import options as made
from detente.graph.model import MOST_ACTORS, MOST_STATES, GraphModel, numbered, several
from detente.graph.moves import Moves
from detente.problems import DetenteError, Findings, did_you_mean
from detente.reader import read as read_yaml
from detente.source import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.problems import Place
    from detente.source import Source, Steps

FORMAT = "detente-graph/1"
KEYS = ("format", "title", "actors", "infeasible", "irreversible", "states", "moves", "rankings", "priorities")
_OF_OPTIONS, _OF_STATES = ("actors", "infeasible", "irreversible", "priorities"), ("states", "moves")
LONGEST = 200  # letters of a name


def read(path_or_text: str | Path) -> GraphModel:
    """The model in a file, or in a text of several lines; raises Problems with everything that is wrong."""
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        return read_text(path_or_text)
    path = file_of(path_or_text)
    return read_text(read_bytes(path, "file of a graph model"), str(path))


def read_text(text: str | bytes, name: str = "graph model") -> GraphModel:
    """The model in a text; ``name`` stands for its file in what is said about it."""
    found = Findings()
    source = read_yaml(text, name, found)
    model = None
    if source.data is not None or not found.failed:
        try:
            model = _Reading(source, found).model()
        except DetenteError as wrong:  # a limit of the whole model, said without a place
            if not found.failed:
                found.error(str(wrong), source.at(0, 1), code="model")
    if model is None or found.failed:
        raise found.problems()
    return model


class _Reading:
    """One pass over the file's data; what is wrong is told and left out."""

    def __init__(self, source: Source, found: Findings):
        self.source = source
        self.found = found
        self.data: dict[str, Any] = source.data if isinstance(source.data, dict) else {}

    def model(self) -> GraphModel | None:
        if not isinstance(self.source.data, dict):
            self.found.error("A graph model is a mapping of keys to values", self.source.at(0, 1), code="shape")
            return None
        self._keys()
        title = self.data.get("title", "A graph model")
        if not isinstance(title, str) or len(title) > LONGEST:
            self._wrong(f"A title is a text of at most {LONGEST} letters", "title")
            title = ""
        if "states" in self.data:
            return self._of_states(title)
        if "actors" in self.data:
            return self._of_options(title)
        hint = "Write `actors:` with each one's options, or `states:` and `moves:`."
        self.found.error("The file has neither `actors` nor `states`", self.source.at(0, 1), hint, "missing-key")
        return None

    def _keys(self) -> None:
        for key in self.data:
            if key not in KEYS:
                hint = did_you_mean(key, KEYS) or f"Known here: {', '.join(KEYS)}."
                self.found.error(f"Unknown key {key!r}", self.source.key_place(key), hint, "unknown-key")
        if self.data.get("format") != FORMAT:
            hint = f"Its first line should be 'format: {FORMAT}'."
            place = self.source.place("format") if "format" in self.data else self.source.at(0, 1)
            self.found.error("This is not marked as a graph model", place, hint, "format")
        for key in _OF_OPTIONS if "states" in self.data else _OF_STATES:
            if key in self.data:
                other = "options" if key in _OF_STATES else "states and moves"
                hint = "A file tells options (`actors`), or `states` and `moves`, not both."
                self.found.error(f"'{key}' does not go with {other}", self.source.key_place(key), hint, "both-kinds")

    def _of_options(self, title: str) -> GraphModel | None:
        actors = {name: self._names(own, "actors", name) for name, own in self._mapping("actors").items()}
        if len(actors) > MOST_ACTORS:
            self._wrong(f"At most {MOST_ACTORS} decision makers can be read", "actors")
            return None
        options = self._try(lambda: made.options_of(actors), "actors")
        if options is None:
            return None
        patterns = [
            self._try(lambda text=text: made.pattern(text, len(options)), "infeasible", n)
            for n, text in enumerate(self._names(self.data.get("infeasible", []), "infeasible"))
        ]
        names = [option for _, option in options]
        for n, name in enumerate(fixed := self._names(self.data.get("irreversible", []), "irreversible")):
            if name not in names:
                self._wrong(f"There is no option {name!r}", "irreversible", n, hint=did_you_mean(name, names))
        taken = self._try(
            lambda: made.combinations(len(options), [one for one in patterns if one is not None]),
            "infeasible" if "infeasible" in self.data else "actors",
        )
        if taken is None:
            return None
        states = made.labels(taken, len(options))
        ranks = self._preferences(tuple(actors), states, taken, len(options))
        if self.found.failed:
            return None
        moves = made.moves_of(options, taken, tuple(actors), fixed)
        return GraphModel(tuple(actors), states, moves, ranks, title, options)

    def _of_states(self, title: str) -> GraphModel | None:
        states = self._names(self.data["states"], "states")
        place = numbered(states)
        if not states or len(states) > MOST_STATES:
            self._wrong(f"A model has 1 to {MOST_STATES:,} states, and here are {len(states):,}", "states")
            return None
        actors = tuple(self._mapping("rankings"))
        pairs: dict[str, list[tuple[int, int]]] = {actor: [] for actor in actors}
        for actor, own in self._mapping("moves").items() if "moves" in self.data else ():
            if actor not in actors:
                hint = did_you_mean(actor, actors) or "Give it one under `rankings`."
                self.found.error(f"{actor!r} has moves and no ranking", self.source.key_place("moves", actor), hint)
            if not isinstance(own, dict):
                self._wrong("Moves are told as 'state: [states it can go to]'", "moves", actor)
                continue
            for start, ends in own.items():
                first = self._state(start, place, "moves", actor, start, key=True)
                for n, end in enumerate(self._list(ends, "moves", actor, start)):
                    to = self._state(end, place, "moves", actor, start, n)
                    if first is not None and first == to:
                        self._wrong("A move leads from a state to itself", "moves", actor, start, n,
                                    hint="Staying is always possible; take it out.")  # fmt: skip
                    elif first is not None and to is not None:
                        pairs.setdefault(actor, []).append((first, to))
        ranks = self._preferences(actors, states, np.zeros(0, np.int64), 0)
        if self.found.failed:
            return None
        moves = tuple(Moves.of([a for a, _ in own], [b for _, b in own], len(states)) for own in pairs.values())
        return GraphModel(actors, tuple(states), moves, ranks, title)

    def _preferences(self, actors: Sequence[str], states: Sequence[str], taken: np.ndarray, count: int) -> np.ndarray:
        """Ranks (S, N); what is wrong is told."""
        ranks = np.zeros((len(states), len(actors)), np.int32)
        rankings = self._mapping("rankings") if "rankings" in self.data else {}
        priorities = self._mapping("priorities") if "priorities" in self.data else {}
        for key, told in (("rankings", rankings), ("priorities", priorities)):
            for actor in told:
                if actor not in actors:
                    hint = did_you_mean(actor, actors)
                    place = self.source.key_place(key, actor)
                    self.found.error(f"There is no decision maker {actor!r}", place, hint, "unknown-name")
        standing = numbered(states)
        for k, actor in enumerate(actors):
            if (actor in rankings) == (actor in priorities):
                which = "both a ranking and priorities" if actor in rankings else "no ranking"
                hint = "Give it a list of all states under `rankings`, most preferred first."
                where = self.source.key_place("rankings" if actor in rankings else "actors", actor)
                self.found.error(f"{actor!r} has {which}", where, hint, "ranking")
            elif actor in rankings:
                ranks[:, k] = self._ranking(rankings[actor], states, standing, actor)
            else:
                own = self._names(priorities[actor], "priorities", actor)
                for n, text in enumerate(own):
                    self._try(lambda text=text: made.holds(text, taken, count), "priorities", actor, n)
                if not self.found.failed:
                    column = self._try(lambda own=own: made.prioritised(own, taken, count), "priorities", actor)
                    ranks[:, k] = 0 if column is None else column
        return ranks

    def _ranking(self, told: Any, states: Sequence[str], place: dict[str, int], actor: str) -> np.ndarray:
        ranks = np.zeros(len(states), np.int32)
        entries = self._list(told, "rankings", actor)
        wrong = False
        for n, entry in enumerate(entries):
            tied = entry if isinstance(entry, list) else [entry]
            for m, name in enumerate(tied):
                steps = ("rankings", actor, n, m) if isinstance(entry, list) else ("rankings", actor, n)
                at = self._state(name, place, *steps)
                wrong = wrong or at is None
                if at is None:
                    continue
                if ranks[at]:
                    self._wrong(f"The state {name!r} is ranked twice by {actor}", *steps)
                ranks[at] = len(entries) - n
        missing = [states[int(n)] for n in np.flatnonzero(ranks == 0)]
        if missing and not wrong and isinstance(told, list):
            hint = "Rank every state once, ties as a nested list."
            where = self.source.key_place("rankings", actor)
            message = f"The ranking of {actor} leaves out {several(missing)}"
            self.found.error(message, where, hint, "incomplete-ranking")
        return ranks

    def _state(self, name: Any, place: dict[str, int], *steps: str | int, key: bool = False) -> int | None:
        where = self.source.key_place(*steps) if key else self.source.place(*steps)
        if isinstance(name, bool) or not isinstance(name, (str, int)):
            self.found.error("A state is told by its label or its number", where, code="wrong-type")
            return None
        if str(name) not in place:
            labels = [label for label in place if not label.isdigit()]
            shown = f"States are {several(labels or list(place))}, or numbers from 1."
            hint = (did_you_mean(str(name), labels) if isinstance(name, str) else None) or shown
            self.found.error(f"There is no state {name!r}", where, hint, "unknown-name")
        return place.get(str(name))

    def _mapping(self, key: str) -> dict[str, Any]:
        told = self.data.get(key)
        if isinstance(told, dict) and told:
            return told
        where: Place = self.source.key_place(key) if key in self.data else self.source.at(0, 1)
        self.found.error(f"'{key}' is a mapping with a line a decision maker", where, code="wrong-type")
        return {}

    def _list(self, told: Any, *steps: str | int) -> list[Any]:
        if isinstance(told, list):
            return told
        self._wrong("A list is expected here: [.., ..]", *steps)
        return []

    def _names(self, told: Any, *steps: str | int) -> list[str]:
        """A list of texts (numbers count as their digits)."""
        names = []
        for n, one in enumerate(self._list(told, *steps)):
            if isinstance(one, bool) or not isinstance(one, (str, int)) or not 0 < len(str(one)) <= LONGEST:
                self._wrong(f"A text of at most {LONGEST} letters is expected here", *steps, n)
            elif str(one) in names and steps[0] in ("states", "actors"):
                self._wrong(f"{str(one)!r} is written twice", *steps, n)
            else:
                names.append(str(one))
        return names

    def _try(self, work: Any, *steps: str | int) -> Any:
        """What the work gives, or None, its complaint told at the place."""
        try:
            return work()
        except DetenteError as wrong:
            self._wrong(str(wrong).rstrip("."), *steps)
            return None

    def _wrong(self, message: str, *steps: str | int, hint: str | None = None) -> None:
        path: Steps = steps
        self.found.error(message, self.source.place(*path), hint, "graph")

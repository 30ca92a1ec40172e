"""A negotiation domain from files: CSV (:mod:`~detente.negotiation.listing`) or GENIUS XML.

Of GENIUS either the utility spaces of all parties are named, or their folder, or the domain file, which leads to the
spaces that it links to, or else to all those beside it that have its issues. A linked file is looked for beside the
domain file only. Parties are called after their files.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detente.given import file_of, whole
from detente.negotiation.genius import STEPS, domain_of, fitting, read_space
from detente.negotiation.listing import read_csv
from detente.problems import DetenteError, Findings
from detente.source import read_bytes

if TYPE_CHECKING:
    from detente.negotiation.domain import Domain
    from detente.negotiation.genius import Space

MOST_CSV, MOST_XML = 200_000_000, 20_000_000  # bytes
MOST_FILES = 200


def read_domain(*paths: Path | str, steps: int = STEPS) -> Domain:
    """The domain in a CSV file, or in the XML files of GENIUS (the parties', their folder's, or the domain's).

    A real-valued issue is taken at ``steps`` values. Raises Problems with places for what is wrong inside a file, and
    DetenteError for one that cannot be read.
    """
    files = [file_of(path) for path in paths]
    if not files:
        raise DetenteError("Name a CSV file, or the XML files of a GENIUS domain.")
    steps = whole(steps, "A real issue is taken at 2 to 1,000 values", 2, 1000)
    if len(files) == 1 and files[0].suffix.lower() in (".csv", ".tsv", ".txt"):
        content = read_bytes(files[0], "domain file", MOST_CSV)
        domain = read_csv(content, str(files[0]), files[0].stem)
        return replace(domain, sources=((files[0].name, hashlib.sha256(content).hexdigest()),))
    if len(files) == 1 and files[0].is_dir():
        files = _listed(files[0])
        if not files:
            raise DetenteError(f"There is no .xml file in {paths[0]}; a domain is there as CSV or as GENIUS XML.")
    elif any(file.suffix.lower() != ".xml" for file in files):
        odd = next(file for file in files if file.suffix.lower() != ".xml")
        raise DetenteError(f"A domain is one .csv file or .xml files of GENIUS; {str(odd)!r} is neither.")
    return _genius(files, steps, chosen=not Path(paths[0]).is_dir())


def _genius(files: list[Path], steps: int, *, chosen: bool) -> Domain:
    """The domain of some XML files; what was not ``chosen`` by name may be something else than a domain's file."""
    found = Findings()
    spaces = _spaces(files, steps, found, chosen)
    about = next((space for space in spaces.values() if space.is_domain), None)
    if about is not None and len(files) == 1:
        beside = [files[0].parent / link for link in dict.fromkeys(about.links)]
        others = _spaces(beside or [file for file in _listed(files[0].parent) if file != files[0]], steps, found, False)
        spaces |= {file: one for file, one in others.items() if beside or set(one.issues) == set(about.issues)}
    parties = [file for file, space in spaces.items() if not space.is_domain]
    if len(parties) < 2:
        led = "1 utility space" if parties else "no utility space"
        raise DetenteError(
            f"{files[0]} leads to {led}, and a negotiation has at least two. "
            "Name the utility spaces of all parties, or their folder."
        )
    for file in parties if about is not None else ():
        fitting(about or spaces[file], spaces[file], found)
    names = [file.stem for file in parties]
    if len(set(names)) < len(names):
        names = [str(file.with_suffix("")) for file in parties]
    beside_us = chosen and parties[0].parent == Path()  # nobody named a folder
    folder = "" if beside_us else parties[0].resolve().parent.name
    name = about.name if about is not None and about.name.lower() not in ("", "any", "root") else folder
    domain = domain_of([spaces[file] for file in parties], names, name, found)
    if domain is None:
        raise found.problems()
    remarks = dict.fromkeys(remark for file in parties for remark in spaces[file].remarks)
    return replace(domain, remarks=tuple(remarks), sources=tuple((f.name, spaces[f].digest) for f in parties))


def _spaces(files: list[Path], steps: int, found: Findings, chosen: bool) -> dict[Path, Space]:
    """What is in some files, leaving out those that are no domain's unless they were ``chosen`` by name."""
    spaces = {}
    for file in files:
        content, inside = read_bytes(file, "domain file", MOST_XML), Findings()
        space = read_space(content, str(file), inside, steps)
        space.digest = hashlib.sha256(content).hexdigest()
        if not chosen and any(problem.code == "no-domain" for problem in inside.found):
            continue
        for problem in inside.found:
            found.add(problem)
        spaces[file] = space
    if found.failed:
        raise found.problems()
    return spaces


def _listed(folder: Path) -> list[Path]:
    """The XML files of a folder, by name."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".xml" and file.is_file())
    if len(files) > MOST_FILES:
        raise DetenteError(f"{folder} holds {len(files):,} XML files; name those of the domain.")
    return files

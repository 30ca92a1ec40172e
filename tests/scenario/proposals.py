"""Agreements for the small scenario of :mod:`tests.scenario.small`: one of each kind."""

from __future__ import annotations

from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from tests.scenario.small import CLAIMS, SMALL

AGREEMENTS = """\
agreements:
  few arms:
    about: Few arms while they talk
    parties: [north, south]
    keeps: {north: arms < many, south: talks is open}
    when: arms < many
    lean: {north: give}
    weight: {south: works}
    then: {talks: open}
    verified: {seen: {north: watch, south: 1}, errs: false_alarm}
    breach: {then: {talks: closed}, cost: {north: shame}}
    leave: {weight: give, then: {arms: +1, talks: closed}, cost: {south: shame}}
    payments: {from: south, to: north, sizes: [works, shame], worth: give}
    parameters:
      give: {likely: 0.4, low: 0.2, high: 0.6, unit: probability, basis: judgement}
      watch: {likely: 0.25, low: 0.2, high: 0.6, unit: a month, basis: [A2]}
      false_alarm: {likely: 0.01, low: 0.002, high: 0.06, unit: a month, basis: judgement}
      shame: {likely: 1, low: 0.5, high: 2, unit: payoff once, basis: judgement}
    claims: [A1]
  in turn:
    parties: [north, south]
    keeps: {north: talks is open, south: leader is hawk}
    steps: [north.offer, south.close, north.offer]
    verified: {seen: 1}
  as it is:
    parties: [north, south]
    keeps: {north: arms is none}
    proposes: [south]
"""


def proposing(*edits: tuple[str, str], section: str = AGREEMENTS) -> Scenario:
    """The small scenario with its agreements, edited."""
    text = SMALL + section
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return load_text(text, "f.yaml", CLAIMS)

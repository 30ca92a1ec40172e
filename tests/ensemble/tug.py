"""A scenario that tips: the two of :mod:`tests.equilibrium.tipping`, written as an analyst would."""

from functools import cache

from detente.scenario.load import load_text
from detente.scenario.model import Scenario

TEXT = """
format: detente/1
title: A tug of war
unit: month
actors:
  one: {name: One, tempo: 0.5, discount: "exp(-1.2)", precision: sharpness}
  two: {name: Two, tempo: 0.5, discount: "exp(-1.2)", precision: sharpness}
factors:
  side: {levels: [low, high]}
parameters:
  worth: {likely: 0, low: -5, high: 5, unit: payoff a month, basis: judgement}
  harm: {likely: 12, low: 10, high: 14, unit: payoff once, basis: judgement}
  sharpness: {likely: 1, low: 0.9, high: 1.1, unit: 1 / payoff, basis: judgement}
  fixed: {likely: 2, low: 2, high: 2, unit: of its own, basis: judgement}
actions:
  one:
    lift: {when: side is low, weight: 0.5, then: {side: high}, cost: {two: harm}}
    lower: {when: side is high, weight: 0.8, then: {side: low}, cost: {two: harm}}
  two:
    lift: {when: side is low, weight: 0.5, then: {side: high}, cost: {one: harm}}
    lower: {when: side is high, weight: 0.8, then: {side: low}, cost: {one: harm}}
interests:
  one: {height: worth * side}
  two: {height: worth * side}
outcomes: {high: side is high, lifted: one.lift}
situations:
  2024-01: {side: high}
  2025-01: {side: low}
"""


@cache
def tug(noise: str = "errors") -> Scenario:
    """The scenario; its ``worth`` is the p of ``Pair``."""
    return load_text(f"{TEXT}noise: {noise}\n", "tug.yaml")

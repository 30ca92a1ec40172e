"""Scenarios that move in months, for tests of the discrete readings."""

from tests.game.small import TEXT

IN_TURN = TEXT.replace("unit: month\n", "unit: month\nmoves: in_turn\n")
ONE_CONSENT = TEXT.replace("{ours: 0.7, court: 0.9}", "{ours: 0.7}")
NO_CONSENT = (
    TEXT.replace("      needs: {ours: 0.7, court: 0.9}\n", "")
    .replace("      refused: {mood: sour}\n", "")
    .replace('      asking: {theirs: "0.1 if mood is sweet else 0.2"}\n', "")
)

CENTIPEDE = """
format: detente/1
title: A centipede of four moves
unit: month
moves: in_turn
actors:
  one: {tempo: 1, discount: 1, precision: lam}
  two: {tempo: 2, discount: 1, precision: lam}
factors:
  pile: {levels: [small, large, taken]}
parameters:
  lam: {likely: 1, low: 0.1, high: 10, unit: 1 / payoff, basis: judgement}
actions:
  one:
    take:
      when: pile < taken
      then: {pile: taken}
      gain: {one: "0.8 if pile is small else 3.2", two: "0.2 if pile is small else 0.8"}
  two:
    take:
      when: pile < taken
      then: {pile: taken}
      gain: {one: "0.4 if pile is small else 1.6", two: "1.6 if pile is small else 6.4"}
chance:
  - {about: The pile grows, when: pile is small, every: 1 months, next: 2000-01, then: {pile: large}}
  - about: Nobody took it
    when: pile is large
    every: 1 months
    next: 2000-01
    then: {pile: taken}
    gain: {one: 12.8, two: 3.2}
outcomes: {taken: pile is taken}
situations:
  2000-01: {pile: small}
"""


def strategic(payoffs: list[list[list[float]]]) -> str:
    """Two actors with two actions each choose once: waiting is the first, `switch` the second; chance pays them."""

    def told(table: list[list[float]]) -> str:
        rows = [f"({a} if column is first else {b})" for a, b in table]
        return f'"{rows[0]} if row is first else {rows[1]}"'

    return f"""
format: detente/1
title: A game played once
unit: month
moves: simultaneous
actors:
  rowena: {{tempo: 1, discount: 1, precision: lam}}
  colin: {{tempo: 1, discount: 1, precision: lam}}
factors:
  row: {{levels: [first, second]}}
  column: {{levels: [first, second]}}
  stage: {{levels: [open, over]}}
parameters:
  lam: {{likely: 1, low: 0.1, high: 10, unit: 1 / payoff, basis: judgement}}
actions:
  rowena: {{switch: {{when: stage is open, then: {{row: second}}}}}}
  colin: {{switch: {{when: stage is open, then: {{column: second}}}}}}
chance:
  - about: It is paid
    when: stage is open
    every: 1 months
    next: 2000-01
    then: {{stage: over}}
    gain: {{rowena: {told(payoffs[0])}, colin: {told(payoffs[1])}}}
outcomes: {{over: stage is over}}
situations:
  2000-01: {{row: first, column: first, stage: open}}
"""


AT_ONCE = """
format: detente/1
title: A gate with two keepers
unit: month
moves: simultaneous
actors:
  north: {tempo: 1, discount: 0.9, precision: 0.7}
  south: {tempo: 0.2, discount: 0.8, precision: 0.4}
  idle: {tempo: 0, discount: 0.9, precision: 1}
factors:
  gate: {levels: [shut, ajar, wide]}
  alarm: {levels: [none, low, high]}
parameters:
  luck: {likely: 0.3, low: 0.1, high: 0.6, unit: probability, basis: judgement}
  pain: {likely: 2, low: 1, high: 3, unit: payoff a month, basis: judgement}
actions:
  north:
    open: {weight: 0.5, then: {gate: wide}, chance: [{p: luck, then: {alarm: low}}], cost: {north: 1}}
    shut: {when: gate > shut, then: {gate: shut}, asking: {north: 0.2}}
  south:
    leave_ajar:
      when: gate is wide or gate is shut
      then: {gate: ajar}
      chance: [{p: luck * luck, then: {alarm: high}}]
chance:
  - {about: Rust, when: gate > shut, rate: 0.4, then: {gate: -1}, gain: {idle: pain}}
  - {about: Quiet, when: alarm > none, every: 4 months, next: 2000-01, then: {alarm: none}, cost: {south: 1}}
interests:
  north: {passage: pain * gate}
  south: {fear: -pain * alarm}
outcomes: {wide: gate is wide}
situations:
  2000-01: {gate: shut, alarm: none}
"""


CROSSED = """
format: detente/1
title: Two who shut each other out
unit: month
moves: simultaneous
actors:
  north: {tempo: 1, discount: 0.9, precision: 1}
  south: {tempo: 1, discount: 0.9, precision: 1}
factors:
  gate: {levels: [shut, wide]}
  alarm: {levels: [none, high]}
actions:
  north: {open: {when: alarm is none, then: {gate: wide}}}
  south: {alert: {when: gate is shut, then: {alarm: high}}}
outcomes: {wide: gate is wide, alarmed: alarm is high}
interests: {north: {use: gate}, south: {care: alarm}}
situations:
  2000-01: {gate: shut, alarm: none}
"""

COUNTERS = """
format: detente/1
title: Three counters
unit: month
moves: simultaneous
actors:
  north: {tempo: 1, discount: 0.9, precision: 1}
  south: {tempo: 1, discount: 0.9, precision: 1}
factors:
  a: {levels: [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13]}
  b: {levels: [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13]}
  c: {levels: [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13]}
actions:
  north: {up_a: {when: a < a13, then: {a: +1}}, up_b: {when: b < b13, then: {b: +1}}}
  south: {up_c: {when: c < c13, then: {c: +1}}, down_a: {when: a > a0, then: {a: -1}}}
interests: {north: {all: a + b + c}}
outcomes: {high: a is a13}
situations:
  2000-01: {a: a0, b: b0, c: c0}
"""

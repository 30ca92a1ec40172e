"""A small scenario in which every kind of number and step occurs once, for tests of the game."""

TEXT = """
format: detente/1
title: A fence
unit: month
actors:
  ours: {name: Ours, tempo: pace, discount: 0.9, precision: 0.5}
  theirs: {name: Theirs, tempo: 0.5, discount: 0.8, precision: 0.4}
  court: {name: The court, tempo: 0, discount: 0.95, precision: 1}
factors:
  fence: {levels: [none, low, high]}
  mood: {kinds: [sour, sweet]}
parameters:
  pace: {likely: 1, low: 0.5, high: 2, unit: decisions a month, basis: judgement}
  luck: {likely: 0.3, low: 0.1, high: 0.6, unit: probability, basis: judgement}
  pain: {likely: 2, low: 1, high: 3, unit: payoff a month, basis: judgement}
actions:
  ours:
    build: {when: fence < high, then: {fence: +1}, chance: [{p: luck, then: {mood: sour}}], cost: {ours: pain}}
    flatter: {when: mood is sour, then: {mood: sweet}}
  theirs:
    ask:
      when: fence > none
      needs: {ours: 0.7, court: 0.9}
      then: {fence: -1}
      refused: {mood: sour}
      asking: {theirs: "0.1 if mood is sweet else 0.2"}
    tear: {weight: 0.01, when: fence is none, then: {mood: sour}}
chance:
  - {about: A holiday, every: 12 months, next: 2021-12, then: {mood: {sweet: luck, sour: 1 - luck}}}
  - {about: Rot, when: fence > none, rate: 0.05, then: {fence: -1}, cost: {ours: 1}}
interests:
  ours: {peace: "-pain if mood is sour else 0"}
  theirs: {view: -pain * fence}
outcomes: {sweet: mood is sweet, a fence built: ours.build}
situations:
  2020-01: {fence: none, mood: sour}
  2021-06: {fence: low, mood: sweet}
"""

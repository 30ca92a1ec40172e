"""A scenario that uses every part of the language once, and its claims."""

SMALL = """\
format: detente/1
title: Two
claims: claims.yaml
actors:
  north: {name: North, tempo: 1, discount: yearly, precision: sharp}
  south: {name: South, tempo: "tempo / 2", discount: yearly, precision: sharp}
factors:
  arms: {levels: [none, few, many], about: Weapons}
  talks: {levels: [closed, open]}
  leader: {kinds: [hawk, dove]}
parameters:
  sharp: {likely: 0.3, low: 0.1, high: 0.5, unit: 1 / payoff, basis: judgement}
  yearly: {likely: 0.9, low: 0.8, high: 0.95, unit: share a year, basis: estimate, note: a guess}
  tempo: {likely: 1, low: 0.5, high: 2, unit: decisions a month, basis: judgement}
  works: {likely: 0.3, low: 0.1, high: 0.5, unit: probability, basis: [A1]}
actions:
  north:
    build:
      when: arms < many and talks is closed
      then: {talks: "closed if arms is few else talks"}
      chance:
        - {p: works, then: {arms: +1}}
      cost: {south: works}
      gain: {south: 1}
    offer:
      when: talks is closed and arms < many
      needs: [south]
      then: {talks: open}
      refused: {arms: "+1 if leader is hawk else arms"}
  south:
    close: {when: talks is open, then: {talks: closed}, claims: [A1, A2]}
chance:
  - {about: Election, every: 48 months, next: 2029-01, then: {leader: {hawk: works, dove: 1 - works}}}
  - {about: Decay, when: arms > none, rate: works / 10, then: {arms: -1}}
interests:
  north: {security: arms - works * talks}
  south: {fear: {value: "-arms * (1 if leader is hawk else works)", claims: [A2]}}
outcomes:
  armed: arms is many
  closing: south.close or north.build
situations:
  2018-03: {arms: none, talks: closed, leader: dove}
  later: {date: 2020-01, like: 2018-03, arms: few, next: {Election: 2021-01}}
forces:
  people: [leader]
never:
  - arms is many and talks is open
deals:
  parties: [north, south]
  terms: {arms: [none, few], talks: all}
  named:
    freeze: {arms: none, talks: open}
what_if:
  dove: {from: later, set: {leader: dove, works: 0.2}, do: {south: not close}}
  lasting: {from: later, without: [Decay]}
ask: {outcome: armed, months: 24, between: [2018-03, later], deal: freeze, along: arms, from: later}
theses:
  men: {says: Men make it, claims: [A2], outcome: closing, months: 12, between: [2018-03, later], more: [people],
        than: [other]}
  a dove: {says: A dove closes less, outcome: closing, what_if: dove, moves: down}
paths:
  back: {from: later, to: freeze, steps: [north.offer, {chance: Decay}], about: One step and luck, claims: [A1]}
record:
  from: 2000-01
  to: 2020-06
  happened:
    armed: {spells: [2001-02 to 2003-04, 2010-01 to now], claims: [A1], about: As far as is known}
    closing: {from: 2005-01, dates: [2007-08, 2009-10]}
"""

CLAIMS = """\
sources:
  s: {title: A source, year: 2018}
claims:
  - {id: A1, source: s, says: "It works.", date: 2018-03-04}
  - {id: A2, source: s, says: "They fear it.", kind: causal, voice: reported, para: 3}
"""

"""A commented start for a scenario of one's own: a border dispute, two governments and a mediator.

It is small and whole: every part of the language that a first case needs is in it, every number has its range and
its basis, and it passes ``detente check`` without a warning. The numbers are made up, and no more is asked of them than
that the example is not degenerate: the answer is open, a deal has something to give to each, and it solves at once.
"""

from __future__ import annotations

import json
from string import Template


def starter(name: str) -> tuple[str, str]:
    """The texts of a scenario file of that name and of its claims file, ``NAME-claims.yaml`` beside it."""
    title = " ".join(name.replace("_", " ").replace("-", " ").split()).capitalize() or "Border"
    claims = f"{name}-claims.yaml"
    known = {"title": json.dumps(title, ensure_ascii=False), "claims": json.dumps(claims, ensure_ascii=False)}
    return Template(_SCENARIO).substitute(known), Template(_CLAIMS).substitute(known)


_SCENARIO = """\
# A scenario for detente: a made-up border dispute to start from. Its numbers are made up too: they leave the answer
# open, and none is one to keep. Change it piece by piece, and after each piece run
#   detente check FILE     what is wrong, and where
#   detente show FILE      the scenario told back in plain sentences
format: detente/1
title: $title
about: >
  Northland and Southland dispute a strip of land; a neighbour mediates. A payoff of 1 is what a government would pay
  in a month to be rid of its main grievance.
unit: month                       # rates and payoffs are per month
claims: $claims

actors:                           # tempo: fresh decisions a month; discount: what a payoff a year away counts
  north:    {name: Northland,    tempo: tempo,          discount: patience, precision: precision}
  south:    {name: Southland,    tempo: tempo,          discount: patience, precision: precision, claims: [B06]}
  mediator: {name: The mediator, tempo: mediator_tempo, discount: patience, precision: precision}

factors:                          # the state is one level of each; `levels` are ordered, `kinds` are not
  front:   {levels: [quiet, clashes], about: What happens along the line, claims: [B01]}
  troops:  {levels: [thinned, massed], about: Northern troops near the line, claims: [B01]}
  trade:   {levels: [closed, open], about: The crossing}
  talks:   {levels: [none, envoys, summit], about: How the two talk, claims: [B04]}
  border:  {levels: [disputed, agreed]}
  cabinet: {kinds: [hawks, doves], about: Who governs Southland}

parameters:                       # every number: likely, low, high, unit, and claims (or a judgement) as its basis;
                                  # its title is what readers see
  tempo:          {likely: 1, low: 0.5, high: 2, unit: decisions a month, basis: judgement,
                   title: how often the two decide}
  mediator_tempo: {likely: 0.15, low: 0.1, high: 0.3, unit: decisions a month, basis: judgement,
                   title: how often the mediator decides}
  patience:       {likely: 0.9, low: 0.8, high: 0.95, unit: share a year, basis: judgement,
                   title: how much next year counts}
  precision:      {likely: 0.15, low: 0.1, high: 0.2, unit: 1 / payoff, basis: judgement,
                   title: how closely actors follow interests}
  raid_weight:    {likely: 0.05, low: 0.01, high: 0.2, unit: times as often as waiting, basis: [B02],
                   title: how readily raids are made}
  undo_weight:    {likely: 0.05, low: 0.02, high: 0.15, unit: times as often as waiting, basis: judgement,
                   title: how readily steps are taken back}
  clash_rate:     {likely: 0.04, low: 0.02, high: 0.08, unit: a month, basis: [B01],
                   title: how often massed troops clash}
  calm_rate:      {likely: 0.3, low: 0.15, high: 0.6, unit: a month, basis: [B01],
                   title: how soon fighting dies down}
  lapse_rate:     {likely: 0.05, low: 0.02, high: 0.1, unit: a month, basis: [B04],
                   title: how soon talks lapse}
  renounced_rate: {likely: 0.01, low: 0.002, high: 0.03, unit: a month, basis: judgement,
                   title: how soon hawks renounce a line}
  hawks_share:    {likely: 0.5, low: 0.3, high: 0.7, unit: probability, basis: [B06],
                   title: chance that hawks win a vote}
  breakthrough:   {likely: 0.1, low: 0.02, high: 0.25, unit: probability, basis: [B04],
                   title: chance of a breakthrough}
  fighting_cost:  {likely: 2, low: 1, high: 4, unit: payoff a month, basis: [B01],
                   title: what fighting costs}
  trade_worth:    {likely: 0.6, low: 0.3, high: 1, unit: payoff a month, basis: [B03],
                   title: what trade is worth}
  land_worth:     {likely: 0.3, low: 0.1, high: 0.6, unit: payoff a month, basis: judgement,
                   title: what an agreed line is worth}
  safety_worth:   {likely: 0.5, low: 0.2, high: 0.8, unit: payoff a month, basis: [B02],
                   title: what massed troops are worth}
  threat:         {likely: 0.5, low: 0.2, high: 1, unit: payoff a month, basis: [B01],
                   title: what massed troops cost Southland}
  hawks_loss:     {likely: 0.8, low: 0.4, high: 1.5, unit: payoff a month, basis: [B06],
                   title: what hawks lose by any line}
  standing_worth: {likely: 1, low: 0.5, high: 2, unit: payoff a month, basis: [B05],
                   title: what a settlement is worth}
  raid_cost:      {likely: 1, low: 0.5, high: 2, unit: payoff once, basis: judgement,
                   title: what a raid costs}
  closing_cost:   {likely: 0.3, low: 0.1, high: 0.6, unit: payoff once, basis: [B03],
                   title: what closing trade costs}
  effort:         {likely: 0.2, low: 0.05, high: 0.5, unit: payoff once, basis: [B05],
                   title: what an invitation costs}

actions:                          # 'wait' is always open to every actor and changes nothing
  north:
    raid:
      about: Raid across the line
      weight: raid_weight                            # how often it would come up if all were equally attractive
      when: front is quiet and border is disputed    # where it is open
      then: {front: clashes, talks: none, trade: closed}   # all effects read the state before
      cost: {north: raid_cost}                       # once, when it takes effect
      claims: [B02]
    mass_troops: {weight: undo_weight, when: troops is thinned, then: {troops: massed}}   # steps back are rarer
    thin_out:    {when: troops is massed and front is quiet, then: {troops: thinned}}
  south:
    open_trade:  {when: trade is closed and front is quiet, then: {trade: open}, claims: [B03]}
    close_trade: {weight: undo_weight, when: trade is open, then: {trade: closed}, cost: {south: closing_cost}}
    agree_border:
      about: Sign the line that the mediator drew
      when: talks is summit and troops is thinned and border is disputed
      needs: [north]                                 # it must agree too, or `refused` happens
      then: {border: agreed, talks: envoys}
      refused: {talks: envoys}
    cease_fire:  {when: front is clashes, needs: [north], then: {front: quiet}}
  mediator:
    bring_together:
      about: Invite the two to talk
      when: talks < summit and front is quiet
      needs: [north, south]
      then: {talks: +1}                              # one level up
      chance:
        - {p: breakthrough, then: {talks: summit}}   # instead, with this chance
      asking: {mediator: effort}                     # paid for asking, whether or not they agree
      claims: [B04, B05]

chance:                           # what nobody decides: rates a month, or dates
  - {about: A clash at the line, when: front is quiet and troops is massed, rate: clash_rate,
     then: {front: clashes, talks: none}, claims: [B01]}
  - {about: Fighting dies down, when: front is clashes, rate: calm_rate, then: {front: quiet}}
  - {about: Talks lapse, when: talks > none, rate: lapse_rate, then: {talks: -1}}
  - {about: Hawks renounce the line, when: border is agreed and cabinet is hawks, rate: renounced_rate,
     then: {border: disputed}}
  - {about: Southland votes, every: 48 months, next: 2027-10,
     then: {cabinet: {hawks: hawks_share, doves: 1 - hawks_share}}}

interests:                        # payoff a month; in arithmetic a factor is 0 at its first level and 1 at its last
  north:
    peace:  -fighting_cost * front
    trade:  {value: trade_worth * trade, claims: [B03]}
    land:   land_worth * border
    safety: {value: safety_worth * troops, about: Troops near the line make it feel safe, claims: [B02]}
  south:
    peace:  -fighting_cost * front
    trade:  {value: trade_worth * trade, claims: [B03]}
    threat: -threat * troops
    land:   {value: land_worth * border - (hawks_loss * border if cabinet is hawks else 0), claims: [B06]}
  mediator:
    standing: {value: standing_worth * border, claims: [B05]}

outcomes:                         # what is forecast: a state that holds, or an action taken
  agreement: border is agreed
  clashes: {when: front is clashes, about: Shots are exchanged}
  raid: north.raid

situations:                       # dated starting points, whole or like another
  2024-06: {about: After the last ceasefire, front: quiet, troops: massed, trade: closed, talks: none,
            border: disputed, cabinet: hawks}
  2025-06: {like: 2024-06, about: Doves win the vote, cabinet: doves, talks: envoys}

forces:                           # what 'why' tells apart between two situations; the rest is 'other'
  government: [cabinet]
  diplomacy: [talks]

never:                            # combinations that cannot be
  - front is clashes and talks is summit

deals:                            # what can be bargained over
  parties: [north, south]
  consent: [mediator]
  terms: {border: all, troops: all, trade: all}
  also: {talks: envoys}
  named:
    land for trade: {border: agreed, troops: thinned, trade: open}

what_if:
  no raids: {from: 2025-06, do: {north: not raid}, claims: [B02]}
  hawks stay: {from: 2025-06, set: {cabinet: hawks}, claims: [B06]}
  a calmer line: {from: 2025-06, set: {clash_rate: 0.01}}

paths:                            # sequences that someone proposes
  trade first: {from: 2025-06, to: land for trade, claims: [B03, B04],
                steps: [south.open_trade, north.thin_out, mediator.bring_together, south.agree_border]}

ask:                              # what the questions speak of unless told otherwise
  {outcome: agreement, months: 36, between: [2024-06, 2025-06], deal: land for trade, along: hawks_loss}

record:                           # what happened: months of acts, or spells of states
  from: 2015-01
  to: 2025-06
  happened:
    clashes: {claims: [B01], spells: [2016-04 to 2016-07, 2018-02 to 2018-05, 2020-09 to 2020-11, 2024-02 to 2024-05]}
    raid: {dates: [2020-09]}
    agreement: {spells: []}
"""

_CLAIMS = """\
# What the scenario rests on: sources, and what each of them claims, in your own words. Replace these made-up ones.
# kind: fact | judgement | causal | counterfactual | forecast | advice
sources:
  yearbook: {title: Yearbook of border incidents (made up), publisher: An institute, year: 2024}
  memoir: {title: Ten years at the crossing (made up), author: A mediator, year: 2023}

claims:
  - {id: B01, source: yearbook, kind: fact, bears_on: clashes,
     says: "About one clash in two years, while troops are massed; each lasts some months."}
  - {id: B02, source: yearbook, kind: judgement, bears_on: raids,
     says: "Northland raids rarely, and mostly when it feels unsafe."}
  - {id: B03, source: memoir, kind: causal, bears_on: trade,
     says: "Both sides earn from the crossing, and miss it soon when it is closed."}
  - {id: B04, source: memoir, kind: judgement, bears_on: talks,
     says: "Envoys meet for months before leaders do; now and then all goes quickly."}
  - {id: B05, source: memoir, kind: causal, bears_on: the mediator,
     says: "A mediator is paid in standing, and pays in effort."}
  - {id: B06, source: yearbook, kind: fact, bears_on: Southland's politics,
     says: "Cabinets of hawks and of doves have alternated; hawks lose votes over any line."}
"""

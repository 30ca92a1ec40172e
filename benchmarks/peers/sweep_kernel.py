"""One sweep as a Numba kernel: ``python sweep_kernel.py game.npz found.npz``; its own environment, one thread.

Everybody's response to values (S, N) and the residual of the backward equation, as ``detente.equilibrium.play`` has
them, in one pass over the states: entries (what is open) are in the order of states and, within one, of movers, so that
all a state needs is at hand once. ``pay_at``, ``asking_at`` and ``ask_at`` say where an entry's payments and its
consenters stand, -1 where it has none. The number of actors is a constant, so that loops over them are unrolled.
Writes gain (n, N), policy, accepted (n,), residual (S, N), processor seconds of the fastest of 20 sweeps, and of
compiling.
"""

import sys
import time

import numpy as np
from numba import njit

SOURCE, TARGET = sys.argv[1:]
with np.load(SOURCE) as found:
    GAME = {name: found[name] for name in found.files}
N = GAME["value"].shape[1]
kernel = njit(error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp"})  # sums in any order


@kernel
def nobody(s, value, events, streams, residual):
    """Flow, discounting and chance."""
    (rate, event), (flow, rho) = events, streams
    for i in range(N):
        residual[s, i] = flow[s, i] - rho[i] * value[s, i]
    for c in range(rate.shape[1]):
        h, to = rate[s, c], event[s, c]
        if h > 0.0:
            for i in range(N):
                residual[s, i] += h * (value[to, i] - value[s, i])


@kernel
def outcome(s, e, value, outcomes, gain):
    """Expected value of an entry's outcomes less that of the state."""
    starts, succ, chance = outcomes
    for i in range(N):
        ahead = -value[s, i]
        for k in range(starts[e], starts[e + 1]):
            ahead += chance[k] * value[succ[k], i]
        gain[e, i] = ahead


@kernel
def ask(s, e, value, asks, lam, gain):
    """The chance that all agree; Q - V from what it is when accepted."""
    refused, consent, lean, ask_at = asks
    at, no, yes = ask_at[e], refused[e], 1.0
    if at < 0:
        return yes
    for i in range(N):
        gain[e, i] -= value[no, i] - value[s, i]
    for j in range(consent.shape[1]):
        r = consent[at, j]
        if r >= 0:
            yes /= 1.0 + np.exp(-lean[at, j] - lam[r] * gain[e, r])
    for i in range(N):
        gain[e, i] = yes * gain[e, i] + (value[no, i] - value[s, i])
    return yes


@kernel
def move(s, span, mover, motives, gain, policy, residual):
    """One mover's chances in a state, and what they add to the residual."""
    weight, lam, tempo, shocks = motives
    first, last = span
    m, top, mass, mean = mover[first], 0.0, 1.0, 0.0
    for a in range(first, last):
        top = max(top, lam[m] * gain[a, m])
    total = np.exp(-top)
    for a in range(first, last):
        policy[a] = weight[a] * np.exp(lam[m] * gain[a, m] - top)
        total += policy[a]
        mass += weight[a]
    for a in range(first, last):
        policy[a] /= total
        mean += policy[a] * gain[a, m]
        share = tempo[m] * policy[a]
        for i in range(N):
            residual[s, i] += share * gain[a, i]
    if shocks:
        residual[s, m] += tempo[m] * ((top + np.log(total / mass)) / lam[m] - mean)


@kernel
def sweep(entries, outcomes, paid, asks, motives, events, streams, made):
    """Fill gain, policy, accepted and residual."""
    value, first, mover = entries
    pay, pay_at, asking, asking_at = paid
    gain, policy, accepted, residual = made
    for s in range(len(value)):
        nobody(s, value, events, streams, residual)
        for e in range(first[s], first[s + 1]):
            outcome(s, e, value, outcomes, gain)
            if pay_at[e] >= 0:
                for i in range(N):
                    gain[e, i] += pay[pay_at[e], i]
            accepted[e] = ask(s, e, value, asks, motives[1], gain)
            if asking_at[e] >= 0:
                for i in range(N):
                    gain[e, i] -= asking[asking_at[e], i]
        e = first[s]
        while e < first[s + 1]:
            last = e + 1
            while last < first[s + 1] and mover[last] == mover[e]:
                last += 1
            move(s, (e, last), mover, motives, gain, policy, residual)
            e = last


def some(names):
    """These arrays of the game."""
    return tuple(GAME[name] for name in names.split())


def main():
    """Sweep over the game and write what comes of it."""
    states, count = len(GAME["value"]), len(GAME["mover"])
    made = np.empty((count, N)), np.empty(count), np.empty(count), np.empty((states, N))
    motives = (*some("weight lam tempo"), bool(GAME["shocks"]))
    paid, asks = some("pay pay_at asking asking_at"), some("refused consent lean ask_at")
    entries, outcomes, events, streams = map(
        some, ("value first mover", "starts succ chance", "rate event", "flow rho")
    )
    seconds = []
    for _ in range(21):
        began = time.process_time()
        sweep(entries, outcomes, paid, asks, motives, events, streams, made)
        seconds.append(time.process_time() - began)
    named = dict(zip(("gain", "policy", "accepted", "residual"), made, strict=True))
    np.savez(TARGET, **named, seconds=min(seconds[1:]), compiling=seconds[0])


if __name__ == "__main__":
    main()

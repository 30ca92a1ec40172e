"""Chances over time: play as a Markov jump process, first passage forward and backward, sampled histories."""

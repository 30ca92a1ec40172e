"""Branches of logit equilibria of stochastic games, followed from precision 0 with folds and bifurcations."""

"""Who does what: the stationary equilibrium of a game, and what may be said of it."""

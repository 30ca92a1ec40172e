"""Float64 for a block, and nowhere else."""

from __future__ import annotations

import jax.numpy as jnp

from detente.game.double import double_precision


@double_precision()
def third() -> jnp.ndarray:
    return jnp.ones(()) / 3


def test_double_precision_ends_with_the_block() -> None:
    with double_precision():
        assert jnp.ones(2).dtype == jnp.float64
        with double_precision():
            pass
        assert jnp.ones(2).dtype == jnp.float64
    assert jnp.ones(2).dtype == jnp.float32


def test_it_decorates() -> None:
    assert third().dtype == jnp.float64
    assert float(third()) == 1 / 3

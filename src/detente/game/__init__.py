"""The game: frozen arrays, and the compilation of a scenario into a function from numbers to them."""

"""The scenario language: from a file to a checked, frozen scenario."""

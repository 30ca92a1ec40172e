"""The Graph Model for Conflict Resolution: which states hold, for whom and why, by preference orders alone.

``read`` a file or build a :class:`~detente.graph.model.GraphModel`; ``analyse`` it; ask ``inverse`` how much hangs on
the rankings.
"""

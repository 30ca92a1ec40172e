"""Plain negotiation domains: issues, parties, utilities; what could be agreed, and what a fair arbiter would pick.

``read_domain`` (:mod:`~detente.negotiation.read`) and ``Domain`` make domains; ``negotiate``
(:mod:`~detente.negotiation.bargain`) answers with a ``Bargain``.
"""

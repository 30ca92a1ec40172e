"""A commented start for a scenario of one's own: a border dispute, two governments and a mediator.

It is small and whole: every part of the language that a first case needs is in it, every number has its range and
its basis, and it passes ``detente check`` without a warning.
"""

from __future__ import annotations

import json

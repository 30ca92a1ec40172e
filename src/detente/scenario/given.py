"""What a function is given where it wants a case."""

from __future__ import annotations

from detente.problems import takes
from detente.scenario.model import Scenario

of_a_case = takes(Scenario, "get one by case('korea') or load('border.yaml')")

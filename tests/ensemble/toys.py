"""Small scenarios for the tests of draws, caches and forecasts."""

from detente.scenario.model import Parameter, Scenario


def parameter(name: str, likely: float, low: float, high: float) -> Parameter:
    return Parameter(name, likely, low, high, "payoff", (), "judgement")


def scenario_of(*parameters: Parameter, name: str = "toy", text: str = "toy") -> Scenario:
    """A scenario of which only the parameters, the name and the text matter."""
    return Scenario(
        name=name,
        title="A toy",
        about="",
        moves="continuous",
        noise="errors",
        actors=(),
        factors=(),
        parameters=parameters,
        actions=(),
        rules=(),
        interests=(),
        outcomes=(),
        situations=(),
        forces={},
        never=(),
        deals=None,
        what_ifs=(),
        claims=None,
        text=text,
    )

"""Settings of all tests: hypothesis writes the same cases every time, and no test is timed by the clock.

With ``DETENTE_ALL_TESTS=1`` in the environment a test that would be skipped, for want of a browser say, fails instead.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "detente",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("detente")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip is a failure where all tests are wanted."""
    report = yield
    if report.skipped and os.environ.get("DETENTE_ALL_TESTS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and DETENTE_ALL_TESTS=1 wants all tests: {call.excinfo}"
    return report

import threading

import pytest

from detente.ensemble.parallel import Stop, StoppedError, each, workers
from detente.ensemble.progress import Line, Stage, by_share

QUIET = Stage(None, "test", 0)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_results_come_in_order(threads):
    second_is_done = threading.Event()

    def first(stop):
        assert threads == 1 or second_is_done.wait(10)
        return "first"

    def second(stop):
        second_is_done.set()
        return "second"

    assert each([first, second, lambda stop: "third"], QUIET, threads) == ["first", "second", "third"]


def test_an_error_stops_the_others():
    started, begun, ended = threading.Event(), [], []

    def fails(stop):
        started.wait(10)
        raise ValueError("broken")

    def goes_on(stop):
        begun.append(True)
        started.set()
        try:
            while True:
                stop(0.5, "still at it")
        except StoppedError:
            ended.append(True)
            raise

    with pytest.raises(ValueError, match="broken"):
        each([fails, goes_on, *[goes_on] * 5], QUIET, 2)
    for thread in threading.enumerate():
        if thread.name.startswith("detente"):
            thread.join(10)
    assert begun == ended  # each that had begun, the freed thread's next one too
    assert ended


def test_stop_is_quiet_until_it_is_set():
    stop = Stop()
    stop(0.1, "on")
    stop.set()
    with pytest.raises(StoppedError):
        stop()


def test_lines_on_stderr(capsys):
    lasting, fleeting = Line(lasting=True), Line(lasting=False)
    for done in (0, 1, 2, 3):
        lasting("draws", done, 3, None)
    fleeting("draws", 1, 3, 100.0)
    fleeting("draws", 3, 3, 0.0)
    told = capsys.readouterr().err
    assert told.startswith("draws: 0 of 3\ndraws: 3 of 3\n\rdraws: 1 of 3, about 2 min left ")
    assert told.endswith("\n")
    assert told.count("\n") == 3


def test_workers():
    assert workers(3) == 3
    assert workers(0) == 1
    assert 1 <= workers() <= 4


def test_a_stage_counts_and_a_share_becomes_hundredths():
    heard = []
    stage = Stage(lambda *told: heard.append(told[:3]), "draws", 2)
    stage.step()
    stage.step()
    tell = by_share(lambda *told: heard.append(told[:3]), "central")
    tell(0.25, "anything")
    assert heard == [("draws", 0, 2), ("draws", 1, 2), ("draws", 2, 2), ("central", 25, 100)]
    assert by_share(None, "central") is None


def test_no_time_left_is_told_from_next_to_nothing():
    heard = []
    tell = by_share(lambda *told: heard.append(told[2:]), "branch")
    for share in (0.0, 1e-5, 0.0099, 0.01, 1.0):
        tell(share, "anything")
    assert [left is None for _, left in heard] == [True, True, True, False, False]
    assert heard[-1][1] == 0.0

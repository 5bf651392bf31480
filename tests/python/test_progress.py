"""Progress in a log and on a terminal."""

from __future__ import annotations

import io

from assay.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_plain_lines_that_end_at_the_total() -> None:
    stream = io.StringIO()
    with Progress("anneal", 2000, stream=stream) as bar:
        for done in range(500, 2001, 500):
            bar.update(done, "runs: 1 done")
    lines = stream.getvalue().splitlines()
    assert lines[0] == "anneal: 500 of 2,000 tokens (25%), runs: 1 done"
    assert lines[-1].startswith("anneal: 2,000 of 2,000 tokens (100%), ")
    assert lines[-1].endswith(" tokens/s, 0.0 min left, runs: 1 done")
    assert "\r" not in stream.getvalue()


def test_a_terminal_gets_a_bar() -> None:
    stream = Terminal()
    with Progress("anneal", 2000, stream=stream) as bar:
        bar.update(500)
        bar.update(2000)
    assert "100%" in stream.getvalue()


def test_nothing_is_written_where_none_is_wanted() -> None:
    stream = Terminal()
    with Progress("anneal", 2000, shown=False, stream=stream) as bar:
        bar.update(2000)
    assert stream.getvalue() == ""


def test_slow_units_are_named_and_have_a_rate() -> None:
    stream = io.StringIO()
    with Progress("evaluate", 2, unit="runs", stream=stream) as bar:
        bar.update(0)
        bar.update(2)
    first, last = stream.getvalue().splitlines()
    assert first == "evaluate: 0 of 2 runs (0%)"
    assert last.startswith("evaluate: 2 of 2 runs (100%), ")
    assert " runs/s" in last

"""The command line ``assay <verb>``: each verb has a module of its own here."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence

from assay import __version__
from assay.cli import (
    allocate,
    anneal,
    backtest,
    compare,
    corpus,
    demo,
    evaluate,
    fit,
    init,
    integrate,
    next,
    plan,
    prepare,
    report,
    run,
)
from assay.errors import AssayError

__all__ = ["main"]

VERBS = (
    run,
    next,
    init,
    demo,
    prepare,
    plan,
    anneal,
    evaluate,
    fit,
    compare,
    allocate,
    integrate,
    backtest,
    report,
    corpus,
)

_EPILOG = """\
examples:
  assay init my-study --source ...    a study file for your own text
  assay demo                          the built-in study, from nothing to a decision
  assay run study.toml                a whole study; run it again to resume it
  assay run study.toml --dry-run      what it would cost, before anything is trained
  assay fit runs.csv --x tokens       laws for results that came from elsewhere
  assay compare runs.csv --x tokens   which source is better, from the same table
  assay corpus run recipe.toml        the corpus engine alone

exit codes:
  0    done
  1    something failed
  2    the command line, the study file or a recipe asks for what cannot be done
  3    data are missing, damaged, of another study, or not enough for a fit
  4    stopped with all progress saved: the same command resumes
  130  interrupted
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["corpus"]:
        return corpus.main(arguments[1:])
    try:
        options = build_parser().parse_args(arguments)
        code: int = options.execute(options)
        sys.stdout.flush()
    except AssayError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted: run the same command again to resume", 130)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        return _complain(_os_error(error), 1)
    return code


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of every verb."""
    parser = argparse.ArgumentParser(
        prog="assay",
        description="What is a source of training data worth, before you pay for it?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"assay {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for verb in VERBS:
        name = verb.__name__.rsplit(".", 1)[-1]
        summary = (verb.__doc__ or "").splitlines()[0]
        sub = verbs.add_parser(
            name,
            help=summary,
            description=verb.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_arguments(sub)
        sub.set_defaults(execute=verb.run)
    return parser


def _complain(message: str, code: int) -> int:
    print(f"assay: {message}", file=sys.stderr)
    return code


def _os_error(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk is full ({error.filename}): make room and run the same command again"
    return str(error)

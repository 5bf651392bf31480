"""Run a command, its output left out, and print what it took as JSON.

A process of its own: the peak memory of a child counts from that of its parent at the start, and
this parent is small.
"""

import json
import os
import sys
import time


def main() -> None:
    """Print CPU seconds of the command and its children, seconds of waiting and peak bytes."""
    command = sys.argv[1:]
    nothing = os.open(os.devnull, os.O_WRONLY)
    began = time.monotonic()
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 1)]
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - began
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"ended with {code}")
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"cpu": cpu, "wall": wall, "peak": usage.ru_maxrss * 1024}))


if __name__ == "__main__":
    main()

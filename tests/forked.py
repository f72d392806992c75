"""Runs `lantoa …` for tests.command: each request is a process of its own, forked after its command was imported.

Reads a line of JSON a request: the paths of stdin, stdout and stderr, the environment and the arguments. Answers with two
lines: the process's id, then its exit status.
"""

import gc
import json
import os
import sys
from importlib import import_module
from typing import Any

from lantoa.cli import COMMANDS, GROUPS, main, module_name

FLAGS = (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)


def serve() -> None:
    gc.disable()  # while it imports; main() enables it in the child
    for line in sys.stdin:
        request = json.loads(line)
        name = next(iter(request["arguments"]), "")
        if name in (*COMMANDS, *GROUPS):
            import_module(f"lantoa.cli.{module_name(name)}")
        pid = os.fork()
        if pid == 0:
            _become(request)
            return main()
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()  # or the next child has it too
        _pid, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return None


def _become(request: dict[str, Any]) -> None:
    os.setsid()
    for number, (path, flags) in enumerate(zip(request["streams"], FLAGS, strict=True)):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the one before has read ahead
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["lantoa", *request["arguments"]]


if __name__ == "__main__":
    serve()

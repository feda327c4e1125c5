"""Runs that are killed at a chosen moment: by SIGKILL in a forked child, as an operator or the kernel would."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from orgwarden.store import FileStore

BEFORE, DURING, AFTER = "before", "during", "after"
MOMENTS = (BEFORE, DURING, AFTER)


@dataclass(slots=True)
class Counter:
    """Counts moments at which a run can be killed, and kills it at one of them (number from 1; 0: at none)."""

    deadly: int = 0
    when: str = BEFORE
    names: list[str] = field(default_factory=list)

    def step(self, name: str) -> bool:
        """Count a moment; give whether the run dies at it."""
        self.names.append(name)
        return len(self.names) == self.deadly

    def die_if(self, *, at: bool, when: str) -> None:
        if at and when == self.when:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class MortalStore:
    """A store in a folder whose writes are counted, and one of which may be the last thing that the process does.

    *During* a write, half of it is on the disk: the file is written under a hidden name, and not yet under its own.
    """

    root: Path
    counter: Counter = field(default_factory=Counter)

    @property
    def whole(self) -> FileStore:
        return FileStore(self.root)

    @property
    def uri(self) -> str:
        return self.whole.uri

    def read(self, name: str) -> bytes:
        return self.whole.read(name)

    def names(self, prefix: str) -> list[str]:
        return self.whole.names(prefix)

    def create(self, name: str, data: bytes) -> None:
        self._write(name, data, lambda: self.whole.create(name, data))

    def replace(self, name: str, data: bytes) -> None:
        self._write(name, data, lambda: self.whole.replace(name, data))

    def delete(self, name: str) -> None:
        self._write(name, b"", lambda: self.whole.delete(name))

    def _write(self, name: str, data: bytes, write: Callable[[], None]) -> None:
        dies = self.counter.step(name)
        self.counter.die_if(at=dies, when=BEFORE)
        if dies and self.counter.when == DURING:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f".{path.name}.halfway").write_bytes(data[: len(data) // 2])
        self.counter.die_if(at=dies, when=DURING)
        write()
        self.counter.die_if(at=dies, when=AFTER)


def count_commits(engine: Engine, counter: Counter) -> Engine:
    """Count the commits of an engine as moments, too."""
    commit = engine.dialect.do_commit

    def counted(connection: Any) -> None:
        dies = counter.step("commit")
        counter.die_if(at=dies, when=BEFORE)
        commit(connection)
        counter.die_if(at=dies, when=AFTER)

    engine.dialect.do_commit = counted
    return engine


def killed(run: Callable[[], object]) -> bool:
    """Do a run in a child; give whether it was killed. What it raises is told, and is no kill."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0, "the run failed before it was killed"
    return False

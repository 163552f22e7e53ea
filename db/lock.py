"""The operating system's lock beside a SQLite file: one process owns a database."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class DatabaseBusy(Exception):
    """Another process has this database open. `where` is the database's file."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def lock_file(path: Path) -> FileLock:
    """Take the lock of the database at this path; release it by `.release()`, or by exiting.

    Raises DatabaseBusy if it is taken, and OSError if the lock's file can't be made.
    """
    real = path.resolve()
    # The directory itself may be new (`data/`); one further up that is missing is a typing error.
    real.parent.mkdir(exist_ok=True)
    lock = FileLock(real.with_name(real.name + ".lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise DatabaseBusy(str(path)) from None
    return lock

"""The one place for files: a folder or a bucket, written under conditions, so that nothing immutable is overwritten.

Small and our own, because the file-system layers that speak S3 pin an old boto3, and because all that is needed is
six verbs of which one, ``create``, must fail when somebody else was first.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from orgwarden.errors import BadInput, OrgwardenError

NOT_FOUND = frozenset({"404", "NoSuchKey", "NotFound"})
FIRST_COME = frozenset({"412", "409", "PreconditionFailed", "ConditionalRequestConflict"})


class NotThere(OrgwardenError):
    """The store has no file of this name."""


class AlreadyThere(OrgwardenError):
    """The store has a file of this name, and ``create`` overwrites nothing."""


class Store(Protocol):
    """Files by name (``snapshots/2026-11/1/manifest.json``); bytes in, bytes out."""

    @property
    def uri(self) -> str: ...
    def read(self, name: str) -> bytes: ...
    def create(self, name: str, data: bytes) -> None: ...
    def replace(self, name: str, data: bytes) -> None: ...
    def delete(self, name: str) -> None: ...
    def names(self, prefix: str) -> list[str]: ...


def create_or_same(store: Store, name: str, data: bytes) -> None:
    """Create a file whose name follows from its content; that it is there already, with this content, is as good."""
    try:
        store.create(name, data)
    except AlreadyThere:
        if store.read(name) != data:
            raise


@dataclass(frozen=True, slots=True)
class FileStore:
    """A store in a folder of this machine; what is written is on the disk before the call returns."""

    root: Path

    @property
    def uri(self) -> str:
        return self.root.resolve().as_uri()

    def read(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotThere(f"{self.uri} has no {name}") from error

    def create(self, name: str, data: bytes) -> None:
        fresh = self._written(name, data)
        try:
            os.link(fresh, self._path(name))
        except FileExistsError as error:
            raise AlreadyThere(f"{self.uri} has a {name} already") from error
        finally:
            fresh.unlink()

    def replace(self, name: str, data: bytes) -> None:
        self._written(name, data).replace(self._path(name))

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> list[str]:
        folder = self._path(prefix) if prefix else self.root
        found = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
        return sorted(p.relative_to(self.root).as_posix() for p in found)

    def _path(self, name: str) -> Path:
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise BadInput(f"{name!r} is no name within the store {self.uri}")
        return path

    def _written(self, name: str, data: bytes) -> Path:
        """Give a hidden file beside the target that has all of the data on the disk."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return fresh


@dataclass(frozen=True, slots=True)
class S3Store:
    """A store under a prefix of a bucket; ``create`` is a conditional put (``If-None-Match: *``)."""

    client: Any
    bucket: str
    prefix: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def read(self, name: str) -> bytes:
        try:
            body: bytes = self.client.get_object(Bucket=self.bucket, Key=self._key(name))["Body"].read()
        except self.client.exceptions.ClientError as error:
            if _code(error) in NOT_FOUND:
                raise NotThere(f"{self.uri} has no {name}") from error
            raise
        return body

    def create(self, name: str, data: bytes) -> None:
        try:
            self.client.put_object(Bucket=self.bucket, Key=self._key(name), Body=data, IfNoneMatch="*")
        except self.client.exceptions.ClientError as error:
            if _code(error) in FIRST_COME:
                raise AlreadyThere(f"{self.uri} has a {name} already") from error
            raise

    def replace(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=self._key(name), Body=data)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self._key(name))

    def names(self, prefix: str) -> list[str]:
        start = self._key(f"{prefix}/" if prefix else "")
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
        keys = (found["Key"] for page in pages for found in page.get("Contents", ()))
        return sorted(key[len(self._key("")) :] for key in keys)

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """A store that is gone with this process: for a reading of which nothing is to be kept."""

    files: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def uri(self) -> str:
        return "memory:"

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise NotThere(f"{self.uri} has no {name}")
        return self.files[name]

    def create(self, name: str, data: bytes) -> None:
        # One step of the interpreter, so that of several threads the first wins, as in a folder.
        if self.files.setdefault(name, data) is not data:
            raise AlreadyThere(f"{self.uri} has a {name} already")

    def replace(self, name: str, data: bytes) -> None:
        self.files[name] = data

    def delete(self, name: str) -> None:
        self.files.pop(name, None)

    def names(self, prefix: str) -> list[str]:
        start = f"{prefix}/" if prefix else ""
        return sorted(name for name in list(self.files) if name.startswith(start))


def open_store(uri: str, *, s3: Callable[[], Any]) -> Store:
    """Open ``file:///folder``, a plain path, or ``s3://bucket/prefix``; ``s3`` makes its boto3 client."""
    parts = urlsplit(uri)
    match parts.scheme:
        case "s3":
            return S3Store(s3(), parts.netloc, parts.path.strip("/"))
        case "file":
            return FileStore(Path(unquote(parts.path)))
        case "":
            return FileStore(Path(uri))
    raise BadInput(f"ORGWARDEN_STORE is {uri!r}: give file:///a/folder or s3://bucket/prefix")


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))

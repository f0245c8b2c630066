"""A registry in a bucket. boto3 is imported here, so this is for the command line, not for the serving process."""

from typing import Self

from botocore.exceptions import ClientError

from movie_service.registry.places import Changed
from movie_service.uploader.store import Store

_LOST: tuple[str, ...] = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")


class Bucket:
    """The same as a folder, with S3's own conditions."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name

    @classmethod
    def at(cls, url: str, endpoint: str | None = None) -> Self:
        """The registry below s3://bucket/prefix."""
        return cls(Store.at(url, endpoint), url)

    def read(self, key: str) -> tuple[bytes, str]:
        """Content and tag."""
        try:
            return self._store.get_tagged(key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                raise FileNotFoundError(key) from None
            raise

    def add(self, key: str, content: bytes) -> None:
        """Write what is not there yet."""
        if not self._store.put_once(key, content):
            raise Changed(key)

    def change(self, key: str, content: bytes, tag: str) -> None:
        """Write over the object that has this tag."""
        if not tag:
            self.add(key, content)
            return
        try:
            self._store.replace_if(key, content, tag)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _LOST:
                raise Changed(key) from None
            raise

    def folders(self, below: str) -> list[str]:
        """The names directly below."""
        return sorted({key.removeprefix(below).split("/")[0] for key in self._store.keys(below)})

"""The bucket: what the uploader asks of S3, with any endpoint that speaks its protocol."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# What can go wrong with the bucket or on the way to it; whoever meets it tries again later.
Unreachable: Final = (BotoCoreError, ClientError)


@dataclass(frozen=True)
class Store:
    """A bucket and a prefix in it; keys are relative to the prefix."""

    client: Any
    bucket: str
    prefix: str

    @classmethod
    def at(cls, url: str, endpoint: str | None = None) -> Self:
        """The store that s3://bucket/prefix names; `endpoint` is None for AWS, or AWS_ENDPOINT_URL is set."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError(f"{url!r} is not an address such as 's3://bucket/prefix'.")
        prefix = parts.path.strip("/")
        # Short and few: an attempt that fails is made again by the next round.
        patience = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 2, "mode": "standard"})
        client = boto3.client("s3", endpoint_url=endpoint, config=patience)
        return cls(client, parts.netloc, f"{prefix}/" if prefix else "")

    # --8<-- [start:put]
    def put_once(self, key: str, content: bytes) -> bool:
        """Store an object unless there is one of this name; False when there was.

        The condition is S3's own, so it holds against another uploader too. And a deletion that has rewritten the
        object meanwhile is not undone by a late repetition.
        """
        try:
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "PreconditionFailed":
                return False
            raise
        return True

    # --8<-- [end:put]

    def replace(self, key: str, content: bytes) -> None:
        """Store an object over the one that is there."""
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content)

    def replace_if(self, key: str, content: bytes, tag: str) -> None:
        """Store an object over the one with this tag; ClientError when it is another one meanwhile."""
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content, IfMatch=tag)

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        """The content of an object and its tag."""
        found = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
        return found["Body"].read(), found["ETag"]

    def get(self, key: str) -> bytes:
        """The content of an object."""
        content: bytes = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)["Body"].read()
        return content

    def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def keys(self, below: str) -> Iterator[str]:
        """The keys that begin with `below`, sorted."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + below)
        for page in pages:
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(self.prefix)

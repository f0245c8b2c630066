"""A batch as columns, read and validated by msgspec.

Most batches are right, and for these five columns of plain values are all that the model needs. So the quick way here
answers one question only: is everything right? It never says what is wrong. Whatever it does not take goes to
pydantic, which decides, and which words every refusal (schemas.py). A test holds that the quick way takes nothing that
pydantic refuses, and reads it alike.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, NamedTuple, Protocol, TypeAlias, overload

import msgspec

from movie_service.schemas import LARGEST_ID, OLDEST, Gender, Occupation


class Asked(Protocol):
    """What a prediction is asked with; PredictionRequest has these, and so has One."""

    @property
    def user_id(self) -> int: ...
    @property
    def movie_id(self) -> int: ...
    @property
    def age(self) -> int: ...
    @property
    def gender(self) -> str: ...
    @property
    def occupation(self) -> str: ...


class One(NamedTuple):
    """One request of a batch, for those who want to see it alone."""

    user_id: int
    movie_id: int
    age: int
    gender: str
    occupation: str


class Columns(Sequence[One]):
    """The requests of a batch, column by column; as a sequence, one by one."""

    def __init__(self, *columns: Sequence[Any]) -> None:
        self._columns = columns
        self.user_id, self.movie_id, self.age, self.gender, self.occupation = columns

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> "Columns":
        """From requests that were validated elsewhere."""
        if isinstance(asked, cls):
            return asked
        # Spelled out: the interpreter learns where each of them lies, and takes a third of getattr's time.
        return cls(
            [one.user_id for one in asked],
            [one.movie_id for one in asked],
            [one.age for one in asked],
            [one.gender for one in asked],
            [one.occupation for one in asked],
        )

    def __len__(self) -> int:
        return len(self.user_id)

    def __iter__(self) -> Iterator[One]:
        return map(One, *self._columns)

    @overload
    def __getitem__(self, at: int) -> One: ...
    @overload
    def __getitem__(self, at: slice) -> "Columns": ...
    def __getitem__(self, at: int | slice) -> "One | Columns":
        found: list[Any] = [column[at] for column in self._columns]
        return Columns(*found) if isinstance(at, slice) else One._make(found)


# --8<-- [start:columns]
_Id: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_ID)]


# gc=False: a thousand of these live for a millisecond and hold nothing that could hold them.
class _Request(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    user_id: _Id
    movie_id: _Id
    age: Annotated[int, msgspec.Meta(ge=1, le=OLDEST)]
    gender: Gender
    occupation: Occupation


class _Batch(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    requests: Annotated[list[_Request], msgspec.Meta(min_length=1)]


_decode: Final = msgspec.json.Decoder(_Batch).decode


def columns_of(body: bytes) -> Columns | None:
    """The requests of a body that is right in every respect; None for any other, and for any doubt."""
    try:
        return Columns.of(_decode(body).requests)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


# --8<-- [end:columns]

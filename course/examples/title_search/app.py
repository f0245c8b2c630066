"""Finds movies by words of their titles."""

from fastapi import FastAPI
from pydantic import BaseModel, Field

TITLES = ("The Long Bridge (1994)", "Bridge at Night (1996)", "Seven Winters (1989)")

# --8<-- [start:contract]
app = FastAPI()


class Search(BaseModel):
    words: str = Field(min_length=2, max_length=80)
    limit: int = Field(10, ge=1, le=50)


class Found(BaseModel):
    titles: list[str]


@app.post("/search")
async def search(asked: Search) -> Found:
    return Found(titles=find(asked.words, asked.limit))


# --8<-- [end:contract]
def find(words: str, limit: int) -> list[str]:
    """Return the titles that hold the words, in any case."""
    return [title for title in TITLES if words.lower() in title.lower()][:limit]

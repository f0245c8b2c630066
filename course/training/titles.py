"""Made-up movie titles, some with letters that Latin-1 and UTF-8 write differently."""

from __future__ import annotations

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words("""
    Last Long Silent Broken Golden Hidden Second Blue Distant Crooked Quiet Lost Little Burning Frozen
    Perfect Empty Electric Northern Paper Borrowed Velvet Patient Wild Hollow Gentle Stolen Crimson Early
    Foreign
""")
NOUNS = _words("""
    Night River Garden Letter Winter Stranger Promise Harbor Signal Shadow Journey Summer Secret Orchard
    Horizon Mirror Engine Kingdom Silence Carnival Detour Witness Frontier Voyage Lantern Station Island
    Verdict Echo Circus Passage Highway Tide Comet Library Bridge Apprentice Balloon Violin Lighthouse
""")
ACCENTED = _words("Café Señor Été Mädchen Père Fröken Niño Château Soirée Ångström")
FIRST = _words("""
    Ar Bel Cor Dan El Fal Gar Hol Is Jun Kal Lor Mar Nor Or Pel Quin Ros Sal Tor Ul Ver Wil Xan Yor Zel
""")
LAST = _words("ad bridge dale en field ia ick ine land mere nor o ora ston ton vale ville wood")

_ACCENTED_SHARE = 0.012


def make_titles(years: list[int], random: np.random.RandomState, *, copies: int) -> list[str]:
    """Return one title a year, all different but for `copies` that stand twice, as in the real set."""
    titles: list[str] = []
    taken: set[str] = set()
    for year in years:
        title = _title(year, random)
        while title in taken:
            title = _title(year, random)
        taken.add(title)
        titles.append(title)
    return titles if copies == 0 else _repeat_some(titles, years, random, copies=copies)


def _title(year: int, random: np.random.RandomState) -> str:
    noun, place = _pick(NOUNS, random), _pick(FIRST, random) + _pick(LAST, random)
    if random.random_sample() < _ACCENTED_SHARE:
        return f"{_pick(ACCENTED, random)} {place} ({year})"
    shape = random.randint(4)
    name = (f"{_pick(ADJECTIVES, random)} {noun}", place, f"{noun} of {place}", f"{place}, The")[shape]
    return f"{name} ({year})"


def _pick(words: tuple[str, ...], random: np.random.RandomState) -> str:
    return words[random.randint(len(words))]


def _repeat_some(titles: list[str], years: list[int], random: np.random.RandomState, *, copies: int) -> list[str]:
    """Give `copies` movies the title of an earlier movie of the same year: titles are no key."""
    first_of_year: dict[int, int] = {}
    pairs = []
    for index, year in enumerate(years):
        if first_of_year.setdefault(year, index) != index:
            pairs.append((first_of_year.pop(year), index))
    for chosen in random.permutation(len(pairs))[:copies]:
        source, target = pairs[chosen]
        titles[target] = titles[source]
    return titles

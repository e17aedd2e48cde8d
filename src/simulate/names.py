"""Fictional names of companies and of the people who care for them."""

import numpy as np

_FIRST = """
    Alder Amber Arbor Aster Basalt Beacon Birch Bram Calder Cedar Cinder Clover Cobalt Copper Coral Crest
    Dapple Delta Ember Fable Fern Flint Gable Garnet Glen Harbor Hazel Heron Indigo Iris Juniper Kestrel
    Lantern Larch Linden Lumen Maple Marlow Meridian Moss North Oak Onyx Opal Orchid Osprey Pebble Pine
    Quarry Quill Raven Reed Rowan Saffron Sage Slate Sorrel Spruce Sterling Talon Teal Thistle Umber Vale
    Velvet Willow Wren Yarrow
"""
_SECOND = """
    bridge brook field ford forge gate grove haven hill house light line loom mark mill point port ridge
    spring stone stream vale view ward water way well wood works yard
"""
_KIND = """
    Labs Systems Group Logistics Health Retail Foods Analytics Energy Media Partners Freight Software
    Robotics Insurance Design
"""
# pages and spreadsheets must escape these
_TRICKY = ("O'Brien & Söhne", "北辰软件", "=SUM Analytics <b>", 'Čapek, "Dvořák" s.r.o.')
_PEOPLE = ("Maya Lind", "Tom Okafor", "Ines Duarte", "Jun Watanabe", "Petra Novak", "Sam Ellery", "Li Na")


def company_names(rng: np.random.Generator, count: int) -> np.ndarray:
    """Names of `count` companies; a few hold characters that files and pages must escape."""
    first, second, kind = (rng.choice(words.split(), count) for words in (_FIRST, _SECOND, _KIND))
    names = np.char.add(np.char.add(first, second), np.char.add(" ", kind)).astype(object)
    places = rng.permutation(count)[: len(_TRICKY)]
    names[places] = _TRICKY[: len(places)]
    return names


def team(accounts: int) -> np.ndarray:
    """Names of the CSMs of so many accounts: about one for each hundred."""
    size = max(1, round(accounts / 100))
    rounds = [f" {n}" if n else "" for n in range(size // len(_PEOPLE) + 1)]
    return np.array([person + suffix for suffix in rounds for person in _PEOPLE][:size], dtype=object)

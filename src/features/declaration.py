"""Indicators that somebody declared outside the package: what is wrong with one is said in a sentence."""

from collections.abc import Sequence
from string import Formatter
from typing import get_args

from leadline.features.catalogue import catalogue
from leadline.features.indicator import Catalogue, Indicator, Level, Unit
from leadline.features.measures import Measures
from leadline.features.snapshots import Log, lacking
from leadline.features.states import HISTORY, STATES
from leadline.problem import Problem

FILLED = {"value", "before", "window", "module"}
DIRECTIONS = (1, -1, 0)


def declared_beside(given: Sequence[object], modules: Sequence[str], log: Log) -> Catalogue:
    """What declarations stand for (modules, market twins), by name; a Problem where one is not well declared, is named
    as one of the package, or asks for what this log has not."""
    indicators = [_declared(each) for each in given]
    known = catalogue(modules)
    for indicator in indicators:
        _refuse_wrong_words(indicator)
        if indicator.name in known:
            raise Problem(f"An indicator named {indicator.name} is in the package already; give yours another name.")
    wider = catalogue(modules, indicators)
    found = {name: indicator for name, indicator in wider.items() if name not in known}
    for indicator in found.values():
        _refuse_what_is_not_there(indicator, log)
    return found


def _declared(given: object) -> Indicator:
    if isinstance(given, Indicator):
        return given
    name = getattr(given, "__name__", repr(given))
    raise Problem(f"{name} is no indicator; write @indicator(...) above its function, as the package's files do.")


def _refuse_wrong_words(indicator: Indicator) -> None:
    choices = {"level": get_args(Level), "unit": get_args(Unit), "direction": DIRECTIONS}
    for what, allowed in choices.items():
        value = getattr(indicator, what)
        if value not in allowed:
            listed = ", ".join(map(str, allowed))
            raise Problem(f"Indicator {indicator.name}: {what} {value!r} is none of {listed}; write one of these.")
    for language, sentence in indicator.sentence.items():
        strange = {str(field) for _, field, _, _ in Formatter().parse(sentence) if field is not None} - FILLED
        if strange:
            raise Problem(
                f"Indicator {indicator.name}: the sentence {language} has the place {{{min(strange)}}}; it may have "
                "{value}, {before}, {window} and, for per_module, {module}."
            )


def _refuse_what_is_not_there(indicator: Indicator, log: Log) -> None:
    for column in indicator.columns():
        asked = Measures()
        try:
            indicator.define(asked, column.window)
        except Problem:
            raise
        except Exception as error:  # whatever somebody's function does
            raise Problem(f"Indicator {indicator.name}: its function fails: {error}.") from error
        strange = asked.states - STATES.keys() - HISTORY.keys()
        if strange:
            there = ", ".join(sorted((*STATES, *HISTORY)))
            raise Problem(f"Indicator {indicator.name} asks for the state {min(strange)}; there are {there}.")
    missing = lacking(indicator, log)
    if missing:
        raise Problem(
            f"Indicator {indicator.name} needs {' and '.join(sorted(missing))}, which this source does not give; map "
            "it in the source's YAML, or try the indicator on another source."
        )

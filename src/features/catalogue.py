"""All declared indicators, found in the modules of leadline.features.indicators."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from leadline.features import indicators
from leadline.features.indicator import Catalogue, Indicator
from leadline.problem import Problem


def declared() -> tuple[Indicator, ...]:
    """Every declaration, in the order of modules and, within one, of declaration."""
    return tuple(i for module in _modules() for i in vars(module).values() if isinstance(i, Indicator))


def catalogue(modules: Iterable[str] = (), more: Iterable[Indicator] = ()) -> Catalogue:
    """Name -> indicator: every declaration, then `more` of them, for each of the product's top modules where it speaks
    of one, and followed by its twin where market movement is taken out."""
    found: Catalogue = {}
    for indicator in (variant for i in (*declared(), *more) for variant in _variants(i, tuple(modules))):
        if indicator.name in found:
            raise Problem(f"Two indicators are named {indicator.name}; rename one of them (or one of the modules).")
        found[indicator.name] = indicator
    return found


def _variants(indicator: Indicator, modules: tuple[str, ...]) -> Iterator[Indicator]:
    """What one declaration stands for."""
    for plain in [indicator.in_module(m) for m in modules] if indicator.per_module else [indicator]:
        yield plain
        if plain.market:
            yield plain.against_market()


def _modules() -> list[ModuleType]:
    names = sorted(module.name for module in iter_modules(indicators.__path__))
    return [import_module(f"{indicators.__name__}.{name}") for name in names]

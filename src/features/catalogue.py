"""All declared indicators, found in the modules of leadline.features.indicators."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from leadline.features import indicators
from leadline.features.indicator import Catalogue, Indicator
from leadline.problem import Problem


def catalogue() -> Catalogue:
    """Name -> indicator, in the order of modules and, within one, of declaration."""
    found: Catalogue = {}
    for module in _modules():
        for declared in vars(module).values():
            if isinstance(declared, Indicator):
                if declared.name in found:
                    raise Problem(f"Two indicators are named {declared.name}; rename one of them.")
                found[declared.name] = declared
    return found


def _modules() -> list[ModuleType]:
    names = sorted(module.name for module in iter_modules(indicators.__path__))
    return [import_module(f"{indicators.__name__}.{name}") for name in names]

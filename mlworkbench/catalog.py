"""Catalogs of plug-ins: one file each registers one frozen spec; forms, choices and docs follow from it."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from mlworkbench.errors import Conflict, InvalidInput, NotFound, listing


class Named(Protocol):
    """Anything with a unique name."""

    @property
    def name(self) -> str: ...


S = TypeVar("S", bound=Named)


@dataclass(frozen=True)
class Param:
    """One setting of a plug-in, enough to draw its form and to check a value that came from anywhere."""

    name: str
    kind: Literal["int", "float", "choice", "bool", "text"]
    default: Any
    label: str = ""
    help: str = ""
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    def check(self, value: Any) -> Any:
        """The value as this setting's type.

        Raises
        ------
        InvalidInput
            When the value is of another type, out of bounds, or not one of the choices.
        """
        if value is None and self.default is None:
            return None
        if self.kind == "choice":
            if value not in self.choices:
                raise InvalidInput(
                    f"{self.name} must be one of: {listing(self.choices)}. Got {value!r}.", field=self.name
                )
            return value
        if self.kind == "bool":
            if not isinstance(value, bool):
                raise InvalidInput(f"{self.name} must be true or false. Got {value!r}.", field=self.name)
            return value
        if self.kind == "text":
            if not isinstance(value, str):
                raise InvalidInput(f"{self.name} must be text. Got {value!r}.", field=self.name)
            return value
        return self._number(value)

    def _number(self, value: Any) -> int | float:
        what = "a whole number" if self.kind == "int" else "a number"
        bounds = f" from {self.low}" * (self.low is not None) + f" up to {self.high}" * (self.high is not None)
        wrong = InvalidInput(f"{self.name} must be {what}{bounds}. Got {value!r}.", field=self.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong
        if self.kind == "int" and not float(value).is_integer():
            raise wrong
        number = int(value) if self.kind == "int" else float(value)
        too_low = self.low is not None and number < self.low
        too_high = self.high is not None and number > self.high
        if number != number or too_low or too_high:
            raise wrong
        return number


def check_params(params: tuple[Param, ...], values: dict[str, Any], owner: str) -> dict[str, Any]:
    """All settings of a plug-in: given values checked, the others at their defaults."""
    known = {param.name: param for param in params}
    for name in values:
        if name not in known:
            raise InvalidInput(f"{owner} has no setting {name!r}. Available: {listing(known)}.", field=str(name))
    return {name: param.check(values.get(name, param.default)) for name, param in known.items()}


class Catalog(Generic[S]):
    """Specs by name, in the order of registration.

    Parameters
    ----------
    kind : str
        What is registered, for messages: "estimator", "reader".
    package : str, optional
        Dotted name of the plug-in folder; all its modules are imported at the first use.
    """

    def __init__(self, kind: str, package: str | None = None) -> None:
        self.kind = kind
        self._package = package
        self._specs: dict[str, S] = {}
        self._loaded = package is None
        self._lock = threading.RLock()

    def register(self, spec: S) -> S:
        """Add a spec; a name that is taken by another raises Conflict."""
        if spec.name in self._specs:
            raise Conflict(f"There is already a {self.kind} named {spec.name!r}. Give the new one another name.")
        self._specs[spec.name] = spec
        return spec

    def get(self, name: str) -> S:
        """The spec of that name; NotFound lists the names that exist."""
        self._load()
        try:
            return self._specs[name]
        except (KeyError, TypeError) as error:
            raise NotFound(
                f"There is no {self.kind} named {name!r}. Available: {listing(self._specs)}.", field=self.kind
            ) from error

    def names(self) -> tuple[str, ...]:
        """The names in the order of registration."""
        self._load()
        return tuple(self._specs)

    def __iter__(self) -> Iterator[S]:
        self._load()
        return iter(tuple(self._specs.values()))

    def __len__(self) -> int:
        self._load()
        return len(self._specs)

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._specs

    def _load(self) -> None:
        if self._loaded:
            return
        with self._lock:
            package = importlib.import_module(str(self._package))
            for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
                importlib.import_module(f"{self._package}.{module.name}")
            self._loaded = True

"""Two samples of a column compared: a test, an effect, what chance alone would show at this size, then the verdict."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.monitoring.drawing import distribution_of
from mlworkbench.monitoring.results import ColumnDrift
from mlworkbench.monitoring.spec import DEFAULT_EFFECTS, DEFAULT_TESTS, DRIFT_TESTS, KINDS, DriftTest
from mlworkbench.monitoring.statistics import benjamini_hochberg, share_noise, two_means, two_shares
from mlworkbench.monitoring.words import sentence_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEAST_ROWS = 20
DRAWS = 400
MISSING_FLOOR = 0.02
OF_TYPE = {"number": "number", "integer": "number", "binary": "category", "category": "category",
           "constant": "category"}  # fmt: skip
UNTESTED = {
    "datetime": "Not tested: time moves on by itself.",
    "text": "Not tested: nearly every text is its own.",
    "identifier": "Not tested: nearly every value is its own.",
}


@dataclass(frozen=True)
class Settings:
    """How columns are compared.

    Parameters
    ----------
    alpha : float
        False discovery rate over all tests together; also the share of batches without drift whose effect may exceed
        its threshold.
    tests, effects : Mapping
        Column kind ("number", "category") → name in `DRIFT_TESTS`.
    floors : Mapping
        Effect (or "missing", a difference of shares) → the least worth an alarm; the catalog's where not named.
    seed : int
        Of what a batch shows by chance.
    """

    alpha: float = 0.05
    tests: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_TESTS))
    effects: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_EFFECTS))
    floors: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    @classmethod
    def checked(
        cls,
        alpha: float = 0.05,
        tests: Mapping[str, str] | None = None,
        effects: Mapping[str, str] | None = None,
        floors: Mapping[str, float] | None = None,
        seed: int = 0,
    ) -> Settings:
        """The settings, each looked at; InvalidInput names the one that is wrong."""
        if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha < 0.5:
            raise InvalidInput(f"alpha must be a share between 0 and 0.5, such as 0.05. Got {alpha!r}.", field="alpha")
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise InvalidInput(f"seed must be a whole number of at least 0. Got {seed!r}.", field="seed")
        chosen = {}
        for setting, given, default, role in (
            ("tests", tests, DEFAULT_TESTS, "test"),
            ("effects", effects, DEFAULT_EFFECTS, "effect"),
        ):
            for kind, name in (given or {}).items():
                fitting = [one.name for one in DRIFT_TESTS if one.role == role and kind in one.kinds]
                if kind not in KINDS or name not in fitting:
                    raise InvalidInput(
                        f"{setting} names for {listing(KINDS)} one of the catalog: for {kind} {listing(fitting)}. "
                        f"Got {name!r}.",
                        field=setting,
                    )
            chosen[setting] = {**default, **(given or {})}
        known = ["missing", *(one.name for one in DRIFT_TESTS if one.role == "effect")]
        for name, floor in (floors or {}).items():
            if name not in known or isinstance(floor, bool) or not isinstance(floor, int | float) or not floor >= 0:
                raise InvalidInput(
                    f"floors gives numbers of at least 0 for: {listing(known)}. Got {name!r}: {floor!r}.",
                    field="floors",
                )
        return cls(float(alpha), chosen["tests"], chosen["effects"], dict(floors or {}), seed)

    def floor(self, name: str) -> float:
        """The least effect worth an alarm."""
        if name == "missing":
            return float(self.floors.get(name, MISSING_FLOOR))
        return float(self.floors.get(name, DRIFT_TESTS.get(name).floor))


class Sample:
    """A column of one side, with what tests ask for made once."""

    def __init__(self, cells: pd.Series, kind: str) -> None:
        import numpy as np

        self.kind, self.rows = kind, len(cells)
        self.values: np.ndarray = np.empty(0)
        self.counts: dict[str, int] = {}
        if kind == "number":
            values = cells.to_numpy(dtype=np.float64, na_value=np.nan)
            self.values = np.sort(values[np.isfinite(values)])
            self.present = len(self.values)
        elif kind == "category":
            found = cells.value_counts(dropna=True, sort=False)
            for label, count in zip(found.index, found.to_numpy(), strict=True):
                self.counts[str(label)] = self.counts.get(str(label), 0) + int(count)
            self.present = sum(self.counts.values())
        else:
            self.present = int(cells.notna().sum())

    @property
    def missing(self) -> float:
        """Share of cells without a (finite) value."""
        return 1 - self.present / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Pair:
    """Both samples of a column, in the forms that tests take."""

    reference: Sample
    current: Sample

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Categories of both, sorted."""
        return tuple(sorted({**self.reference.counts, **self.current.counts}))

    @cached_property
    def counts(self) -> tuple[np.ndarray, np.ndarray]:
        """How often each category, or each of Sturges' bins over both samples, occurs in either."""
        import numpy as np

        if self.reference.kind == "category":
            sides = (self.reference.counts, self.current.counts)
            one, two = ([side.get(label, 0) for label in self.labels] for side in sides)
            return np.array(one, dtype=np.float64), np.array(two, dtype=np.float64)
        both = np.concatenate([self.reference.values, self.current.values])
        edges = np.histogram_bin_edges(both, bins="sturges")
        return tuple(  # type: ignore[return-value]
            np.histogram(side.values, bins=edges)[0].astype(np.float64) for side in (self.reference, self.current)
        )

    def handed(self, test: DriftTest) -> tuple[np.ndarray, np.ndarray]:
        """What the test compares."""
        return self.counts if test.on == "counts" else (self.reference.values, self.current.values)

    def by_chance(self, test: DriftTest, level: float, random: np.random.Generator) -> float:
        """The quantile of the effect when both samples come from one population.

        Batches are drawn from the reference, which is itself a sample: squared effects grow with 1/n + 1/m instead of
        1/m, so that the quantile is widened by the square root of 1 + m/n.
        """
        import numpy as np

        rows, known = self.current.present, self.reference.present
        if test.null is not None:
            drawn = test.null(self.handed(test)[0], rows, DRAWS, random)
        else:
            counts = self.handed(test)[0]
            drawn = test.compare(counts, random.multinomial(rows, counts / counts.sum(), size=DRAWS).astype(float))
        return float(np.quantile(drawn, level)) * float(np.sqrt(1 + rows / known))


def kind_of(type_: str) -> str:
    """How a column of this type is compared: "number", "category", or "" for not at all."""
    return OF_TYPE.get(type_, "")


def measure(
    name: str, type_: str, reference: Sample, current: Sample, settings: Settings, *, role: str = "input"
) -> ColumnDrift:
    """All figures of one column, before anything is decided."""
    import numpy as np

    pair = Pair(reference, current)
    found = ColumnDrift(
        name, type_, role, reference.rows, current.rows,
        missing_reference=reference.missing, missing_current=current.missing,
    )  # fmt: skip
    if min(reference.rows, current.rows) >= LEAST_ROWS:
        gone, lost = reference.rows - reference.present, current.rows - current.present
        noise = share_noise(
            (gone + lost) / (reference.rows + current.rows), reference.rows, current.rows, 1 - settings.alpha
        )
        found = replace(
            found,
            missing_p_value=two_shares(gone, reference.rows, lost, current.rows) if gone or lost else None,
            missing_threshold=max(settings.floor("missing"), noise),
        )
    kind = reference.kind
    if not kind:
        return replace(found, note=UNTESTED.get(type_, "Not tested."))
    new = sorted(((n, label) for label, n in current.counts.items() if label not in reference.counts), reverse=True)
    found = replace(
        found,
        unseen=tuple((label, n) for n, label in new[:10]),
        unseen_rows=sum(n for n, _ in new),
        distribution=distribution_of(pair),
        reference_middle=_median(reference),
        current_middle=_median(current),
    )
    if min(reference.present, current.present) < LEAST_ROWS:
        few, side = min((reference.present, "the reference"), (current.present, "the current rows"))
        return replace(found, note=f"Not tested: {few} values in {side}, at least {LEAST_ROWS} are needed.")
    test, effect = DRIFT_TESTS.get(settings.tests[kind]), DRIFT_TESTS.get(settings.effects[kind])
    random = np.random.default_rng([settings.seed, zlib.crc32(name.encode())])
    measured = test.compare(*pair.handed(test))
    floor = settings.floor(effect.name)
    others = [one for one in DRIFT_TESTS if one.role == "effect" and kind in one.kinds and one is not effect]
    return replace(
        found,
        test=test.name,
        statistic=measured.statistic,
        p_value=measured.p_value,
        effect_test=effect.name,
        effect=float(effect.compare(*pair.handed(effect))),
        floor=floor,
        threshold=max(floor, pair.by_chance(effect, 1 - settings.alpha, random)),
        further={one.name: float(one.compare(*pair.handed(one))) for one in others},
    )


def measure_answers(name: str, type_: str, reference: Sample, current: Sample, settings: Settings) -> ColumnDrift:
    """The figures of the predictions, out-of-fold ones as the reference.

    The models of the folds learnt from fewer rows than the champion, so that the spread of their answers differs a
    little from the champion's for ever, while the mean does not. A prediction of a number therefore counts as moved
    only when its mean did too: its p-value is the larger of the test's and the mean's, valid whichever of them is null.
    """
    found = measure(name, type_, reference, current, settings, role="prediction")
    if found.p_value is None or reference.kind != "number":
        return found
    return replace(found, p_value=max(found.p_value, two_means(reference.values, current.values)))


def decide(columns: Sequence[ColumnDrift], alpha: float) -> list[ColumnDrift]:
    """Correct all tests of these columns together; a column drifted when a test survives and its effect is past its
    threshold, in its values or in its share of missing cells.
    """
    tests = [(place, "p_value") for place, one in enumerate(columns) if one.p_value is not None]
    tests += [(place, "missing_p_value") for place, one in enumerate(columns) if one.missing_p_value is not None]
    adjusted = benjamini_hochberg([getattr(columns[place], which) for place, which in tests])
    q_values: dict[tuple[int, str], float] = dict(zip(tests, adjusted, strict=True))
    decided = []
    for place, one in enumerate(columns):
        q, missing_q = q_values.get((place, "p_value")), q_values.get((place, "missing_p_value"))
        reasons = list(one.reasons)
        if q is not None and q <= alpha and (one.effect or 0.0) > (one.threshold or 0.0):
            reasons.append("values")
        change = abs(one.missing_current - one.missing_reference)
        if missing_q is not None and missing_q <= alpha and change > (one.missing_threshold or 0.0):
            reasons.append("missing")
        marked = replace(one, q_value=q, missing_q_value=missing_q, reasons=tuple(reasons), drifted=bool(reasons))
        decided.append(replace(marked, sentence=sentence_of(marked)))
    return decided


def compare_tables(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    types: Mapping[str, str],
    *,
    settings: Settings | None = None,
) -> tuple[ColumnDrift, ...]:
    """Columns of two tables compared and decided on together.

    Parameters
    ----------
    reference, current : DataFrame
        As models take them: numbers float64, the rest object with None. Columns of `types` that `current` lacks are
        left out.
    types : Mapping
        Column → its type in the dataset.

    Returns
    -------
    tuple of ColumnDrift
        In the order of `types`.
    """
    chosen = settings or Settings()
    there = [name for name in types if name in current.columns]
    measured = [
        measure(name, types[name], *samples(reference[name], current[name], types[name]), chosen) for name in there
    ]
    return tuple(decide(measured, chosen.alpha))


def samples(reference: pd.Series, current: pd.Series, type_: str) -> tuple[Sample, Sample]:
    """Both sides of a column of this type."""
    return Sample(reference, kind_of(type_)), Sample(current, kind_of(type_))


def ranked(columns: Iterable[ColumnDrift]) -> tuple[ColumnDrift, ...]:
    """Drifted ones first, each group by effect over threshold times influence."""
    return tuple(sorted(columns, key=lambda one: (not one.drifted, -one.weight, one.column)))


def _median(sample: Sample) -> float | None:
    import numpy as np

    return float(np.median(sample.values)) if len(sample.values) else None


def family(columns: Iterable[ColumnDrift]) -> int:
    """How many tests were corrected together."""
    found: list[Any] = [value for one in columns for value in (one.p_value, one.missing_p_value) if value is not None]
    return len(found)

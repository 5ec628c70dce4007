"""What the demo gives back: its months, its figures, its story. Plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mlworkbench.errors import listing


@dataclass(frozen=True)
class Month:
    """What monitoring said of one month of traffic.

    Parameters
    ----------
    planted : str
        What was changed from this month or an earlier one on: "", "data drift" or "concept drift".
    verdict : str
        "quiet" or "changed".
    drifted : tuple of str
        Inputs that are alarms.
    concept_drift : bool
        Whether the realised score is below what the folds promised.
    score, low, high, expected : float or None
        Realised score with its 95% interval, and the out-of-fold one.
    """

    month: str
    planted: str
    verdict: str
    drifted: tuple[str, ...]
    concept_drift: bool
    score: float | None
    low: float | None
    high: float | None
    expected: float | None

    @property
    def label(self) -> str:
        """The month in words: "Jul 2024"."""
        return f"{date.fromisoformat(f'{self.month}-01'):%b %Y}"


@dataclass(frozen=True)
class Demo:
    """What the demo found, in figures that depend on the seed alone; the last month comes after the retraining."""

    id: str
    seed: int
    recommended: str
    cv_score: float
    holdout_score: float | None
    synthetic_quality: float | None
    months: tuple[Month, ...]
    strategy: str
    champion_score: float
    challenger_score: float
    verdict: str

    @property
    def story(self) -> tuple[str, ...]:
        """What was planted, what was found, what was done, a sentence or two each."""
        *watched, after = self.months
        return (*(self._told(planted, watched) for planted in ("", "data drift", "concept drift")), self._ending(after))

    def _told(self, planted: str, watched: list[Month]) -> str:
        months = [one for one in watched if one.planted == planted]
        alarms = sum(one.verdict == "changed" for one in months)
        fell = sum(one.concept_drift for one in months)
        if not planted:
            return (
                f"{months[0].label} to {months[-1].label}: nothing planted; alarms in {alarms} of {len(months)} months."
            )
        since = f"From {months[0].label} on, {planted}:"
        if planted == "data drift":
            named = [name for name in months[0].drifted if all(name in one.drifted for one in months)]
            held = (
                "the realised score stayed as promised"
                if not fell
                else f"the score fell in {fell} of {len(months)} months"
            )
            return f"{since} a new channel brings other customers. Monitoring named {listing(named)}; {held}."
        scores = [one.score for one in months if one.score is not None]
        return (
            f"{since} a rival's campaign changes who leaves. {fell} of {len(months)} months said so once outcomes were "
            f"known: ROC AUC {min(scores):.2f} to {max(scores):.2f}, where {months[0].expected:.2f} was promised."
        )

    def _ending(self, after: Month) -> str:
        from mlworkbench.retraining import STRATEGIES

        how, whose = STRATEGIES.get(self.strategy).label.lower(), "new" if self.verdict == "better" else "same"
        before, now = (f"{score:.2f}" for score in (self.champion_score, self.challenger_score))
        return (
            f"Retrained ({how}): {before} → {now} on rows that neither model had seen, {self.verdict}. "
            f"{after.label} with the {whose} champion: {after.verdict}, ROC AUC {after.score:.2f}."
        )

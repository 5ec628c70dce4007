"""What a model version said of rows it had not learned from: the honest reference for everything after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench import artifacts
from mlworkbench.errors import NotFound
from mlworkbench.modeling.comparing import get_comparison
from mlworkbench.modeling.promoting import get_model_version
from mlworkbench.modeling.results import ModelVersion

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project


def load_oof(project: Project, version: ModelVersion | str = "champion") -> pd.DataFrame:
    """The out-of-fold predictions of a model version.

    Returns
    -------
    DataFrame
        One line per scored row and repeat: row (its position in the version's dataset), key, repeat, fold, y (the
        truth), prediction, and for classes probability_<class>.

    Raises
    ------
    NotFound
        They were not kept.
    """
    chosen = version if isinstance(version, ModelVersion) else get_model_version(project, version)
    kept = chosen.oof
    if kept is None:
        row = get_comparison(project, chosen.comparison).row(chosen.estimator)
        kept = row.oof if row is not None and row.model == chosen.model else None
    if kept is None:
        raise NotFound(
            f"Version {chosen.number} of the model has no out-of-fold predictions. Compare models again and register "
            "the one you want.",
            field="version",
        )
    return artifacts.read_table(project, kept)

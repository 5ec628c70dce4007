"""The one place that knows SDV 2: quiet, on one thread, seeded, with metadata that is ours and not guessed.

SDV guesses dates, decimals and free text that are unique to be identifiers and returns invented ones without a word;
that is why it is handed floats and short words only.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlworkbench.synthesis.spec import Order

if TYPE_CHECKING:
    import pandas as pd

TABLE = "t"


def fit_and_draw(order: Order, make: Any, before: Any = contextlib.nullcontext) -> pd.DataFrame:
    """Fit a synthesizer and draw the rows.

    Parameters
    ----------
    make : callable
        (metadata) → an SDV synthesizer, unfitted.
    before : context manager factory, optional
        Entered around the fit: it may watch and stop it.
    """
    with quiet():
        import numpy as np
        import torch
        from sdv.metadata import Metadata

        torch.set_num_threads(1)
        np.random.seed(order.seed)
        torch.manual_seed(order.seed)
        metadata = Metadata()
        metadata.add_table(TABLE)
        for name in order.frame.columns:
            kind = "categorical" if name in order.words else "numerical"
            metadata.add_column(table_name=TABLE, column_name=name, sdtype=kind)
        synthesizer = make(metadata)
        order.progress.update(0.05, "Learning what goes together")
        with before():
            synthesizer.fit({TABLE: order.frame})
        order.progress.update(0.7, "Drawing rows")
        np.random.seed(order.seed + 1)
        torch.manual_seed(order.seed + 1)
        if order.condition:
            from sdv.sampling import Condition

            wanted = [Condition(dict(order.condition), num_rows=order.rows)]
            drawn = synthesizer.sample_from_conditions(wanted)
        else:
            drawn = synthesizer.sample(num_rows=order.rows)
        frame: pd.DataFrame = drawn[TABLE].reset_index(drop=True)
        return frame[list(order.frame.columns)]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """SDV's warnings, progress bars and log file stay out of the job's log and out of the home folder."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        warnings.simplefilter("ignore")
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            stack.callback(_restore, name, os.environ.get(name))
            os.environ[name] = folder
        level = logging.root.manager.disable
        logging.disable(logging.ERROR)
        stack.callback(logging.disable, level)
        with open(os.devnull, "w", encoding="utf-8") as sink, contextlib.redirect_stderr(sink):
            yield


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value

"""The data stage: any table in, typed, versioned, its holdout cut, nothing lost in silence."""

from mlworkbench.data.batches import FileRows, read_rows, reading_like
from mlworkbench.data.datasets import (
    get_dataset,
    get_holdout,
    holdout_looks,
    learning_frame,
    list_datasets,
    load_holdout,
    load_keys,
    load_table,
    load_training,
    preview,
)
from mlworkbench.data.detecting import Detected, detect_reading
from mlworkbench.data.fetching import check_source, fetch, ingest_from, preview_source, source_offers
from mlworkbench.data.findings import FINDINGS, FindingSpec
from mlworkbench.data.holdout import METHODS
from mlworkbench.data.keys import row_keys
from mlworkbench.data.promised import promised_of
from mlworkbench.data.readers import READERS, ReaderSpec, reader_for
from mlworkbench.data.recipes import (
    ReadingRecipe,
    get_reading,
    keep_reading,
    list_readings,
    pattern_of,
    reading_for,
    save_reading,
)
from mlworkbench.data.results import SEVERITIES, TASKS, TYPES, Column, Dataset, Finding, Holdout, Look
from mlworkbench.data.samples import sample_names, sample_target, write_sample
from mlworkbench.data.sources import SOURCES, SourceSpec
from mlworkbench.data.uploads import receive
from mlworkbench.data.versions import ingest, revise

__all__ = [
    "FINDINGS",
    "METHODS",
    "READERS",
    "SEVERITIES",
    "SOURCES",
    "TASKS",
    "TYPES",
    "Column",
    "Dataset",
    "Detected",
    "FileRows",
    "Finding",
    "FindingSpec",
    "Holdout",
    "Look",
    "ReaderSpec",
    "ReadingRecipe",
    "SourceSpec",
    "check_source",
    "detect_reading",
    "fetch",
    "get_dataset",
    "get_holdout",
    "get_reading",
    "holdout_looks",
    "ingest",
    "ingest_from",
    "keep_reading",
    "learning_frame",
    "list_datasets",
    "list_readings",
    "load_holdout",
    "load_keys",
    "load_table",
    "load_training",
    "pattern_of",
    "preview",
    "preview_source",
    "promised_of",
    "read_rows",
    "reader_for",
    "reading_for",
    "reading_like",
    "receive",
    "revise",
    "row_keys",
    "sample_names",
    "sample_target",
    "save_reading",
    "source_offers",
    "write_sample",
]

"""The data stage: any table in, typed, versioned, its holdout cut, nothing lost in silence."""

from mlworkbench.data.appending import append
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
from mlworkbench.data.downloading import FORMATS, Download, download, ready_download
from mlworkbench.data.fetching import check_source, fetch, ingest_from, preview_source, source_offers
from mlworkbench.data.findings import FINDINGS, FindingSpec
from mlworkbench.data.holdout import METHODS
from mlworkbench.data.keys import row_keys
from mlworkbench.data.lineage import Lineage, Node, lineage
from mlworkbench.data.matching import Renamed
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
from mlworkbench.data.shifts import Shift
from mlworkbench.data.sources import SOURCES, SourceSpec
from mlworkbench.data.tags import Version, get_version, list_versions, restore_version, tag_version, tags_of
from mlworkbench.data.uploads import receive
from mlworkbench.data.version_diff import DIRECT_ROWS, ColumnDiff, VersionDiff, compare_versions, find_diff, get_diff
from mlworkbench.data.versions import ingest, revise

__all__ = [
    "DIRECT_ROWS",
    "FINDINGS",
    "FORMATS",
    "METHODS",
    "READERS",
    "SEVERITIES",
    "SOURCES",
    "TASKS",
    "TYPES",
    "Column",
    "ColumnDiff",
    "Dataset",
    "Detected",
    "Download",
    "FileRows",
    "Finding",
    "FindingSpec",
    "Holdout",
    "Lineage",
    "Look",
    "Node",
    "ReaderSpec",
    "ReadingRecipe",
    "Renamed",
    "Shift",
    "SourceSpec",
    "Version",
    "VersionDiff",
    "append",
    "check_source",
    "compare_versions",
    "detect_reading",
    "download",
    "fetch",
    "find_diff",
    "get_dataset",
    "get_diff",
    "get_holdout",
    "get_reading",
    "get_version",
    "holdout_looks",
    "ingest",
    "ingest_from",
    "keep_reading",
    "learning_frame",
    "lineage",
    "list_datasets",
    "list_readings",
    "list_versions",
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
    "ready_download",
    "receive",
    "restore_version",
    "revise",
    "row_keys",
    "sample_names",
    "sample_target",
    "save_reading",
    "source_offers",
    "tag_version",
    "tags_of",
    "write_sample",
]

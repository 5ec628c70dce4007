"""The data stage: any table in, typed, versioned, its holdout cut, nothing lost in silence."""

from mlworkbench.data.ancestry import Lineage, Node, lineage
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
from mlworkbench.data.fetching import FETCHED, check_source, fetch, ingest_from, preview_source, source_offers
from mlworkbench.data.findings import FINDINGS, FindingSpec
from mlworkbench.data.holdout import METHODS
from mlworkbench.data.keys import row_keys
from mlworkbench.data.matching import Renamed
from mlworkbench.data.meanings import MEANINGS
from mlworkbench.data.promised import promised_of
from mlworkbench.data.promises import (
    ENFORCE,
    CheckReport,
    DataContract,
    Promise,
    RowRule,
    Violation,
    adopt_promises,
    changed_between,
    check_file,
    check_rows_to_predict,
    check_table,
    check_version,
    current_promises,
    from_yaml,
    get_check,
    get_promises,
    infer_promises,
    keep_check,
    last_check,
    list_promises,
    read_contract,
    reject_broken,
    save_promises,
    to_python,
    to_yaml,
    violation_rows,
)
from mlworkbench.data.rawcells import raw_cells
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
from mlworkbench.data.repairs.again import repair_like
from mlworkbench.data.repairs.making import repair
from mlworkbench.data.repairs.previewing import RepairPreview, preview_repair, values_of
from mlworkbench.data.repairs.scripting import script_of
from mlworkbench.data.repairs.spec import FIGURES, REPAIRS, RepairSpec, Setting, checked_steps, in_words
from mlworkbench.data.repairs.tables import chain_of
from mlworkbench.data.results import SEVERITIES, TASKS, TYPES, Column, Dataset, Finding, Holdout, Look
from mlworkbench.data.samples import sample_names, sample_target, write_sample
from mlworkbench.data.sampling import DrawnRows, draw_rows
from mlworkbench.data.shifts import Shift, adjusted, shift_of
from mlworkbench.data.sources import SOURCES, SourceSpec
from mlworkbench.data.tags import Version, get_version, list_versions, restore_version, tag_version, tags_of
from mlworkbench.data.uploads import receive
from mlworkbench.data.version_diff import DIRECT_ROWS, ColumnDiff, VersionDiff, compare_versions, find_diff, get_diff
from mlworkbench.data.versions import ingest, revise

__all__ = [
    "DIRECT_ROWS",
    "ENFORCE",
    "FETCHED",
    "FIGURES",
    "FINDINGS",
    "FORMATS",
    "MEANINGS",
    "METHODS",
    "READERS",
    "REPAIRS",
    "SEVERITIES",
    "SOURCES",
    "TASKS",
    "TYPES",
    "CheckReport",
    "Column",
    "ColumnDiff",
    "DataContract",
    "Dataset",
    "Detected",
    "Download",
    "DrawnRows",
    "FileRows",
    "Finding",
    "FindingSpec",
    "Holdout",
    "Lineage",
    "Look",
    "Node",
    "Promise",
    "ReaderSpec",
    "ReadingRecipe",
    "Renamed",
    "RepairPreview",
    "RepairSpec",
    "RowRule",
    "Setting",
    "Shift",
    "SourceSpec",
    "Version",
    "VersionDiff",
    "Violation",
    "adjusted",
    "adopt_promises",
    "append",
    "chain_of",
    "changed_between",
    "check_file",
    "check_rows_to_predict",
    "check_source",
    "check_table",
    "check_version",
    "checked_steps",
    "compare_versions",
    "current_promises",
    "detect_reading",
    "download",
    "draw_rows",
    "fetch",
    "find_diff",
    "from_yaml",
    "get_check",
    "get_dataset",
    "get_diff",
    "get_holdout",
    "get_promises",
    "get_reading",
    "get_version",
    "holdout_looks",
    "in_words",
    "infer_promises",
    "ingest",
    "ingest_from",
    "keep_check",
    "keep_reading",
    "last_check",
    "learning_frame",
    "lineage",
    "list_datasets",
    "list_promises",
    "list_readings",
    "list_versions",
    "load_holdout",
    "load_keys",
    "load_table",
    "load_training",
    "pattern_of",
    "preview",
    "preview_repair",
    "preview_source",
    "promised_of",
    "raw_cells",
    "read_contract",
    "read_rows",
    "reader_for",
    "reading_for",
    "reading_like",
    "ready_download",
    "receive",
    "reject_broken",
    "repair",
    "repair_like",
    "restore_version",
    "revise",
    "row_keys",
    "sample_names",
    "sample_target",
    "save_promises",
    "save_reading",
    "script_of",
    "shift_of",
    "source_offers",
    "tag_version",
    "tags_of",
    "to_python",
    "to_yaml",
    "values_of",
    "violation_rows",
    "write_sample",
]

"""The data contract: what every table of a project satisfies, inferred, edited, exported, checked by pandera."""

from __future__ import annotations

from mlworkbench.data.promises.exporting import from_yaml, to_python, to_yaml
from mlworkbench.data.promises.inferring import infer_promises
from mlworkbench.data.promises.results import (
    ENFORCE,
    Breach,
    CheckReport,
    DataContract,
    Promise,
    RowRule,
    Violation,
    read_contract,
)
from mlworkbench.data.promises.seams import (
    check_file,
    check_rows_to_predict,
    current_promises,
    reject_broken,
    violation_rows,
)
from mlworkbench.data.promises.storing import (
    Checked,
    adopt_promises,
    changed_between,
    check_table,
    check_version,
    get_check,
    get_promises,
    keep_check,
    last_check,
    list_promises,
    save_promises,
)

__all__ = [
    "ENFORCE",
    "Breach",
    "CheckReport",
    "Checked",
    "DataContract",
    "Promise",
    "RowRule",
    "Violation",
    "adopt_promises",
    "changed_between",
    "check_file",
    "check_rows_to_predict",
    "check_table",
    "check_version",
    "current_promises",
    "from_yaml",
    "get_check",
    "get_promises",
    "infer_promises",
    "keep_check",
    "last_check",
    "list_promises",
    "read_contract",
    "reject_broken",
    "save_promises",
    "to_python",
    "to_yaml",
    "violation_rows",
]

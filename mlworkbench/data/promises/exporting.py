"""A contract as YAML and as a Python script: what was exported says the same of the same table."""

from __future__ import annotations

import pprint
from pathlib import Path
from typing import Any

from mlworkbench.data.promises.results import DataContract, read_contract
from mlworkbench.errors import InvalidInput

LARGEST = 20_000_000  # bytes of a contract that is read

_MAIN = '''

# -- the contract -------------------------------------------------------------------------------------
CONTRACT: dict[str, Any] = {contract}


def main(path: str) -> int:
    """Check a Parquet or CSV file (its cells as text, empty ones missing); print the report as JSON."""
    import json

    import pyarrow.parquet as pq

    if path.endswith(".parquet"):
        frame = frame_of(pq.read_table(path))
    else:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    report = check(CONTRACT, frame)
    print(json.dumps(report))
    return 1 if report["total"] else 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1]))
'''


def to_yaml(contract: DataContract) -> str:
    """The terms as YAML, for `from_yaml`."""
    import yaml

    text: str = yaml.safe_dump(contract.as_dict(), sort_keys=False, allow_unicode=True, width=120)
    return text


def from_yaml(text: str) -> DataContract:
    """Read YAML (or JSON) that somebody wrote.

    Raises
    ------
    InvalidInput
        field="file" when it is not YAML, uses aliases or names a key twice; else as `read_contract`.
    """
    import yaml

    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise InvalidInput(f"A data contract has up to {LARGEST:,} bytes.", field="file")

    class Strict(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise InvalidInput("A data contract may not use YAML aliases (*name).", field="file")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [str(self.construct_object(key, deep=True)) for key, _ in node.value]
            if len(set(keys)) < len(keys):
                raise InvalidInput(f"A data contract names a key twice, among: {', '.join(keys)[:200]}.", field="file")
            return super().construct_mapping(node, deep=deep)

    loader = None
    try:
        loader = Strict(text)
        body = loader.get_single_data()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise InvalidInput(f"This is not understood as YAML: {said}", field="file") from error
    finally:
        if loader is not None:
            loader.dispose()
    return read_contract(body)


def _source(module: str) -> str:
    """A module of ours as a part of a script: what it imports from the other part is there already."""
    text = Path(__file__).with_name(module).read_text(encoding="utf-8")
    if module == "cells.py":
        return text
    lines = text.split("\n")
    ours = ("from __future__", f"from {__package__}.")
    return "\n".join(line for line in lines if not line.startswith(ours))


def to_python(contract: DataContract) -> str:
    """A script that checks a file by pandera as the workbench does: `python contract.py TABLE.parquet`.

    Names and values from outside stand in it as Python literals only. It needs pandas, pyarrow and pandera, and
    mlworkbench where the contract has row rules. Its exit code is 1 when the table breaks the contract.
    """
    source = "\n\n".join(_source(name) for name in ("cells.py", "checking.py"))
    literal = pprint.pformat(contract.as_dict(), width=110, sort_dicts=False)
    literal = literal.encode("ascii", "backslashreplace").decode("ascii")
    return source + _MAIN.replace("{contract}", literal)

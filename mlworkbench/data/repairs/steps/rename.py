"""Other names for columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work


def _check(given: Mapping[str, Any]) -> None:
    empty = [old for old, new in given["names"].items() if not new or not new.strip()]
    if empty:
        raise wrong(f"A column's name cannot be empty. Got none for {empty[0]!r}.")


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    names = {old: new.strip() for old, new in given["names"].items()}
    if work.target in names and work.project is not None and not work.elsewhere:
        from mlworkbench.scoping import get_contract

        if get_contract(work.project).target == work.target:
            raise wrong(f"The project's contract is about {work.target!r}. Leave the target's name as it is, or revise "
                        "the contract first.")  # fmt: skip
    work.rename(names)
    return Done(len(names), f"renamed: {', '.join(f'{old} → {new}' for old, new in names.items())}")


REPAIRS.register(
    RepairSpec(
        "rename",
        "Rename columns",
        "Give columns names that say what they are.",
        (Setting("names", "mapping", {}, "Old name → new name", required=True),),
        "cells",
        _apply,
        check=_check,
    )
)

"""Versions as people handle them: listed with who, when and why, tagged, restored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlworkbench.artifacts import Artifact, aliases, get_alias, list_artifacts, set_alias
from mlworkbench.data.checking import check_real
from mlworkbench.data.datasets import KIND, get_dataset, of_artifact
from mlworkbench.data.results import Dataset
from mlworkbench.errors import InvalidInput, NotFound, listing
from mlworkbench.projects import Project, audit

_TAG = "tag:"
LONGEST_WHY = 500


@dataclass(frozen=True)
class Version:
    """A version of the project's data and what is known of its making.

    Parameters
    ----------
    parents : tuple of str
        Ids of the datasets and uploads it was made from.
    why : str
        The reason that was given, "" without one; text from people.
    """

    id: str
    number: int
    name: str
    made_at: str
    who: str
    why: str
    rows: int
    columns: int
    target: str | None
    synthetic: bool
    parents: tuple[str, ...]
    tags: tuple[str, ...]
    current: bool


def list_versions(project: Project) -> tuple[Version, ...]:
    """All versions, newest first, with who made them, when and why, and their tags."""
    current, tags = get_alias(project, KIND), tags_of(project)
    by_id = {one.id: one for one in list_artifacts(project)}
    return tuple(
        _version(of_artifact(project, one), one, by_id, tags, current.id if current else None)
        for one in by_id.values()
        if one.kind == KIND
    )


def _version(
    made: Dataset, kept: Artifact, by_id: Mapping[str, Artifact], tags: Mapping[str, str], current: str | None
) -> Version:
    parents = tuple(ref for ref in kept.parents if ref in by_id and by_id[ref].kind in (KIND, "upload"))
    mine = tuple(tag for tag, ref in tags.items() if ref == made.id)
    facts = (made.id, made.number, made.name, kept.created_at, kept.created_by, str(kept.meta.get("why", "")))
    return Version(*facts, made.rows, len(made.columns), made.target, made.synthetic, parents, mine, made.id == current)


def get_version(project: Project, ref: str) -> Dataset:
    """The version that is meant by a tag, a number ("3" or "v3"), an id or a prefix of one.

    Raises
    ------
    NotFound
        field="dataset"; lists the versions there are.
    """
    tagged = tags_of(project).get(ref)
    if tagged is not None:
        return get_dataset(project, tagged)
    known = list_artifacts(project, KIND)
    number = re.fullmatch(r"v?(\d{1,5})", ref)
    for one in known:
        if number and one.number == int(number[1]):
            return get_dataset(project, one.id)
    if re.fullmatch(r"[0-9a-f]{6,64}", ref):
        return get_dataset(project, ref)
    there = [f"v{one.number} ({one.id[:12]})" for one in known] + sorted(tags_of(project))
    raise NotFound(
        f"A version is named by its number, a tag or its id. There is no {ref!r} in {project.name!r}. "
        f"There are: {listing(there)}.",
        field=KIND,
    )


def tags_of(project: Project) -> dict[str, str]:
    """Tag → id of the version that has it."""
    return {name.removeprefix(_TAG): ref for name, ref in aliases(project).items() if name.startswith(_TAG)}


def tag_version(project: Project, dataset: str, tag: str, *, why: str = "") -> Version:
    """Give a version a name; a tag that another version has moves here. Both are in the audit log.

    Raises
    ------
    InvalidInput
        field="tag" for a name that is none or means something else; field="why" for a reason that is too long.
    NotFound
        No such version.
    """
    name, reason = checked_tag(tag), checked_why(why)
    chosen = get_dataset(project, dataset)
    before = tags_of(project).get(name)
    if before != chosen.id:
        set_alias(project, _TAG + name, chosen.id)
        detail: dict[str, Any] = {"tag": name, "dataset": chosen.id, "number": chosen.number, "why": reason}
        audit(project, "version tagged", {**detail, **({"moved_from": before} if before else {})})
    return _shown(project, chosen.id)


def restore_version(project: Project, dataset: str, *, why: str = "") -> Version:
    """Make an older version the current one. Nothing is deleted; the newer versions stay, and the audit log has it.

    Raises
    ------
    NotApplicable
        For synthetic rows, which never become the current table.
    InvalidInput
        field="why": a reason that is too long.
    NotFound
        No such version.
    """
    reason = checked_why(why)
    chosen = get_dataset(project, dataset)
    check_real(chosen)
    before = get_alias(project, KIND)
    if before is None or before.id != chosen.id:
        set_alias(project, KIND, chosen.id)
        detail = {"dataset": chosen.id, "number": chosen.number, "why": reason}
        audit(project, "version restored", {**detail, "instead_of": before.id if before else None})
    return _shown(project, chosen.id)


def _shown(project: Project, dataset: str) -> Version:
    return next(one for one in list_versions(project) if one.id == dataset)


def checked_tag(tag: str) -> str:
    """The tag without blanks around it; InvalidInput(field="tag") when it cannot be one."""
    name = " ".join(tag.split())
    if not re.fullmatch(r"[^\W_][\w .+-]{0,59}", name):
        raise InvalidInput(
            "A tag begins with a letter or digit and has up to 60 letters, digits, spaces or . _ + - in it. "
            f"Got {tag[:80]!r}.",
            field="tag",
        )
    if re.fullmatch(r"v?\d+|[0-9a-f]{6,64}", name):
        raise InvalidInput(f"{name!r} reads as a version's number or id. Choose a tag with a word in it.", field="tag")
    return name


def checked_why(why: str) -> str:
    """The reason on one line; InvalidInput(field="why") when it is too long."""
    reason = " ".join(why.split())
    if len(reason) > LONGEST_WHY:
        raise InvalidInput(
            f"A reason has up to {LONGEST_WHY} characters. Got {len(reason):,}. Shorten it.", field="why"
        )
    return reason

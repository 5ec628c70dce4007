"""Where a version comes from and what was made of it: from uploads to model versions, files of our own left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlworkbench.artifacts import Artifact, find, list_artifacts
from mlworkbench.errors import NotApplicable, listing
from mlworkbench.projects import Project

KINDS = {
    "upload": "upload",
    "dataset": "data",
    "synthetic": "synthetic rows",
    "recipe": "recipe",
    "comparison": "comparison",
    "retraining": "retraining",
    "model_version": "model",
}


@dataclass(frozen=True)
class Node:
    """An artifact; `depth` is the longest way to it from an upload. The name is text from outside."""

    id: str
    kind: str
    number: int
    name: str
    made_at: str
    depth: int

    @property
    def label(self) -> str:
        """What it is called: "data v2 · people.csv"."""
        return f"{KINDS[self.kind]} v{self.number}" + (f" · {self.name}" if self.name else "")


@dataclass(frozen=True)
class Lineage:
    """Nodes in the order of their making, edges (from, to) without those that follow from others, the chosen one."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    chosen: str


def lineage(project: Project, ref: str) -> Lineage:
    """The artifacts from which one was made and those that were made of it, uploads to model versions.

    Parameters
    ----------
    ref : str
        Id, unique prefix or alias of an artifact of one of `KINDS`.

    Raises
    ------
    NotFound
        No such artifact.
    NotApplicable
        An artifact of another kind.
    """
    chosen = find(project, ref)
    if chosen.kind not in KINDS:
        raise NotApplicable(f"A lineage is drawn of: {listing(KINDS)}. {chosen.id[:12]} is of kind {chosen.kind}.")
    by_id = {one.id: one for one in reversed(list_artifacts(project))}
    parents = {one.id: _shown_parents(one, by_id) for one in by_id.values() if one.kind in KINDS}
    children: dict[str, list[str]] = {one: [] for one in parents}
    for one, mine in parents.items():
        for parent in mine:
            children[parent].append(one)
    wanted = _reach(chosen.id, parents) | _reach(chosen.id, {k: frozenset(v) for k, v in children.items()})
    above = {one: _reach(one, parents) - {one} for one in wanted}
    edges = tuple(
        (parent, one)
        for one in by_id
        if one in wanted
        for parent in sorted(parents[one] & wanted, key=lambda ref: (by_id[ref].kind, by_id[ref].number))
        if not any(parent in above[other] for other in parents[one] & wanted)
    )
    depth: dict[str, int] = {}
    for one in by_id:  # parents were recorded before their children
        if one in wanted:
            depth[one] = max((depth[parent] + 1 for parent in parents[one] & wanted), default=0)
    return Lineage(tuple(_node(by_id[one], depth[one]) for one in depth), edges, chosen.id)


def _node(kept: Artifact, depth: int) -> Node:
    name = kept.meta.get("name") if kept.kind in ("upload", "dataset") else ""
    return Node(kept.id, kept.kind, kept.number, str(name or ""), kept.created_at, depth)


def _shown_parents(one: Artifact, by_id: Mapping[str, Artifact]) -> frozenset[str]:
    """The nearest ancestors of the kinds that are shown; those between are left out."""
    found, queue, seen = set(), list(one.parents), set()
    while queue:
        ref = queue.pop()
        if ref in seen or ref not in by_id:
            continue
        seen.add(ref)
        if by_id[ref].kind in KINDS:
            found.add(ref)
        else:
            queue += by_id[ref].parents
    return frozenset(found)


def _reach(start: str, ways: Mapping[str, frozenset[str]]) -> set[str]:
    seen, queue = {start}, [start]
    while queue:
        for other in ways.get(queue.pop(), ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return seen

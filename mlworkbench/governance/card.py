"""The model card: computed from the artifacts, never typed; what people write stands beside it (`prose`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench import artifacts
from mlworkbench.errors import NotFound
from mlworkbench.governance import operating, sections
from mlworkbench.governance.evidence import Evidence, gather, out_of_fold
from mlworkbench.governance.measuring import (
    calibration,
    calibration_error,
    fairness_slices,
    movers,
    rare_categories,
    training_rows,
)
from mlworkbench.governance.promises import promises_of, tally
from mlworkbench.governance.results import Card
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.modeling import get_model_version, load_model
from mlworkbench.projects import audit

if TYPE_CHECKING:
    from mlworkbench.projects import Project

ALIAS = "card"


@job(lane="light", title="Making the model card")
def model_card(project: Project, *, version: str = "champion", progress: Progress = SILENT) -> Card:
    """Compute the card of a model version from its artifacts; what was not done is said, not invented.

    The structure follows M. Mitchell et al., "Model Cards for Model Reporting", FAT* 2019. The holdout is not read:
    its score was kept when the model was registered. The card of the champion becomes the project's current card.

    Parameters
    ----------
    version : str
        An alias, or the id (or its prefix) of a model version.

    Raises
    ------
    NotFound
        There is no such version; the message says which there are.
    """
    progress.update(0.05, "Reading the artifacts")
    evidence = gather(project, version)
    progress.update(0.2, "Reading the out-of-fold predictions")
    oof = out_of_fold(evidence)
    binary = len(evidence.version.classes) == 2
    groups = calibration(oof, evidence.version.classes[-1]) if binary and len(oof) else ()
    progress.update(0.3, "Comparing groups")
    slices = fairness_slices(evidence, oof)
    progress.update(0.4, "Loading the model")
    training = training_rows(evidence)
    moving = movers(evidence, training, progress)
    progress.update(0.92, "Writing the card")
    kept = promises_of(evidence, slices)
    parts = (
        sections.model_details(evidence, load_model(project, evidence.version)),
        sections.intended_use(evidence),
        sections.factors(evidence, slices, moving),
        sections.metrics(evidence),
        sections.evaluation_data(evidence),
        sections.training_data(evidence),
        sections.quantitative(evidence, groups, calibration_error(groups) if groups else None),
        operating.ethics(),
        operating.caveats(evidence, rare_categories(evidence, training)),
        operating.promises(kept, evidence),
        operating.monitoring(evidence),
        operating.retraining(evidence),
        operating.lineage(evidence),
        operating.environment(),
    )
    made = Card(
        id="",
        number=0,
        model_version=evidence.version.id,
        title=f"Model card: {evidence.version.target}",
        sentence=operating.headline(evidence, kept),
        sections=parts,
        promises=kept,
        slices=slices,
        movers=moving,
    )
    stored = artifacts.put_json(
        project,
        "model_card",
        made.to_json(),
        parents=_parents(evidence),
        meta={"figure": f"{evidence.version.label} v{evidence.version.number}",
              "remark": tally(kept) if kept else "no contract to be held to"},
    )  # fmt: skip
    champion = artifacts.get_alias(project, "champion")
    if champion is not None and champion.id == evidence.version.id:
        artifacts.set_alias(project, ALIAS, stored.id)
    audit(project, "model card made", {"card": stored.id, "model_version": evidence.version.id})
    return get_card(project, stored.id)


def _parents(evidence: Evidence) -> tuple[str, ...]:
    version = evidence.version
    late = [one.artifact.id for one in (evidence.report, evidence.profile) if one is not None]
    scope = artifacts.get_alias(evidence.project, "contract")
    wanted = [version.id, version.comparison, version.dataset, version.recipe, evidence.dataset.holdout]
    wanted += [scope.id if scope else None, *late]
    return tuple(dict.fromkeys(one for one in wanted if one))


def get_card(project: Project, ref: str | None = None) -> Card:
    """A card by id or unique prefix, the current one by default; NotFound says how to make one."""
    if ref is None and artifacts.get_alias(project, ALIAS) is None:
        raise NotFound("This project has no model card yet. Make one on the Governance page.", field="card")
    found = artifacts.find(project, ref or ALIAS, kind="model_card")
    body = artifacts.read_json(project, found.id)
    return Card.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


def why_stale(project: Project, card: Card) -> str:
    """Why a card no longer tells the present, in words; empty while it does."""
    record = artifacts.find(project, card.id)
    champion = artifacts.get_alias(project, "champion")
    if champion is not None and champion.id != card.model_version:
        now = get_model_version(project)
        return f"The champion changed after this card was made: it is {now.label}, version {now.number}, now."
    for alias, words in (("contract", "The scope"), ("report", "The monitoring report"), ("profile", "The profile")):
        current = artifacts.get_alias(project, alias)
        if current is not None and current.id not in record.parents:
            return f"{words} is newer than this card."
    return ""

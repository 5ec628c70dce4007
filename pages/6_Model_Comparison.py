"""Model comparison: the same folds for all, every score with its uncertainty, ties named; then one is registered."""

import streamlit as st

from mlworkbench.artifacts import aliases
from mlworkbench.data import get_dataset, holdout_looks
from mlworkbench.features import get_recipe
from mlworkbench.figures import number, score_name, spoken
from mlworkbench.modeling import (
    ESTIMATORS,
    compare,
    get_comparison,
    get_model_version,
    promote,
    rows_so_far,
    unmet_goal,
)
from mlworkbench.ui import jobs, leaderboard
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.errors import acting
from mlworkbench.ui.frame import frame
from mlworkbench.ui.text import count, looked_at, safe


def so_far(job):
    """The leaderboard of a running comparison."""
    rows = rows_so_far(job)
    finished = {row.estimator for row in rows}
    asked = job.params.get("estimators") or ESTIMATORS.names()
    waiting = [ESTIMATORS.get(name).label for name in asked if name not in finished]
    leaderboard.board(rows, job.params.get("scoring") or "", waiting)


def start(page, dataset, recipe, asked):
    """Queue a comparison of what was chosen."""
    with acting(page.workspace):
        jobs.submit(page.project, compare, dataset=dataset.id, recipe=recipe.id, **asked)


def same_again(project, comparison):
    """The settings of a comparison, to be made anew on the current data and recipe."""
    job = jobs.latest(project, compare)
    if job is not None and job.result == {"artifact": comparison.id}:
        return {name: value for name, value in job.params.items() if name not in ("dataset", "recipe")}
    names = [row.estimator for row in comparison.rows if row.estimator in ESTIMATORS]
    return {
        "estimators": names,
        "cv": comparison.cv,
        "repeats": comparison.repeats,
        "scoring": comparison.scoring,
        "seed": comparison.seed,
    }


def champion_card(version, looks, dataset):
    """What was registered, with its check on the holdout; of a refitted model, where to read about it."""
    if version.dataset != dataset:
        st.success(
            f"{safe(version.label)} was fitted anew on other rows; its check is on the Retraining page. "
            f":gray[{safe(spoken(version.reason), 400)}]",
            title=f"Champion v{version.number} comes from retraining", icon=":material/workspace_premium:",
        )  # fmt: skip
        return
    score = "no holdout, so no final check"
    if version.holdout_score is not None:
        score = (
            f"**{number(version.holdout_score)}** on {version.holdout_rows:,} holdout rows "
            f"(95 % interval {number(version.holdout_low)} to {number(version.holdout_high)}), "
            f"against {number(version.cv_score)} in the folds; the holdout was {looked_at(looks)}"
        )
    st.success(f"{safe(version.label)}, {score_name(version.scoring)} {score}.",
               title=f"Registered as champion v{version.number}", icon=":material/workspace_premium:")  # fmt: skip


QUESTION = "Which model earns trust? Same folds for all, every score with its uncertainty, ties named."

with frame("Model comparison", QUESTION, needs=("dataset", "recipe")) as page:
    project = page.project
    dataset, recipe = get_dataset(project), get_recipe(project)
    if not dataset.target:
        page.missing("target")
    job = jobs.latest(project, compare, promote)
    known = aliases(project)
    comparison = get_comparison(project) if "comparison" in known else None
    champion = get_model_version(project) if "champion" in known else None
    looks = len(holdout_looks(project, dataset))
    stale = comparison is not None and (comparison.dataset != dataset.id or comparison.recipe != recipe.id)
    mine = champion is not None and comparison is not None and champion.comparison == comparison.id
    folds = [comparison.splitter] if comparison else []
    page.facts(f"data v{dataset.number}", f"recipe r{recipe.number}", f"{dataset.training_rows:,} rows", *folds,
               f"holdout {looked_at(looks)}")  # fmt: skip
    comparing = job is not None and job.function == compare.path
    busy = jobs.panel(project, job, so_far if comparing else None)
    with page.quiet:
        show_job_code(project, job)
    if busy and comparing:
        st.stop()
    if comparison is None:
        st.subheader("What to compare", anchor=False)
        asked = leaderboard.settings_form(project, dataset)
        n = len(asked["estimators"])
        if page.primary(f"Compare {count(n, 'model')}", key="compare", icon=":material/play_arrow:", disabled=n == 0):
            start(page, dataset, recipe, asked)
        st.caption("Models appear as they finish, fast ones first. Leaving the page does not stop the work.")
        st.stop()
    again = page.quiet.popover("Compare again", icon=":material/replay:", key="compare-again", on_change="rerun")
    if again.open:
        with again:
            asked = leaderboard.settings_form(project, dataset)
            if st.button("Compare", key="compare-anew", icon=":material/play_arrow:", disabled=not asked["estimators"]):
                start(page, dataset, recipe, asked)
    if stale:
        st.warning("These results were made with an older version of the data or the recipe. Compare again.")
    leaderboard.finding(comparison)
    if mine:
        champion_card(champion, looks, comparison.dataset)
    if stale:
        if page.primary("Compare again", key="compare-stale", icon=":material/replay:"):
            start(page, dataset, recipe, same_again(project, comparison))
    elif mine:
        page.onward("pages/7_Live_Prediction.py", "Continue: live prediction")
    elif unmet := unmet_goal(project, comparison, comparison.row(comparison.recommended)):
        page.onward("pages/5_Feature_Engineering.py", "Improve: features")
        reason = leaderboard.overrule(unmet)
        if reason is not None:
            with acting(page.workspace):
                jobs.submit(project, promote, run="recommended", comparison=comparison.id, reason=reason,
                            despite_contract=True)  # fmt: skip
    elif page.primary("Register recommended", key="register", icon=":material/verified:", disabled=busy):
        with acting(page.workspace):
            jobs.submit(project, promote, run="recommended", comparison=comparison.id)
    leaderboard.board(comparison.rows, comparison.scoring, recommended=comparison.recommended)
    leaderboard.details(project, comparison)

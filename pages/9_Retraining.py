"""Retraining: newer rows, three ways to learn from them, judged in pairs; promote, keep, or go back."""

import streamlit as st

from mlworkbench.modeling import get_model_version, list_model_versions
from mlworkbench.retraining import (
    can_roll_back,
    champion_history,
    compare_strategies,
    decide,
    list_retrainings,
    retrain,
    roll_back,
)
from mlworkbench.ui import jobs
from mlworkbench.ui import retraining_views as views
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.sent_files import take

WHY = (
    "Bring newer rows with their outcomes. The champion is fitted anew in three ways, and each is compared with it on "
    "the same rows, which neither has seen."
)


def start(page, file, asked):
    """Queue one strategy, or all of them."""
    with acting(page.workspace):
        asked = dict(asked)
        strategy = asked.pop("strategy")
        if file is not None:
            asked["data"] = take(page.project, file).id
        if strategy == views.EVERY:
            jobs.submit(page.project, compare_strategies, **asked)
        else:
            jobs.submit(page.project, retrain, strategy=strategy, **asked)


def bring(page, champion, *, primary):
    """The form, and its button."""
    file, asked = views.bring_form(page.project, champion)
    ready = file is not None or "dataset" in asked
    kind = "primary" if primary else "secondary"
    if st.button("Retrain", key="retrain", type=kind, icon=":material/model_training:", disabled=not ready):
        start(page, file, asked)


def decision(page, made):
    """Promote or keep, with the reason."""
    with st.container(border=True, key="decision"):
        reason = st.text_input("Why", key="decision-reason", placeholder="Better on recent rows", max_chars=300)
        beside("reason", "choice", "retraining")
        with st.container(horizontal=True):
            if st.button("Promote the challenger", key="promote", type="primary", icon=":material/verified:"):
                with acting(page.workspace):
                    decide(page.project, made.id, choice="promote", reason=reason)
            if st.button("Keep the champion", key="keep", icon=":material/shield:"):
                with acting(page.workspace):
                    decide(page.project, made.id, choice="keep", reason=reason)


def way_back(page):
    """Roll back to the champion before."""
    with page.quiet.popover("Roll back", icon=":material/undo:", key="roll-back-menu"):
        reason = st.text_input("Why go back", key="roll-back-reason", max_chars=300)
        beside("champion")
        if st.button("Return to the champion before", key="roll-back", disabled=not reason.strip()):
            with acting(page.workspace):
                roll_back(page.project, reason=reason)


with frame("Retraining", "Would a newer model be better?", needs=("dataset", "champion")) as page:
    project = page.project
    champion = get_model_version(project)
    job = jobs.latest(project, retrain, compare_strategies)
    page.facts(f"champion v{champion.number}", champion.label, f"learned from {champion.created_at[:10]} on")
    busy = jobs.panel(project, job)
    with page.quiet:
        show_job_code(project, job)
    if can_roll_back(project):
        way_back(page)
    known = list_retrainings(project)
    made = [one for one in known if one.champion == champion.id]
    newest = {}
    for one in made:  # newest first: the latest try of each strategy
        newest.setdefault(one.strategy, one)
    if not made:
        if not busy:
            with empty_state("No challenger yet", WHY), st.container(width=560):
                bring(page, champion, primary=True)
    else:
        better = [one for one in newest.values() if one.verdict == "better"]
        best = max(better, key=lambda one: one.challenger_score) if better else made[-1]
        views.finding(best)
        decision(page, best)
        views.strategies(list(newest.values()))
        again = st.expander("Retrain on other rows", key="again", icon=":material/replay:", on_change="rerun")
        if again.open and not busy:
            with again:
                bring(page, champion, primary=False)
    views.origin(known, champion.id)
    changes = champion_history(project)
    if changes:
        views.history(changes, {one.id: one.number for one in list_model_versions(project)})

"""Feature engineering: a recipe as an ordered list on the left, what it does to a column on the right."""

import json

import streamlit as st

from mlworkbench.data import get_dataset
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.features import Step, check_steps, get_recipe, preview_recipe, save_recipe, suggest_steps
from mlworkbench.figures import category_figure, distribution_figure, stacked
from mlworkbench.ui.code import show_code
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import frame
from mlworkbench.ui.recipe_editor import Draft, edit, summary
from mlworkbench.ui.text import count, safe

ROWS = 500
BARE = {"displayModeBar": False}


@st.cache_data(max_entries=12, show_spinner=False)
def previewed(dataset_id, steps_json, _project):
    """The first rows before and after, cached by what determines them."""
    return preview_recipe(_project, json.loads(steps_json), dataset=dataset_id, rows=ROWS)


def current_recipe(project, dataset):
    """The saved recipe of this dataset; None when there is none or it was made for another version."""
    try:
        recipe = get_recipe(project)
    except NotFound:
        return None
    return recipe if recipe.dataset == dataset.id else None


def first_steps(project, dataset, saved):
    """What the editor starts from: the saved recipe, else the suggested one."""
    if saved is not None:
        return [(step, "") for step in saved.steps]
    return list(suggest_steps(project, dataset))


def what_changed(project, dataset, draft):
    """Before and after of one column, then the first rows of both."""
    shown = previewed(dataset.id, json.dumps(draft.steps, sort_keys=True), project)
    st.subheader("Before and after", anchor=False)
    names = sorted(dataset.features, key=lambda name: name in shown.dropped)
    column = st.selectbox("Column", names, key=f"preview-{dataset.id[:8]}")
    created = list(shown.created.get(column, ()))
    missing = count(shown.before[column].isna().sum(), "missing value")
    figure = distribution_figure(shown.before[column], column, height=200)
    if created:
        after = shown.after[created]
        if len(created) == 1:
            made = distribution_figure(after[created[0]], created[0], height=200)
        else:
            made = category_figure(after.mean().sort_values(ascending=False), "", height=200, unit="mean")
        titles = (f"Before: {dataset.column(column).type}, {missing}",
                  f"After: {count(len(created), 'number column')}, no value missing")  # fmt: skip
        figure = stacked(figure, made, titles)
    else:
        st.info("This column is dropped: no model gets to see it.", icon=":material/block:")
    st.plotly_chart(figure, key="before-after", alt=f"Distribution before and after: {column}", config=BARE)
    box = st.expander("First rows, before and after", key="rows", icon=":material/table_rows:", on_change="rerun")
    if box.open:
        box.dataframe(shown.before.head(100), height=260, hide_index=True, key="rows-before", alt="First rows before")
        box.dataframe(shown.after.head(100), height=260, hide_index=True, key="rows-after", alt="First rows after")
    st.caption(f"Fitted for this view on {shown.fitted_on:,} training rows; in a comparison inside each fold anew.")
    return len(shown.after.columns), len(shown.dropped)


with frame("Feature engineering", "What does the model get to see?", needs=("dataset",)) as page:
    project = page.project
    dataset = get_dataset(project)
    if not dataset.target:
        page.missing("target")
    saved = current_recipe(project, dataset)
    draft = Draft(dataset, lambda: first_steps(project, dataset, saved))
    recipe_column, preview_column = st.columns([5, 7], gap="large")
    with recipe_column:
        st.subheader("Recipe", anchor=False)
        beside("columns", "steps")
        edit(draft, dataset)
        if st.button("Suggest anew", key="suggest", type="tertiary", icon=":material/auto_awesome:"):
            draft.replace(list(suggest_steps(project, dataset)))
            st.rerun()
    unchanged = saved is not None and draft.same_as(saved.steps)
    state = f"recipe r{saved.number}" if unchanged else "not saved yet"
    features = None
    with preview_column:
        try:
            check_steps([Step.from_json(step) for step in draft.steps], dataset)
            features = what_changed(project, dataset, draft)
        except InvalidInput as error:
            st.subheader("Before and after", anchor=False)
            st.error(safe(error.message), title="This recipe cannot work yet", icon=":material/error:")
    made = [f"{len(dataset.features)} columns become {features[0]} features"] if features else []
    page.facts(f"data v{dataset.number}", state, summary(draft), *made, "holdout not used")
    with page.quiet:
        steps = [step.to_json() for step in saved.steps] if saved else []
        show_code(project, save_recipe if saved else None, {"steps": steps, "dataset": dataset.id})
    if unchanged:
        page.onward("pages/6_Model_Comparison.py", "Continue: compare models")
    elif page.primary("Save recipe", key="save-recipe", icon=":material/save:", disabled=features is None):
        with acting(page.workspace):
            save_recipe(project, draft.steps, dataset=dataset.id)

"""How a file is read: the raw lines beside the parsed table, every choice changeable, the choices kept as a recipe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.artifacts import find
from mlworkbench.data import (
    FETCHED,
    READERS,
    Dataset,
    Detected,
    detect_reading,
    get_reading,
    ingest,
    ingest_from,
    keep_reading,
    list_readings,
    pattern_of,
    reader_for,
    reading_for,
    revise,
)
from mlworkbench.errors import NotFound
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.text import safe

if TYPE_CHECKING:
    from mlworkbench.jobs import Job
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

MARKS: dict[Any, str] = {
    ",": "comma  ,", ";": "semicolon  ;", "\t": "tab", "|": "bar  |", " ": "space", ".": "point  .", "": "none",
    '"': 'double  "', "'": "apostrophe  '", "\\": "backslash  \\",
}  # fmt: skip
HEADERS: dict[Any, str] = {False: "none: all rows are data", True: "one row"} | {n: f"{n} rows" for n in range(2, 7)}
ORDERS: dict[Any, str] = {True: "day before month", False: "month before day"}
NESTED: dict[Any, str] = {True: "columns of their own", False: "kept as JSON text"}
ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "cp1250", "cp1251", "utf-16", "shift_jis", "big5", "gb18030", "euc_kr")
BY_NAME, DETECTED = "as files of this name are", "as detected"


@st.cache_data(max_entries=32, show_spinner=False)
def seen(upload: str, reading: str, _project: Project) -> Detected:
    """What the beginning of an upload looks like under a reading, cached by both."""
    return detect_reading(_project, upload, json.loads(reading))


def _detected(project: Project, upload: str, reading: dict[str, Any]) -> Detected:
    return seen(upload, json.dumps(reading, sort_keys=True), project)


def tab(page: Page, dataset: Dataset, busy: bool) -> None:
    """How the current version was read, and reading it another way."""
    project = page.project
    assert project is not None
    given = {key: value for key, value in (dataset.settings.get("reading") or {}).items() if value is not None}
    chosen = _form(project, dataset.upload, given, dataset.id[:8])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Read again so", key="read-again", icon=":material/refresh:", disabled=busy or chosen == given):
            with acting(page.workspace):
                reading = dict.fromkeys(given) | chosen
                jobs.submit(project, revise, dataset=dataset.id, reading=reading)
        _keep(page, project, dataset)


def rescue(page: Page, job: Job | None) -> None:
    """A file that could not be read, sent or fetched, to be read another way."""
    project = page.project
    if project is None or job is None or job.status != "failed":
        return
    settings = {key: value for key, value in job.params.items() if value is not None}
    if job.function == ingest_from.path:
        settings.pop("settings")
        settings["source"] = job.parts.get(FETCHED, "")  # what came stays when it cannot be read
    elif job.function != ingest.path:
        return
    try:
        upload = find(project, str(settings["source"]), kind="upload")
        if not reader_for(upload.suffix).options:
            return
    except NotFound:
        return
    with st.container(border=True, key="rescue"):
        st.subheader("Read it another way", anchor=False)
        given = {key: value for key, value in (settings.get("reading") or {}).items() if value is not None}
        chosen = _form(project, upload.id, given, job.id[:8], said=job.error_message or "")
        if st.button("Read again so", key="rescue-read", icon=":material/refresh:", disabled=chosen == given):
            with acting(page.workspace):
                jobs.submit(project, ingest, **(settings | {"source": upload.id, "reading": chosen}))


def recipe_choice(project: Project) -> str | None:
    """Which kept reading the next file is read with; None while none was ever kept."""
    names = [recipe.name for recipe in list_readings(project)]
    if not names:
        return None
    return str(st.selectbox("Read it", [BY_NAME, DETECTED, *names], key="reading-recipe"))


def settings_for(project: Project, choice: str | None, file_name: str) -> dict[str, Any]:
    """The settings of `ingest` that follow from the choice of a recipe and the file's name."""
    if choice is None or choice == DETECTED:
        return {}
    recipe = reading_for(project, file_name) if choice == BY_NAME else get_reading(project, choice)
    if recipe is None:
        return {}
    st.toast(f"Read by the recipe {safe(recipe.name, 80)}")
    return {"reading": dict(recipe.reading), "types": dict(recipe.types)}


def _form(project: Project, upload: str, given: dict[str, Any], base: str, *, said: str = "") -> dict[str, Any]:
    """The choices, and the file's first lines beside the table that they make of it; `said` is not said again."""
    auto = _detected(project, upload, {})
    chosen = _choices(auto, given, base)
    beside("reading", job_error=False)
    found = _detected(project, upload, chosen)
    left, right = st.columns(2, gap="medium") if found.lines else (None, st.container())
    if left is not None:
        left.caption("The first lines, as they are")
        left.code("\n".join(found.lines), language=None, height=300)
    with right:
        st.caption("What becomes of them" + ("" if found.whole else ", by the first megabyte"))
        if found.problem and found.problem == said:
            st.caption("No table yet: change how it is read above.")
        elif found.problem:
            st.error(safe(found.problem), icon=":material/error:")
        elif found.frame is not None:
            st.dataframe(found.frame, hide_index=True, height=300, key=f"read-{base}", alt="Preview of the table")
    for note in [*_sure(found), *found.notes]:
        st.caption(safe(note))
    if found.encodings:
        rows = [{"encoding": name, "the odd letters would be": shown} for name, shown in found.encodings]
        st.dataframe(rows, hide_index=True, height="content", key=f"encodings-{base}", alt="Encodings that fit")
    return chosen


def _sure(found: Detected) -> list[str]:
    if found.sure is None or found.problem:
        return []
    if found.sure >= 1:
        return ["All rows looked at have as many fields as there are columns."]
    return [f"{found.sure:.0%} of the rows looked at have as many fields as there are columns."]


def _choices(auto: Detected, given: dict[str, Any], base: str) -> dict[str, Any]:
    """What a person says; what is left at "as detected" is not in it."""
    options = READERS.get(auto.reader).options
    said: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"reading-{base}"):
        if "delimiter" in options:
            marks = [",", ";", "\t", "|", " "]
            said["delimiter"] = _select("Delimiter", marks, MARKS, "delimiter", auto, given, base, new=True)
            names = [*dict.fromkeys([*(name for name, _ in auto.encodings), *ENCODINGS])]
            said["encoding"] = _select("Encoding", names, {}, "encoding", auto, given, base, new=True)
            said["quote"] = _select("Quote", ['"', "'", ""], MARKS, "quote", auto, given, base)
            said["escape"] = _select("Escape", ["", "\\"], MARKS, "escape", auto, given, base)
        if "sheet" in options:
            shown = str(auto.reading.get("sheet") or "the first")
            said["sheet"] = st.text_input("Sheet", given.get("sheet"), key=f"sheet-{base}", placeholder=shown) or None
        if "header" in options:
            said["header"] = _select("Header", list(HEADERS), HEADERS, "header", auto, given, base)
        if "skip_rows" in options:
            said["skip_rows"] = st.number_input(
                "Lines to skip", 0, 10_000, given.get("skip_rows"), key=f"skip-{base}", width=130,
                placeholder=str(auto.reading.get("skip_rows", 0)),
            )  # fmt: skip
        for name, label, hint in (
            ("member", "File in the archive", "the only one"),
            ("records", "Where the rows are", "found"),
        ):
            if name in options:
                said[name] = st.text_input(label, given.get(name), key=f"{name}-{base}", placeholder=hint) or None
        if "flatten" in options:
            said["flatten"] = _select("Nested values", [True, False], NESTED, "flatten", auto, given, base)
        said["decimal"] = _select("Decimal mark", [".", ","], MARKS, "decimal", auto, given, base)
        thousands = ["", ",", ".", " ", "'"]
        said["thousands"] = _select("Thousands mark", thousands, MARKS, "thousands", auto, given, base)
        said["day_first"] = _select("Dates like 3/4/2024", [True, False], ORDERS, "day_first", auto, given, base)
        words = st.text_input(
            "Words for missing", ", ".join(given.get("null_words") or ()), key=f"nulls-{base}", width=170,
            placeholder="the usual ones", help="Divided by commas; they count in every column",
        )  # fmt: skip
        said["null_words"] = [word.strip() for word in words.split(",") if word.strip()] or None
    with st.expander("Names of the columns", key=f"names-{base}"):
        lines = st.text_area("One per line, all or none", "\n".join(given.get("names") or ()), key=f"names-text-{base}")
        said["names"] = [line.strip() for line in lines.splitlines() if line.strip()] or None
    return {key: value for key, value in said.items() if value is not None}


def _select(
    label: str,
    options: list[Any],
    words: dict[Any, str],
    key: str,
    auto: Detected,
    given: dict[str, Any],
    base: str,
    *,
    new: bool = False,
) -> Any:
    """A choice with "as detected" first; `new` takes what is typed, too."""
    known = given.get(key)
    all_of_them: list[Any] = [None, *options, *([known] if known is not None and known not in options else [])]
    found = auto.reading.get(key)
    shown = "as detected" if found is None else f"detected: {words.get(found, found)}"
    return st.selectbox(
        label,
        all_of_them,
        all_of_them.index(known),
        key=f"{key}-{base}",
        format_func=lambda one: shown if one is None else words.get(one, str(one)),
        accept_new_options=new,
        width=170,
    )


def _keep(page: Page, project: Project, dataset: Dataset) -> None:
    """Keep this way of reading under a name."""
    box = st.popover("Keep as a recipe", key="keep-reading", icon=":material/bookmark:", on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption("The next file whose name fits is read the same way, with the same types.")
        name = st.text_input("Name", key="recipe-name", max_chars=80, placeholder="Monthly sales")
        pattern = st.text_input("For files named like", pattern_of(dataset.name), key="recipe-pattern", max_chars=200)
        beside("name")
        if st.button("Keep", key="recipe-save"):
            with acting(page.workspace):
                keep_reading(project, name, dataset=dataset.id, pattern=pattern)
                st.toast(f"Kept: {safe(name, 80)}")

"""Labels of several people are kept, counted and put into a new version; nothing is lost, nothing shown twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import mlworkbench
from mlworkbench import Project
from mlworkbench.data import get_dataset, load_table, load_training
from mlworkbench.errors import Conflict, InvalidInput, NotApplicable, NotFound
from mlworkbench.labelling import (
    agreement,
    final_labels,
    get_labelling,
    labelling_status,
    next_row,
    put_label,
    settle,
    start_labelling,
    undo_label,
    use_labels,
)
from tests.labelling.conftest import Store, customers

LABELLER = """
import sys
from mlworkbench import Workspace
from mlworkbench.labelling import next_row, put_label
project = Workspace.open(sys.argv[1]).project("test")
print("ready", flush=True)
sys.stdin.readline()
count = 0
while count < int(sys.argv[3]) and (turn := next_row(project, "reviews", sys.argv[2])) is not None:
    put_label(project, "reviews", turn.row, "good" if turn.row % 2 else "bad", sys.argv[2])
    count += 1
    print(turn.row, flush=True)
"""


@pytest.fixture
def reviews(project: Project, store: Store) -> Project:
    """A project whose labelling "reviews" asks for a class that the table does not have yet."""
    store(customers(60))
    start_labelling(project, name="reviews", column="mood", classes=["good", "bad"], price_per_hour=36.0)
    return project


def test_a_row_stays_until_it_is_labelled_and_is_not_given_to_two(reviews: Project) -> None:
    first = next_row(reviews, "reviews", "Ann")
    assert first is not None
    assert (first.row, first.place) == (0, 1)
    assert first.cells["number"] == "c00000"
    assert next_row(reviews, "reviews", "Ann") == first, "a refresh shows the same row"
    other = next_row(reviews, "reviews", "Bob")
    assert other is not None
    assert other.row == 1, "the row before Ann is not asked of Bob"
    put_label(reviews, "reviews", 0, "good", "Ann", seconds=2.0)
    put_label(reviews, "reviews", 1, None, "Bob", seconds=4.0)
    again = next_row(reviews, "reviews", "Bob")
    assert again is not None
    assert again.row == 2, "what Bob skipped is not asked of him again"
    back = next_row(reviews, "reviews", "Ann")
    assert back is not None
    assert back.row == 1, "and is asked of Ann"


def test_a_key_pressed_too_soon_says_nothing_of_the_row_before(reviews: Project) -> None:
    first = next_row(reviews, "reviews", "Ann")
    assert first is not None
    assert put_label(reviews, "reviews", first.row, "good", "Ann", if_open=True)
    assert not put_label(reviews, "reviews", first.row, "bad", "Ann", if_open=True), "the next row is not drawn yet"
    second = next_row(reviews, "reviews", "Ann")
    assert second is not None
    assert not put_label(reviews, "reviews", first.row, "bad", "Ann", if_open=True), "a tab that was left behind"
    assert put_label(reviews, "reviews", second.row, "bad", "Ann", if_open=True)
    assert final_labels(reviews, "reviews")[0] == {first.row: "good", second.row: "bad"}


def test_undo_brings_the_row_back(reviews: Project) -> None:
    for label in ("good", "bad"):
        turn = next_row(reviews, "reviews", "Ann")
        assert turn is not None
        put_label(reviews, "reviews", turn.row, label, "Ann")
    assert undo_label(reviews, "reviews", "Ann") == 1
    turn = next_row(reviews, "reviews", "Ann")
    assert turn is not None
    assert (turn.row, turn.place) == (1, 2)
    assert final_labels(reviews, "reviews") == ({0: "good"}, 0)
    assert undo_label(reviews, "reviews", "Ann") == 0
    assert undo_label(reviews, "reviews", "Ann") is None


def test_seconds_become_cost_and_a_break_counts_as_five_minutes(reviews: Project) -> None:
    put_label(reviews, "reviews", 0, "good", "Ann", seconds=10)
    put_label(reviews, "reviews", 1, None, "Ann", seconds=5)
    put_label(reviews, "reviews", 2, "bad", "Bob", seconds=9_999)
    standing = labelling_status(reviews, "reviews")
    assert (standing.rows, standing.done, standing.labels) == (60, 2, 2)
    assert standing.seconds == pytest.approx(315)
    assert standing.cost == pytest.approx(3.15)
    assert [(one.labeller, one.labels, one.skipped) for one in standing.labellers] == [("Ann", 1, 1), ("Bob", 1, 0)]
    assert standing.seconds_left == pytest.approx(58 * 315 / 2)
    assert standing.counts == {"good": 1, "bad": 1}
    assert "2 of 60 rows" in standing.sentence


def test_labels_become_a_version_with_a_target_and_later_ones_the_next(reviews: Project) -> None:
    before = get_dataset(reviews)
    for row in range(40):
        put_label(reviews, "reviews", row, "good" if row % 3 else "bad", "Ann")
    made = use_labels(reviews, name="reviews")
    assert (made.target, set(made.classes), made.unlabelled_rows) == ("mood", {"good", "bad"}, 20)
    assert "mood" not in get_dataset(reviews, before.id).names
    values = load_table(reviews, made, ["mood"])["mood"]
    assert values[:40].tolist() == ["good" if row % 3 else "bad" for row in range(40)]
    put_label(reviews, "reviews", 45, "bad", "Ann")
    later = load_table(reviews, use_labels(reviews, name="reviews"), ["mood"])["mood"]
    assert (later[45], int(later.notna().sum())) == ("bad", 41)


def test_who_differs_is_asked_to_agree_and_a_decision_counts(project: Project, store: Store) -> None:
    store(customers(40))
    start_labelling(project, name="two", column="mood", classes=["good", "bad"], per_row=2)
    for row in range(30):
        put_label(project, "two", row, "good" if row % 2 else "bad", "Ann")
        put_label(project, "two", row, "good" if row % 2 or row < 6 else "bad", "Bob")
    found = agreement(project, "two")
    assert [one.row for one in found.disagreements] == [0, 2, 4]
    (pair,) = found.pairs
    assert (pair.left, pair.right, pair.rows, pair.observed) == ("Ann", "Bob", 30, 0.9)
    assert pair.low < pair.kappa < pair.high  # type: ignore[operator]
    assert found.low < found.alpha < found.high  # type: ignore[operator]
    assert "Ann and Bob agree on 90%" in found.sentence
    assert "3 rows wait" in found.sentence
    assert final_labels(project, "two")[1] == 3
    settle(project, "two", 0, "bad", "Chris")
    put_label(project, "two", 2, "good", "Dora")
    final, disputed = final_labels(project, "two")
    assert (final[0], final[2], disputed) == ("bad", "good", 1)
    assert [(one.settled, one.by) for one in agreement(project, "two").disagreements] == [
        ("bad", "Chris"), ("good", "majority"), ("", ""),
    ]  # fmt: skip


def test_no_row_of_the_holdout_is_asked_and_the_label_is_not_shown(project: Project, store: Store) -> None:
    frame = customers(200)
    frame.loc[::10, "left"] = None
    table = store(frame, target="left")
    assert table.holdout_rows
    made = start_labelling(project, name="again", only="all", order="random")
    training = set(load_training(project, table).index)
    unlabelled = set(range(0, 200, 10))
    assert set(made.rows) == training | unlabelled
    assert (made.column, made.classes) == ("left", ("no", "yes"))
    turn = next_row(project, "again", "Ann")
    assert turn is not None
    assert "left" not in turn.cells
    assert set(start_labelling(project, name="new").rows) == unlabelled


def test_rows_are_chosen_by_a_condition(project: Project, store: Store) -> None:
    frame = customers(100)
    store(frame)
    made = start_labelling(project, name="few", column="mood", classes=["a", "b"], where="spend > 60", limit=5)
    fitting = frame.index[frame["spend"] > 60].tolist()
    assert list(made.rows) == fitting[:5]
    assert made.left_out == len(fitting) - 5


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("name", {"name": " "}),
        ("classes", {"classes": ["one"]}),
        ("only", {"only": "some"}),
        ("order", {"order": "best"}),
        ("limit", {"limit": 0}),
        ("per_row", {"per_row": 10}),
        ("price_per_hour", {"price_per_hour": -1}),
        ("where", {"where": "spend >"}),
        ("where", {"where": "spend + 1"}),
    ],
)
def test_wrong_settings_are_refused(project: Project, store: Store, field: str, settings: dict[str, object]) -> None:
    store(customers(30))
    good: dict[str, object] = {"name": "x", "column": "mood", "classes": ["a", "b"]}
    with pytest.raises(InvalidInput) as caught:
        start_labelling(project, **(good | settings))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_cells_are_shown_as_they_are_and_a_long_one_says_how_long(project: Project, store: Store) -> None:
    frame = customers(20).assign(amount=1234567.89, text="x" * 50_000)
    frame.loc[0, "plan"] = None
    store(frame)
    start_labelling(project, name="a", column="mood", classes=["good", "bad"])
    turn = next_row(project, "a", "Ann")
    assert turn is not None
    assert (turn.cells["amount"], turn.cells["plan"]) == ("1234567.89", None)
    assert str(turn.cells["text"]).endswith("(50,000 characters)")
    store(frame[["plan"]])
    with pytest.raises(NotApplicable, match="nothing to judge"):
        start_labelling(project, name="b", column="plan", classes=["good", "bad"], only="all")


def test_what_is_not_asked_cannot_be_labelled(reviews: Project) -> None:
    with pytest.raises(InvalidInput, match="good, bad"):
        put_label(reviews, "reviews", 0, "fine", "Ann")
    with pytest.raises(InvalidInput, match="not one of the rows"):
        put_label(reviews, "reviews", 60, "good", "Ann")
    with pytest.raises(InvalidInput):
        put_label(reviews, "reviews", 0, "good", "  ")
    with pytest.raises(NotFound, match="reviews"):
        get_labelling(reviews, "nothing")
    with pytest.raises(Conflict):
        start_labelling(reviews, name="reviews", column="mood", classes=["a", "b"])
    with pytest.raises(NotApplicable):
        use_labels.submit(reviews, name="reviews")
    with pytest.raises(NotApplicable):
        start_labelling(reviews, name="none", column="mood", classes=["a", "b"], where="spend < 0")


def start(project: Project, who: str, rows: int) -> subprocess.Popen[str]:
    """A program of its own in which one person labels."""
    process = subprocess.Popen(
        [sys.executable, "-c", LABELLER, str(project.workspace.root), who, str(rows)],
        env=os.environ | {"PYTHONPATH": str(Path(mlworkbench.__file__).resolve().parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_two_people_at_once_lose_nothing_and_do_no_row_twice(reviews: Project) -> None:
    both = [start(reviews, who, 100) for who in ("Ann", "Bob")]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].split() for process in both]
    rows = [int(row) for one in said for row in one]
    assert sorted(rows) == list(range(60)), "each row once, by one of the two"
    final, disputed = final_labels(reviews, "reviews")
    assert disputed == 0
    assert final == {row: "good" if row % 2 else "bad" for row in range(60)}


def test_what_was_said_before_a_kill_is_there_after_it(reviews: Project) -> None:
    process = start(reviews, "Ann", 60)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    told = [int(process.stdout.readline()) for _ in range(15)]
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    final, _ = final_labels(reviews, "reviews")
    assert set(told) <= set(final)
    turn = next_row(reviews, "reviews", "Ann")
    assert turn is not None
    assert turn.row == len(final)

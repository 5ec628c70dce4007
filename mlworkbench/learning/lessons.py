"""The texts: two sentences of why, a few points, and the example of the demo for those without data of their own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One thing worth knowing: a short name and what it means."""

    name: str
    text: str


@dataclass(frozen=True)
class Lesson:
    """Why a stage exists.

    Parameters
    ----------
    why : str
        Two sentences.
    points : tuple of Point
        What to watch for.
    example : str
        Worked on the project's own artifacts, else on the demo's churn table; may hold text from data.
    own : bool
        Whether the example is about the project's own table.
    """

    stage: str
    why: str
    points: tuple[Point, ...]
    example: str
    own: bool = False


def _lesson(stage: str, why: str, example: str, *points: tuple[str, str]) -> Lesson:
    return Lesson(stage, why, tuple(Point(*point) for point in points), example)


_ALL = (
    _lesson(
        "scoping",
        "A model is a promise to somebody: which decision gets better, by how much, and what a mistake costs. "
        "Written down before the first line of code, it decides later arguments; written down after, it only "
        "describes what happened to come out.",
        "The demo promises a retention team the customers most likely to leave. A missed one costs a year of "
        "margin, a needless call a few minutes: so the team calls from a low probability on, not from one half.",
        ("A baseline to beat", "The rule of thumb that people use today. A model that does not beat it is not needed."),
        ("The cost of each error", "Two models with the same score can differ widely in what their mistakes cost."),
        ("How late the truth comes", "If the outcome is known after 30 days, quality is known after 30 days too."),
    ),
    _lesson(
        "data",
        "Every later figure stands on the table that came in. What is converted, dropped or read wrongly here is "
        "wrong everywhere after, and no score will show it.",
        "In the demo's table one column of amounts is stored as text: a model would see it as thousands of "
        "unrelated words instead of a number.",
        ("The holdout", "Rows put aside before anybody looks. They are opened rarely, and every look is counted."),
        ("Leakage", "A column that is only known after the outcome makes a perfect model that is useless tomorrow."),
    ),
    _lesson(
        "synthesis",
        "Real rows belong to real people and may not travel; rows drawn from a model of the table can. They are as "
        "good as the statistics that they keep, and as private as they are far from any single real row.",
        "From the demo's customers a Gaussian copula draws new ones: each column keeps its distribution, pairs "
        "keep most of their link, and nobody in the table exists.",
        ("Fidelity", "Do columns and pairs of columns look alike? Compare with how alike two real halves are."),
        ("Copies", "A synthetic row that equals a real one is a leak, unless real rows repeat each other as often."),
        ("Never in a holdout", "A model judged on invented rows is judged by the inventor."),
    ),
    _lesson(
        "profiling",
        "Five minutes with the distributions save days with the model: most failures are visible as a spike, a "
        "gap or a column that knows too much. What is linked to the target here is what the model will use.",
        "In the demo the type of contract and the number of support calls are linked to leaving; the customer's "
        "number is not, and would only be learnt by heart.",
        ("A link is not a cause", "Columns move together for many reasons. Only an experiment tells which."),
        ("Missing for a reason", "When values are missing together, or for one outcome more, that says something."),
    ),
    _lesson(
        "features",
        "A model sees numbers, not columns: what is filled in, scaled and encoded here is what it can learn. Each "
        "step is fitted inside the fold, because a mean that has seen the test rows has already told about them.",
        "Filling a gap with the mean of ALL rows lets the test rows leak into training. The gain looks small on "
        "the screen and is gone on the first day in production.",
        ("One pipeline", "The same object prepares training rows and live ones: there is no second version to forget."),
        ("Less is more", "A column that helps nobody still has to be delivered, checked and explained each day."),
    ),
    _lesson(
        "modeling",
        "One split and one score is a lottery ticket: with other folds another model wins. Differences are measured "
        "on the same folds, with their uncertainty, and among those that cannot be told apart the simplest is taken.",
        "In the demo three models lie within half a point of each other. Their paired differences include zero: "
        "the fastest and simplest of them is recommended.",
        ("Tied", "The interval of the difference includes zero. More rows may separate them; more digits do not."),
        ("Looks at the holdout", "Choose on folds, confirm on the holdout once. Choosing on it trains on it."),
    ),
    _lesson(
        "serving",
        "A prediction earns trust when people can try it: change one input and see what the answer does. What-if "
        "shows how the model thinks, not what the world would do.",
        "In the demo a longer contract lowers the probability of leaving. That does not prove that forcing a longer "
        "contract keeps a customer: loyal people choose long contracts.",
        ("Contributions", "They divide this answer among its inputs, from the typical case to this one."),
        ("Outside the known", "Far from the training rows a model still answers, and with the same confidence."),
    ),
    _lesson(
        "monitoring",
        "Software breaks loudly; a model goes on answering while the world moves away from under it. Watching means "
        "asking at each batch whether this could still be chance, and raising an alarm only if it could not.",
        "In the demo a new sales channel changes who the customers are (data drift); months later a rival's campaign "
        "changes why they leave (concept drift). The first is seen in the inputs, the second only in the outcomes.",
        ("Data drift", "A fraud model learnt on orders of a shop; then the company opens a line of gift cards. Amounts "
         "and hours look different although cheating works as before: the inputs moved, the rule did not."),
        ("Concept drift", "After a campaign the same product at the same price sells twice as much. The inputs look "
         "as ever, their meaning changed; only outcomes show it, and only after their delay."),
        ("Recurring change", "December differs from June each year. Compared with last month it is an alarm every "
         "season; compared with last December it is a calendar."),
        ("A whole world moves", "A forecast of four calm years met the spring of 2020: travel, demand and prices "
         "left every range it had seen, and the steady history made it sure of itself. Age of the data "
         "is no protection; knowing the range one has learnt from is."),
        ("Three kinds of metrics", "Software: errors, latency, volume. Input: missing values, unseen categories, "
         "distributions. Output: the predictions at once, the quality when the truth arrives."),
    ),
    _lesson(
        "retraining",
        "New data is not better data by itself: after a sudden change old rows mislead, before one they are most of "
        "what is known. Strategies are compared on rows that none of them learned from, and the winner has to earn it.",
        "After the rival's campaign in the demo, a model of the last months alone beats one of all rows on recent "
        "customers, though it has a fraction of the data.",
        ("All, weighted, window", "Keep everything; let the old fade; or drop it. No choice wins everywhere."),
        ("Champion and challenger", "Paired on the same rows. A challenger that cannot be told apart stays one."),
        ("A way back", "Promotion is reversible: the previous champion stays one click away."),
    ),
    _lesson(
        "governance",
        "Somebody will ask who decided this, on which data, and who knew its limits: the answer must not depend on "
        "memory. What can be computed is computed from the artifacts; only judgement is typed.",
        "The demo's card says how often the holdout was looked at and which promise was not kept. Nobody had to "
        "remember to write that down.",
        ("Model card", "What it is for, how good, for whom less so, and where it must not be used."),
        ("Audit log", "Who did what when; lines are added, never changed."),
    ),
)  # fmt: skip
LESSONS = {lesson.stage: lesson for lesson in _ALL}

"""The contract as sentences that a stakeholder can hold somebody to."""

from __future__ import annotations

from mlworkbench.scoping.contract import Contract
from mlworkbench.scoping.metrics import METRICS

_NAMES = {
    "roc_auc": "ROC AUC", "roc_auc_ovr": "ROC AUC (one class against the rest)", "roc_auc_ovo": "ROC AUC (class pairs)",
    "average_precision": "average precision", "neg_log_loss": "log loss", "neg_brier_score": "Brier score",
    "f1": "F1", "r2": "R²", "matthews_corrcoef": "Matthews correlation",
    "neg_root_mean_squared_error": "root mean squared error",
}  # fmt: skip
_HOLDOUT = {
    "random": "drawn at random",
    "stratified": "drawn with the same share of each class",
    "group": "whole groups of {column}",
    "time": "the latest by {column}",
}


def metric_name(metric: str) -> str:
    """A scorer's name as people say it."""
    return _NAMES.get(metric, metric.removeprefix("neg_").replace("_", " "))


def goal_in_words(contract: Contract) -> str:
    """ "ROC AUC at least 0.84", "" without a goal; an error is stated as what it may be at most."""
    metric = contract.metric or (METRICS[contract.task][0] if contract.task else None)
    if contract.goal is None:
        return metric_name(metric) if contract.metric and metric else ""
    error = metric is not None and metric.startswith("neg_")
    value = f"{abs(contract.goal) if error else contract.goal:,.6g}"
    return f"{metric_name(metric) if metric else 'score'} {'at most' if error else 'at least'} {value}"


def promises(contract: Contract) -> tuple[str, ...]:
    """What is promised, a sentence each; () when nothing is."""
    said = [_task(contract), _goal(contract), _rule(contract), _costs(contract)]
    if contract.latency_ms is not None:
        said.append(f"One answer takes at most {contract.latency_ms:,g} ms.")
    said.append(_fairness(contract))
    said.append(_holdout(contract))
    if contract.label_delay_days is not None:
        said.append(f"The truth is known {_days(contract.label_delay_days)} after a prediction.")
    if contract.retrain_days is not None:
        said.append(f"A new model is considered every {_days(contract.retrain_days)}.")
    return tuple(one for one in said if one)


def _task(contract: Contract) -> str:
    if contract.target is None:
        return f"The task is {contract.task}." if contract.task else ""
    what = f" ({contract.task})" if contract.task else ""
    looked = f", looking for {contract.positive_class}" if contract.positive_class is not None else ""
    return f"The model predicts {contract.target}{what}{looked}."


def _goal(contract: Contract) -> str:
    said = goal_in_words(contract)
    if contract.goal is None:
        return f"Models are judged by {said}." if said else ""
    return f"{said[:1].upper()}{said[1:]} in the folds, or it is not put to use."


def _rule(contract: Contract) -> str:
    return f"It beats the rule: {contract.heuristic}" if contract.heuristic else ""


def _costs(contract: Contract) -> str:
    wrong, missed = contract.cost_false_positive, contract.cost_false_negative
    if wrong is None and missed is None:
        return ""
    parts = [f"a false alarm costs {wrong:,g}"] if wrong is not None else []
    parts += [f"a missed case costs {missed:,g}"] if missed is not None else []
    joined = " and ".join(parts)
    said = joined[:1].upper() + joined[1:]
    if wrong is None or missed is None or not wrong + missed:
        return f"{said}."
    # Elkan (2001), "The Foundations of Cost-Sensitive Learning", equation 2.
    return f"{said}: acting pays from a probability of {wrong / (wrong + missed):.0%} on."


def _fairness(contract: Contract) -> str:
    if not contract.fairness_columns:
        return ""
    columns = ", ".join(contract.fairness_columns)
    if contract.fairness_bound is None:
        return f"Results are shown for each group of {columns}."
    return f"Groups of {columns} differ by at most {contract.fairness_bound:g}."


def _holdout(contract: Contract) -> str:
    if not contract.holdout:
        return ""
    method = contract.holdout["method"]
    if method == "none":
        return "No rows are held out: there is no final check."
    column = contract.holdout.get("column") or contract.time_column
    how = _HOLDOUT[method].format(column=column)
    gap = contract.holdout.get("gap")
    between = f", with a gap of {_days(gap)}" if gap else ""
    return f"{contract.holdout.get('size', 0.2):.0%} of the rows are held out for the final check, {how}{between}."


def _days(number: float) -> str:
    return f"{number:,g} day{'' if number == 1 else 's'}"


def verdict(contract: Contract, customer: str = "", against_data: int = 0) -> str:
    """The state of the contract in a sentence.

    Parameters
    ----------
    against_data : int
        How many of its terms are wrong or contradicted by the data.
    """
    goal = goal_in_words(contract) if contract.goal is not None else ""
    who = f" for {customer}" if customer else ""
    if contract.empty:
        said = f"Nothing is promised{who} yet."
    elif goal:
        what = f" when predicting {contract.target}" if contract.target else ""
        said = f"Promised{who}: {goal}{what}."
    else:
        made = len(promises(contract))
        said = f"Promised{who}: {made} {'thing' if made == 1 else 'things'}, but no value to reach yet."
    if not against_data:
        return said
    return f"{said} {against_data} {'terms do' if against_data > 1 else 'term does'} not hold as it stands."

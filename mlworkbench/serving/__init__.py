"""Serving: one prediction with what is behind it, predictions for a file, and the log of them all."""

from __future__ import annotations

from mlworkbench.serving.answer import predict_one, sweep
from mlworkbench.serving.api import Answers, Follower, Problem, RowAnswer, WrongRows, predict_rows
from mlworkbench.serving.batch import export_batch, get_batch, list_batches, predict_file
from mlworkbench.serving.log import count_predictions, moment, prediction_log, prediction_requests
from mlworkbench.serving.predictor import starting_row
from mlworkbench.serving.results import SOURCES, Answer, Batch, Contribution

__all__ = [
    "SOURCES",
    "Answer",
    "Answers",
    "Batch",
    "Contribution",
    "Follower",
    "Problem",
    "RowAnswer",
    "WrongRows",
    "count_predictions",
    "export_batch",
    "get_batch",
    "list_batches",
    "moment",
    "predict_file",
    "predict_one",
    "predict_rows",
    "prediction_log",
    "prediction_requests",
    "starting_row",
    "sweep",
]

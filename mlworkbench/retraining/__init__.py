"""Retraining: would a newer model be better, and is it?"""

from mlworkbench.retraining.bringing import MODES
from mlworkbench.retraining.deciding import can_roll_back, champion_history, decide, roll_back
from mlworkbench.retraining.results import ChampionChange, Judged, Retraining
from mlworkbench.retraining.retraining import compare_strategies, get_retraining, list_retrainings, retrain
from mlworkbench.retraining.spec import STRATEGIES, StrategySpec

__all__ = [
    "MODES",
    "STRATEGIES",
    "ChampionChange",
    "Judged",
    "Retraining",
    "StrategySpec",
    "can_roll_back",
    "champion_history",
    "compare_strategies",
    "decide",
    "get_retraining",
    "list_retrainings",
    "retrain",
    "roll_back",
]

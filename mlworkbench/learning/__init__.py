"""Learn: why each stage of a model's life exists, told on the user's own table where there is one."""

from mlworkbench.learning.examples import lesson
from mlworkbench.learning.lessons import LESSONS, Lesson, Point

__all__ = ["LESSONS", "Lesson", "Point", "lesson"]

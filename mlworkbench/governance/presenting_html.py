"""The presentation as one self-contained HTML file: works offline, light and dark, on a telephone; all text escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from mlworkbench.governance.page import document
from mlworkbench.governance.presenting import Contender, Presentation, Sweep, answer_text, axis_of, presentation
from mlworkbench.governance.words import number

if TYPE_CHECKING:
    from mlworkbench.governance.results import Fact, Promise
    from mlworkbench.projects import Project

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 420, 230, 44, 14, 14, 40
_MARKS = {True: ("kept", "✓"), False: ("broken", "✕"), None: ("unknown", "?")}
_STYLE = """
main{max-width:64rem;margin:0 auto;padding:0 1.25rem 3rem}
.hero{padding:3.2rem 0 1.6rem}
.eyebrow{font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;color:var(--accent);font-weight:650;margin:0}
h1{font-size:clamp(2rem,6vw,3.2rem);letter-spacing:-.03em;margin:.3rem 0 .7rem;text-wrap:balance}
.problem{font-size:1.2rem;max-width:44rem;color:var(--soft);text-wrap:pretty}
h2{font-size:1.35rem;letter-spacing:-.015em;margin:0 0 .3rem}
section{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.5rem 1.6rem;margin:1.1rem 0}
.two{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:2rem;align-items:center}
.big{font-size:clamp(3rem,9vw,4.6rem);font-weight:700;letter-spacing:-.04em;line-height:1;color:var(--accent);
margin:.4rem 0 .2rem;
font-variant-numeric:tabular-nums}
.facts{display:flex;flex-wrap:wrap;gap:.7rem;margin-top:1rem}
.facts div{background:var(--tint);border-radius:.7rem;padding:.6rem 1rem;min-width:7rem}
.facts b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.facts span{font-size:.82rem;color:var(--soft)}
.purpose{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem 1.6rem;margin-top:.9rem}
.purpose b{font-size:.82rem;color:var(--soft)}
.purpose p{margin:.15rem 0;white-space:pre-line}
.race{display:grid;grid-template-columns:minmax(6rem,12rem) 1fr minmax(3.2rem,auto);gap:.45rem .9rem;
align-items:center;font-size:.9rem}
.track{position:relative;height:1.4rem}
.track i{position:absolute;top:50%;height:2px;margin-top:-1px;background:var(--soft);border-radius:2px}
.track u{position:absolute;top:50%;width:.72rem;height:.72rem;margin:-.36rem 0 0 -.36rem;border-radius:50%;
background:var(--soft)}
.chosen i{background:var(--accent);height:4px;margin-top:-2px}
.chosen u{background:var(--accent);width:.95rem;height:.95rem;margin:-.475rem 0 0 -.475rem}
.base u{background:transparent;border:2px solid var(--soft)}
.axis{display:flex;justify-content:space-between;font-size:.78rem;color:var(--soft);
border-top:1px solid var(--line);padding-top:.2rem}
.chosen-name{font-weight:650}
.num{text-align:right;font-variant-numeric:tabular-nums}
.tabs{display:flex;flex-wrap:wrap;gap:.45rem;margin:1rem 0}
.tabs input,.panel{position:absolute;opacity:0;pointer-events:none}
.tabs label{border:1px solid var(--line);border-radius:2rem;padding:.3rem .9rem;cursor:pointer;font-size:.9rem}
.tabs input:checked+label{background:var(--accent);border-color:var(--accent);color:var(--card)}
.tabs input:focus-visible+label{outline:2px solid var(--ink);outline-offset:2px}
.panels{display:grid}
.panel{visibility:hidden;grid-area:1/1}
.panel.on{position:static;opacity:1;visibility:visible;pointer-events:auto}
svg{width:100%;height:auto;display:block;max-height:24rem}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
input[type=range]{width:100%;accent-color:var(--accent);height:2rem}
.promises{list-style:none;padding:0;margin:.8rem 0 0}
.promises li{display:grid;grid-template-columns:1.9rem 1fr;gap:.2rem .8rem;padding:.7rem 0;
border-top:1px solid var(--line)}
.mark{width:1.7rem;height:1.7rem;border-radius:50%;display:grid;place-items:center;font-weight:700;font-size:.9rem;
color:var(--card)}
.kept{background:var(--good)}.broken{background:var(--bad)}.unknown{background:var(--warn)}
.state{display:flex;gap:.9rem;align-items:flex-start}
.state .mark{flex:none}
.foot{font-size:.82rem;color:var(--soft);margin-top:1.6rem}
@media (max-width:720px){.two{grid-template-columns:1fr;gap:1.2rem}.hero{padding-top:2rem}
section{padding:1.15rem 1.1rem}

.race{grid-template-columns:minmax(7.6rem,8rem) 1fr auto;gap:.45rem .6rem;font-size:.82rem}}
@media (prefers-reduced-motion:no-preference){.dot{transition:cx .12s,cy .12s}}
@page{size:A4;margin:14mm 13mm}
@media print{body{background:#fff}section{break-inside:avoid}.tabs,input[type=range]{display:none}}
"""
# Reads the curves it was given, moves the mark and the words; it makes no request and builds no markup from text.
_SCRIPT = """
"use strict";
const curves = JSON.parse(document.getElementById("curves").textContent);
const show = (at) => document.querySelectorAll(".panel").forEach((one, n) => one.classList.toggle("on", n === at));
document.querySelectorAll(".tabs input").forEach((one, n) => one.addEventListener("change", () => show(n)));
document.querySelectorAll(".panel").forEach((panel, n) => {
  const curve = curves[n], slider = panel.querySelector("input"), dot = panel.querySelector(".dot");
  const move = () => {
    const at = Number(slider.value);
    dot.setAttribute("cx", curve.x[at]); dot.setAttribute("cy", curve.y[at]);
    panel.querySelector(".answer").textContent = curve.said[at];
    panel.querySelector(".place").textContent = curve.label[at];
    slider.setAttribute("aria-valuetext", curve.label[at] + ": " + curve.said[at]);
  };
  slider.addEventListener("input", move); move();
});
"""


def presentation_html(project: Project) -> str:
    """A project on one page as an HTML file that may be mailed: no request is made, all text is escaped.

    The what-if is a table of answers computed beforehand; moving its slider calls no model and logs nothing.
    """
    shown = presentation(project)
    parts = [
        f'<div class="hero"><p class="eyebrow">{escape(shown.project)}</p><h1>{escape(shown.title)}</h1>'
        f'<p class="problem">{escape(shown.problem)}</p></div>',
        _purpose(shown.purpose),
        _result(shown),
        _data(shown),
        _what_if(shown),
        _promises(shown),
        _monitoring(shown),
        f'<p class="foot">{escape(shown.foot)} {escape(shown.caveat)}</p>',
    ]
    curves = json.dumps([_curve(shown, one) for one in shown.sweeps], ensure_ascii=True).replace("<", "\\u003c")
    data = f'<script type="application/json" id="curves">{curves}</script>'
    body = f"<main>{''.join(parts)}</main>{data}"
    return document(escape(f"{shown.title} · {shown.project}"), _STYLE, body, _SCRIPT)


def _purpose(facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    boxes = "".join(f"<div><b>{escape(one.label)}</b><p>{escape(one.value)}</p></div>" for one in facts)
    return f'<section><h2>What it is for</h2><div class="purpose">{boxes}</div></section>'


def _data(shown: Presentation) -> str:
    facts = "".join(
        f"<div><b>{escape(one.value)}</b><span>{escape(one.label)}</span></div>" for one in shown.data_facts
    )
    return (
        f'<section><h2>What it learned from</h2><p>{escape(shown.data)}</p><div class="facts">{facts}</div></section>'
    )


def _result(shown: Presentation) -> str:
    if not shown.value:
        return f"<section><h2>How good it is</h2><p>{escape(shown.result)}</p></section>"
    left = (
        f'<div><h2>How good it is</h2><p class="big">{escape(shown.value)}</p>'
        f"<p><b>{escape(shown.metric)}</b>, {escape(shown.interval)}; {escape(shown.better)}.</p>"
        f"<p>{escape(shown.result)} {escape(shown.plain)}</p></div>"
    )
    return f'<section><div class="two">{left}<div>{_race(shown)}</div></div></section>'


def _race(shown: Presentation) -> str:
    """Every compared model with its interval on one axis, drawn with boxes only."""
    low, high = axis_of(shown.contenders)
    rows = "".join(_runner(one, low, high) for one in shown.contenders)
    ends = f"<span>{number(low)}</span><span>{escape(shown.metric)}</span><span>{number(high)}</span>"
    axis = f'<div class="axis">{ends}</div>'
    note = (
        "Mean of the folds, with 95 % intervals. The filled large dot is the model in use; hollow dots are baselines, "
        "at the edge when far off."
    )
    return (
        f'<div class="race">{rows}<span class="blank"></span>{axis}<span class="blank"></span></div>'
        f'<p class="soft" style="font-size:.82rem">{note}</p>'
    )


def _runner(one: Contender, low: float, high: float) -> str:
    def at(value: float) -> float:
        return round(min(100.0, max(0.0, 100 * (value - low) / (high - low))), 2)

    kind = "chosen" if one.chosen else "base" if one.baseline else ""
    track = (
        f'<div class="track {kind}"><i style="left:{at(one.low)}%;width:{round(at(one.high) - at(one.low), 2)}%"></i>'
        f'<u style="left:{at(one.mean)}%"></u></div>'
    )
    name = ' class="chosen-name"' if one.chosen else ""
    return f'<span{name}>{escape(one.label)}</span>{track}<span class="num">{escape(number(one.mean))}</span>'


def _what_if(shown: Presentation) -> str:
    if not shown.sweeps:
        said = "Not done: there is no model to ask yet." if not shown.value else "No input moves the answer by itself."
        return f"<section><h2>What if</h2><p>{said}</p></section>"
    tabs = "".join(
        f'<input type="radio" name="column" id="column-{place}"{" checked" if place == 0 else ""}>'
        f'<label for="column-{place}">{escape(_cut(one.column, 40))}</label>'
        for place, one in enumerate(shown.sweeps)
    )
    panels = "".join(_panel(shown, one, place) for place, one in enumerate(shown.sweeps))
    return (
        f"<section><h2>What if</h2><p>Take the typical case and move one input: what becomes of the "
        f'{escape(shown.answer)}?</p><div class="tabs">{tabs}</div><div class="panels">{panels}</div></section>'
    )


def _panel(shown: Presentation, one: Sweep, place: int) -> str:
    on = " on" if place == 0 else ""
    return (
        f'<div class="panel{on}"><div class="two"><div><p class="big answer">'
        f"{answer_text(shown, one.answers[one.typical])}</p>"
        f'<p class="soft">{escape(shown.answer)}</p><p><b>{escape(one.column)}</b> = '
        f'<span class="place">{escape(one.labels[one.typical])}</span></p>'
        f'<input type="range" min="0" max="{len(one.places) - 1}" step="1" value="{one.typical}" '
        f'aria-label="{escape(one.column)}"></div><div>{_chart(shown, one)}</div></div></div>'
    )


def _points(shown: Presentation, one: Sweep) -> list[tuple[float, float]]:
    first, last = one.places[0], one.places[-1]
    low, high = _range(shown, one)
    pad = 0.08 if one.words else 0.0
    return [
        (
            round(LEFT + (WIDTH - LEFT - RIGHT) * (pad + (1 - 2 * pad) * (x - first) / (last - first)), 1),
            round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - low) / (high - low), 1),
        )
        for x, y in zip(one.places, one.answers, strict=True)
    ]


def _range(shown: Presentation, one: Sweep) -> tuple[float, float]:
    """The answer's axis: 0 to 1 for a probability, else the range of all curves, so that columns can be compared."""
    if shown.probability:
        return 0.0, 1.0
    answers = [value for sweep in shown.sweeps for value in sweep.answers]
    room = (max(answers) - min(answers)) * 0.06 or 1.0
    return min(answers) - room, max(answers) + room


def _chart(shown: Presentation, one: Sweep) -> str:
    points = _points(shown, one)
    low, high = _range(shown, one)
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)
        value = low + share * (high - low)
        text = f"{value:.0%}" if shown.probability else number(value)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="var(--line)"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{escape(text)}</text>')
    if one.words:
        marks = "".join(f'<circle cx="{x}" cy="{y}" r="5" fill="var(--accent)"/>' for x, y in points)
    else:
        path = " ".join(f"{x},{y}" for x, y in points)
        marks = (
            f'<polyline points="{path}" fill="none" stroke="var(--accent)" stroke-width="3" stroke-linejoin="round"/>'
        )
    under, right = HEIGHT - BOTTOM + 18, WIDTH - RIGHT
    ends = (
        f'<text x="{LEFT}" y="{under}">{escape(_cut(one.labels[0], 22))}</text>'
        f'<text x="{right}" y="{under}" text-anchor="end">{escape(_cut(one.labels[-1], 22))}</text>'
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 4}" text-anchor="middle">{escape(_cut(one.column, 46))}</text>'
    )
    x, y = points[one.typical]
    dot = f'<circle class="dot" cx="{x}" cy="{y}" r="8" fill="var(--up)" stroke="var(--card)" stroke-width="2.5"/>'
    label = escape(f"{shown.answer} over {one.column}", quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{"".join(lines)}{marks}{ends}{dot}</svg>'
    )


def _curve(shown: Presentation, one: Sweep) -> dict[str, list[float] | list[str]]:
    points = _points(shown, one)
    said = [answer_text(shown, value) for value in one.answers]
    return {"x": [x for x, _ in points], "y": [y for _, y in points], "label": list(one.labels), "said": said}


def _promises(shown: Presentation) -> str:
    rows = "".join(_promise(one) for one in shown.promises)
    listed = f'<ul class="promises">{rows}</ul>' if rows else ""
    return f"<section><h2>What was promised</h2><p>{escape(shown.promises_sentence)}</p>{listed}</section>"


def _promise(one: Promise) -> str:
    style, sign = _MARKS[one.kept]
    words = {"kept": "Kept", "broken": "Not kept", "unknown": "Cannot be told yet"}[style]
    return (
        f'<li><span class="mark {style}" role="img" aria-label="{words}">{sign}</span><div><b>'
        f"{escape(one.promised)}</b><br>"
        f'<span class="soft">{words}: {escape(one.found)}</span></div></li>'
    )


def _monitoring(shown: Presentation) -> str:
    states = {True: ("broken", "!"), False: ("kept", "✓"), None: ("unknown", "?")}
    style, sign = states[shown.drifted]
    return (
        f'<section><h2>Is it still true?</h2><div class="state">'
        f'<span class="mark {style}" aria-hidden="true">{sign}</span>'
        f"<p>{escape(shown.monitoring)}</p></div></section>"
    )


def _cut(text: str, longest: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"

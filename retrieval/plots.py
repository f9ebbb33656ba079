"""Draw an evaluation's or a benchmark's curves as SVG that stands in a page, with matplotlib."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from retrieval.refusal import Point, Refusal, Reliability

_INK = "#010203"
"""Stands for the page's own text colour until the drawing is done."""

_LINES = ("#3b82c4", "#d9822b", "#3a9d6e", "#b5527e", "#8a6fc9", "#9a8b2f")


def refusal_curve(refusals: Mapping[str, Refusal], threshold: float) -> str:
    """Return the curve of wrong answers shown against the answered share, as SVG.

    Args:
        refusals: How each kind of unanswerable question is refused.
        threshold: The shipped threshold, whose points are marked.
    """
    figure, axes = _figure()
    for number, (kind, found) in enumerate(refusals.items()):
        colour = _LINES[number % len(_LINES)]
        points = [*found.curve]
        axes.plot(*_shown(points), color=colour, linewidth=1.8, label=kind)
        x, y = _shown([found.shipped])
        axes.plot(x, y, marker="o", markersize=7, color=colour, linestyle="none")
    _name(axes, "answerable questions answered", "unanswerable questions answered all the same")
    axes.set_title(f"Every threshold; the dots are the shipped {threshold:g}", fontsize=10)
    axes.legend(frameon=False, fontsize=9, labelcolor=_INK, loc="upper left")
    return _svg(figure, "refusal")


def _shown(points: list[Point]) -> tuple[list[float], list[float]]:
    return [p.answered for p in points], [1 - p.refused for p in points]


def risk_curve(refusals: Mapping[str, Refusal]) -> str:
    """Return the curve of the share of shown answers that is wrong, as SVG."""
    figure, axes = _figure()
    for number, (kind, found) in enumerate(refusals.items()):
        colour = _LINES[number % len(_LINES)]
        axes.plot(
            [p.answered for p in found.curve],
            [p.wrong for p in found.curve],
            color=colour,
            linewidth=1.8,
            label=kind,
        )
        axes.plot(
            [found.shipped.answered],
            [found.shipped.wrong],
            marker="o",
            markersize=7,
            color=colour,
            linestyle="none",
        )
    _name(axes, "answerable questions answered", "wrong among the answers shown")
    axes.legend(frameon=False, fontsize=9, labelcolor=_INK, loc="upper left")
    return _svg(figure, "risk")


def reliability_diagram(found: Reliability) -> str:
    """Return the diagram of confidence against the share that is right, as SVG."""
    figure, axes = _figure()
    axes.plot([0, 1], [0, 1], color=_INK, alpha=0.4, linewidth=1, linestyle="--")
    most = max(each.questions for each in found.bins)
    for each in found.bins:
        middle, width = (each.low + each.high) / 2, each.high - each.low
        depth = 0.25 + 0.55 * each.questions / most
        axes.bar(middle, each.right, width * 0.9, color=_LINES[0], alpha=depth, linewidth=0)
        axes.plot(each.confidence, each.right, marker="o", markersize=4, color=_LINES[1])
    _name(axes, "confidence", "right")
    axes.set_title(f"Expected calibration error {found.error:.3f}", fontsize=10)
    return _svg(figure, "reliability")


def size_curves(
    lines: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, name: str
) -> str:
    """Return curves over sizes, both axes logarithmic, as SVG.

    Args:
        lines: The points of each line, size and value, by its label.
        across: What the sizes are.
        up: What the values are.
        name: The drawing's name, which its ids start with.
    """
    figure, axes = _figure()
    axes.set_xscale("log")
    axes.set_yscale("log")
    for number, (label, points) in enumerate(lines.items()):
        x, y = [size for size, _ in points], [value for _, value in points]
        colour = _LINES[number % len(_LINES)]
        axes.plot(x, y, color=colour, linewidth=1.8, marker="o", markersize=4, label=label)
    axes.autoscale()
    axes.tick_params(which="both", colors=_INK, labelsize=9)
    _name(axes, across, up)
    axes.legend(frameon=False, fontsize=9, labelcolor=_INK, loc="upper left")
    return _svg(figure, name)


def _figure() -> tuple[Figure, Axes]:
    """Return an empty drawing of a unit square; no state of pyplot's is touched."""
    figure = Figure(figsize=(4.6, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.grid(color=_INK, alpha=0.12, linewidth=0.8)
    axes.tick_params(colors=_INK, labelsize=9)
    for spine in axes.spines.values():
        spine.set_color(_INK)
        spine.set_alpha(0.4)
    axes.title.set_color(_INK)
    return figure, axes


def _name(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across, color=_INK, fontsize=10)
    axes.set_ylabel(up, color=_INK, fontsize=10)


def _svg(figure: Figure, name: str) -> str:
    """Return a drawing as an SVG element whose ids are its own and whose ink is the page's."""
    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    drawn = stream.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", drawn)
    return drawn.replace(_INK, "currentColor")

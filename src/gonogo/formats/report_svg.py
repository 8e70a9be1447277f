"""The charts of a report as inline drawings; what each day says stands in it as words too."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from gonogo.rules.page import Chart, Point
from gonogo.rules.text import scrub

WIDTH, TALL, LOW, STRIP, FOOT = 496, 84, 52, 28, 16


def svg(chart: Chart) -> str:
    """Draw a chart."""
    height = {"bars": TALL, "line": LOW, "strip": STRIP}[chart.kind]
    top = max((point.value or 0 for point in chart.points), default=0.0)
    step = WIDTH / max(1, len(chart.points))
    draw = {"bars": _bars, "strip": _strip, "line": _line}[chart.kind]
    body = "".join(draw(chart.points, step, height, top or 1.0))
    first, last = _text(chart.points[0].day), _text(chart.points[-1].day)
    foot = f'<text x="0" y="{height + 12}">{first}</text>'
    if len(chart.points) > 1:
        foot += f'<text x="{WIDTH}" y="{height + 12}" text-anchor="end">{last}</text>'
    if chart.kind != "strip":
        foot += f'<text x="{WIDTH / 2:g}" y="{height + 12}" text-anchor="middle">'
        foot += f"most {top:,.0f} {_text(chart.unit)}</text>"
        foot += f'<line class="axis" x1="0" x2="{WIDTH}" y1="{height}" y2="{height}"/>'
    label = _text(f"{chart.title}, {chart.points[0].day} to {chart.points[-1].day}")
    size = f'viewBox="0 0 {WIDTH} {height + FOOT}"'
    return f'<svg {size} role="img" aria-label="{label}">{body}{foot}</svg>'


def _bars(points: tuple[Point, ...], step: float, height: int, top: float) -> Iterator[str]:
    for place, point in enumerate(points):
        tall = (point.value or 0) / top * (height - 6)
        yield _box("bar", place, step, height - tall, tall, point)


def _strip(points: tuple[Point, ...], step: float, height: int, top: float) -> Iterator[str]:
    for place, point in enumerate(points):
        yield _box(point.state if point.value is not None else "none", place, step, 2, height - 4, point)


def _line(points: tuple[Point, ...], step: float, height: int, top: float) -> Iterator[str]:
    run: list[str] = []
    for place, point in enumerate(points):
        if point.value is None:
            yield from _course(run)
            run = []
            continue
        x, y = (place + 0.5) * step, height - point.value / top * (height - 8)
        run.append(f"{x:.1f},{y:.1f}")
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3">{_title(point)}</circle>'
    yield from _course(run)


def _course(run: list[str]) -> Iterator[str]:
    if len(run) > 1:
        yield f'<polyline class="course" points="{" ".join(run)}"/>'


def _box(name: str, place: int, step: float, y: float, tall: float, point: Point) -> str:
    wide = min(step - min(3.0, step * 0.15), 64)
    x = place * step + (step - wide) / 2
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{max(0.0, tall):.1f}"'
    return f'<rect class="{name}" {box} rx="1.5">{_title(point)}</rect>'


def _title(point: Point) -> str:
    return f"<title>{_text(f'{point.day}: {point.said}')}</title>"


def _text(words: str) -> str:
    return escape(scrub(words), quote=True)

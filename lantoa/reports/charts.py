"""Draws the charts of a report as PNG: the items over its period and over the resolutions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lantoa.reports.content import Report
from lantoa.reports.tables import Table
from lantoa.reports.words import day, figure

INK = "#9b1c1c"
SIZE = (6.5, 2.6)  # inches; the width of the text
DPI = 200
BY_DAY = 62  # days; a longer period is drawn by weeks
LONG = timedelta(days=3 * 366)
BARS = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. `description` states its content for readers who cannot see it."""

    title: str
    description: str
    png: bytes


def charts(report: Report, resolutions: Table) -> list[Chart]:
    """Draws the charts; none for a period without items."""
    return [_over_time(report), _over_resolutions(resolutions)] if report.items else []


def _over_time(report: Report) -> Chart:
    first, last = _shown(report)
    step = timedelta(days=1 if (last - first).days < BY_DAY else 7)
    starts = _starts(first if step.days == 1 else first - timedelta(days=first.weekday()), last, step)
    counts = Counter((date.fromisoformat(item.day) - starts[0]).days // step.days for item in report.items)
    items = [counts[n] for n in range(len(starts))]
    most = max(range(len(items)), key=items.__getitem__)
    unit = "ngày" if step.days == 1 else "tuần"
    drawing, axes = _drawing(SIZE)
    axes.bar(range(len(items)), items, color=INK, width=0.8)
    ticks = _ticks(starts)
    axes.set_xticks(ticks, [f"{starts[n]:%d/%m}" for n in ticks])
    axes.set_ylabel("tin, bài")
    axes.grid(axis="y", color="#dddddd")
    return Chart(
        f"Tin, bài theo {unit}",
        f"Biểu đồ cột: số tin, bài theo {unit}; nhiều nhất là {figure('items', items[most])}, "
        f"{unit} {'' if step.days == 1 else 'từ '}{day(starts[most])}.",
        _png(drawing),
    )


def _over_resolutions(table: Table) -> Chart:
    lines = [line for line in table.lines if line.value and line.figures["items"]][:BARS]
    names, items = [line.name for line in lines], [line.figures["items"] for line in lines]
    drawing, axes = _drawing((SIZE[0], 0.6 + 0.24 * max(len(lines), 1)))
    bars = axes.barh(range(len(lines)), items, color=INK, height=0.7)
    axes.bar_label(bars, [figure("items", value) for value in items], padding=3, fontsize=8)
    axes.set_yticks(range(len(lines)), names)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xticks([])
    told = "; ".join(f"{name}: {figure('items', n)}" for name, n in zip(names, items, strict=True))
    return Chart(
        "Tin, bài theo nghị quyết, nhiều nhất trước", f"Biểu đồ thanh: số tin, bài. {told}.", _png(drawing)
    )


def _shown(report: Report) -> tuple[date, date]:
    """Returns the first and last day of the axis: the whole period, or from the first item to the last if the period
    is long."""
    first, last = report.period.first, report.period.last
    if last - first <= LONG:
        return first, last
    return date.fromisoformat(report.items[0].day), date.fromisoformat(report.items[-1].day)


def _starts(first: date, last: date, step: timedelta) -> Sequence[date]:
    return [first + n * step for n in range((last - first) // step + 1)]


def _ticks(starts: Sequence[date]) -> Sequence[int]:
    """Labels the first bar of each month, or regular bars in a short period."""
    months: dict[tuple[int, int], int] = {}
    for n, start in enumerate(starts):
        months.setdefault((start.year, start.month), n)
    found: Iterable[int] = (
        months.values() if len(months) > 3 else range(0, len(starts), max(1, len(starts) // 8))
    )
    chosen = list(found)
    return chosen[:: max(1, len(chosen) // 12)]


def _drawing(size: tuple[float, float]) -> tuple[Figure, Axes]:
    drawing = Figure(figsize=size, dpi=DPI, layout="constrained")
    axes = drawing.subplots()
    axes.tick_params(labelsize=8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return drawing, axes


def _png(drawing: Figure) -> bytes:
    out = BytesIO()
    drawing.savefig(out, format="png")
    return out.getvalue()

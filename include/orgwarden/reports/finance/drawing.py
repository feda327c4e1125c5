"""Draws charts as SVG inside a page: no script, no network, and it prints as sharp as its text.

The same values make the native charts of the workbook.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from orgwarden.reports.finance.looks import INK, LESS, LINE, MORE, PALETTE, WHOLE, Step, floor_of, waterfall
from orgwarden.reports.finance.tables import Chart, Shape

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 86, 10, 14, 64
WIDE_LEFT, BAR, GAP = 230, 22, 10
TICKS = 5
GRID = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where amounts lie between two ends of a picture."""

    low: Decimal
    high: Decimal
    start: float
    end: float

    def at(self, amount: Decimal) -> float:
        span = self.high - self.low
        part = min(max(float((amount - self.low) / span), 0.0), 1.0) if span else 0.0
        return self.start + (self.end - self.start) * part

    def ticks(self) -> Iterator[Decimal]:
        """Give round amounts between the ends."""
        step = _step(self.low, self.high)
        tick = (self.low / step).to_integral_value(rounding="ROUND_CEILING") * step
        while tick <= self.high:
            yield tick
            tick += step


def picture(chart: Chart) -> Markup:
    """Give a chart as SVG, or the sentence that says why there is none."""
    if not chart.categories or not chart.series:
        return Markup('<p class="none">{}</p>').format(chart.empty)
    body, height = _DRAWN[chart.shape](chart)
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="chart"><title>{}</title>')
    return head.format(WIDTH, height, chart.title, chart.title) + Markup("").join(body) + Markup("</svg>")


def short(amount: Decimal) -> str:
    """Write an amount at an axis."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _stacked(chart: Chart) -> tuple[list[Markup], int]:
    columns = list(zip(*(amounts for _, amounts in chart.series), strict=True))
    highest = max(sum((a for a in column if a > 0), Decimal(0)) for column in columns)
    lowest = min(sum((a for a in column if a < 0), Decimal(0)) for column in columns)
    legend = _legend([name for name, _ in chart.series])
    scale = Scale(min(lowest, Decimal(0)), max(highest, Decimal(1)), HEIGHT - BOTTOM, TOP)
    body = [*_across(scale), *_below(chart.categories)]
    for at, column in enumerate(columns):
        body += _pile(scale, at, len(columns), column)
    return [*body, *legend], HEIGHT + 18 * -(-len(chart.series) // 4)


def _pile(scale: Scale, at: int, count: int, column: Sequence[Decimal]) -> Iterator[Markup]:
    up = down = Decimal(0)
    for number, amount in enumerate(column):
        start = up if amount >= 0 else down
        yield _upright(scale, at, count, (start, start + amount), PALETTE[number % len(PALETTE)])
        up, down = (up + amount, down) if amount >= 0 else (up, down + amount)


def _falling(chart: Chart) -> tuple[list[Markup], int]:
    steps = list(waterfall(chart.categories, chart.series[0][1]))
    low = floor_of(steps)
    ends = [Decimal(0), *(step.end for step in steps)] if not low else [low, *(step.end for step in steps)]
    scale = Scale(min(ends), max([*ends, min(ends) + 1]), HEIGHT - BOTTOM, TOP + 22)
    body = [*_across(scale), *_below(chart.categories)]
    for at, step in enumerate(steps):
        span = (max(step.start, scale.low) if step.is_total else step.start, step.end)
        body.append(_upright(scale, at, len(steps), span, _colour(step)))
        body.append(_above(scale, at, len(steps), step))
    if low:
        body.append(_text(LEFT, 10, f"The axis begins at {short(low)}.", "start", 10))
    return body, HEIGHT


def _bars(chart: Chart) -> tuple[list[Markup], int]:
    amounts = chart.series[0][1]
    ends = [*amounts, Decimal(0)]
    return _lying(chart, Scale(min(ends), max([*ends, min(ends) + 1]), WIDE_LEFT, WIDTH - 90), lambda a: f"{a:+,.2f}")


def _shares(chart: Chart) -> tuple[list[Markup], int]:
    return _lying(chart, Scale(Decimal(0), Decimal(1), WIDE_LEFT, WIDTH - 60), lambda a: f"{a:.1%}")


def _lying(chart: Chart, scale: Scale, told: Callable[[Decimal], str]) -> tuple[list[Markup], int]:
    body: list[Markup] = []
    for at, (name, amount) in enumerate(zip(chart.categories, chart.series[0][1], strict=True)):
        y = TOP + at * (BAR + GAP)
        left, right = sorted((scale.at(Decimal(0)), scale.at(amount)))
        colour = PALETTE[0] if chart.shape is Shape.SHARES else MORE if amount > 0 else LESS
        body.append(_box(left, y, max(right - left, 0.5), BAR, colour))
        body.append(_text(WIDE_LEFT - 8, y + BAR - 6, name, "end", 12))
        body.append(_text(right + 6, y + BAR - 6, told(amount), "start", 12))
    zero = scale.at(Decimal(0))
    return [*body, _line(zero, TOP - 4, zero, y + BAR + 4)], TOP + len(chart.categories) * (BAR + GAP) + 8


def _across(scale: Scale) -> Iterator[Markup]:
    for tick in scale.ticks():
        y = scale.at(tick)
        yield _line(LEFT, y, WIDTH - RIGHT, y)
        yield _text(LEFT - 8, y + 4, short(tick), "end", 11)


def _below(categories: Sequence[str]) -> Iterator[Markup]:
    """Write the categories, aslant where one of them is long."""
    room = (WIDTH - LEFT - RIGHT) / len(categories)
    is_long = max(map(len, categories)) * 6 > room
    for at, name in enumerate(categories):
        x, y = LEFT + room * (at + 0.5), HEIGHT - BOTTOM + 16
        if not is_long:
            yield _text(x, y, name, "middle", 11)
        else:
            cut = name if len(name) <= 18 else f"{name[:17]}…"  # noqa: PLR2004 - what fits below the picture
            turned = Markup(
                '<text x="{:.1f}" y="{:.1f}" transform="rotate(-28 {:.1f} {:.1f})" text-anchor="end" {}>{}</text>'
            )
            yield turned.format(x + 4, y - 4, x + 4, y - 4, _font(10), cut)


def _legend(names: Sequence[str]) -> Iterator[Markup]:
    for at, name in enumerate(names):
        x, y = LEFT + (at % 4) * 168, HEIGHT - 26 + 18 * (at // 4)
        yield _box(x, y, 11, 11, PALETTE[at % len(PALETTE)])
        yield _text(x + 16, y + 10, name if len(name) <= 24 else f"{name[:23]}…", "start", 11)  # noqa: PLR2004


def _upright(scale: Scale, at: int, count: int, span: tuple[Decimal, Decimal], colour: str) -> Markup:
    room = (WIDTH - LEFT - RIGHT) / count
    top, bottom = sorted((scale.at(span[0]), scale.at(span[1])))
    return _box(LEFT + room * (at + 0.18), top, room * 0.64, bottom - top, colour)


def _above(scale: Scale, at: int, count: int, step: Step) -> Markup:
    room = (WIDTH - LEFT - RIGHT) / count
    told = short(step.end.to_integral_value()) if step.is_total else f"{step.end - step.start:+,.0f}"
    return _text(LEFT + room * (at + 0.5), min(scale.at(step.start), scale.at(step.end)) - 4, told, "middle", 10)


def _colour(step: Step) -> str:
    return WHOLE if step.is_total else MORE if step.end >= step.start else LESS


def _step(low: Decimal, high: Decimal) -> Decimal:
    rough = (high - low) / TICKS
    power = Decimal(10) ** rough.adjusted()
    return next((power * n for n in GRID if power * n >= rough), power * 10)


def _box(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, colour
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"/>').format(x1, y1, x2, y2, LINE)


def _text(x: float, y: float, told: str, anchor: str, size: int) -> Markup:
    made = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" {}>{}</text>')
    return made.format(x, y, anchor, _font(size), told)


def _font(size: int) -> Markup:
    return Markup('font-size="{}" fill="{}"').format(size, INK)


_DRAWN = {Shape.STACKED: _stacked, Shape.WATERFALL: _falling, Shape.BARS: _bars, Shape.SHARES: _shares}

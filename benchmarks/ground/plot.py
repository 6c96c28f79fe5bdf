"""A plot of cost against size as SVG: logarithmic axes, points, lines, and slopes.

    panels = [("seconds", [("remnant", [(10000, 0.4), (100000, 3.9)]), ...]), ...]
"""
import math

COLOURS = ("#1b6ca8", "#b3541e", "#555555")
DASHES = ("", "6 3", "2 3")
WIDTH, HEIGHT, LEFT, TOP, BETWEEN, BOTTOM = 250, 220, 62, 34, 84, 92


def slope(points):
    """The slope of the line through the logarithms: 1 is proportional, below 1 is cheaper by size."""
    if len(points) < 2:
        return None
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def number(value):
    """A power of ten in words that a reader takes in at a glance."""
    for size, word in ((1e6, " million"), (1e3, " thousand")):
        if value >= size:
            return f"{value / size:g}{word}"
    return f"{value:g}"


def panel(title, series, left):
    """One set of axes with its lines and, below, a legend with slopes."""
    xs = [x for _, points in series for x, _ in points]
    ys = [y for _, points in series for _, y in points]
    low_x, high_x = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
    low_y, high_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    high_x, high_y = max(high_x, low_x + 1), max(high_y, low_y + 1)

    def across(value):
        return left + WIDTH * (math.log10(value) - low_x) / (high_x - low_x)

    def down(value):
        return TOP + HEIGHT * (1 - (math.log10(value) - low_y) / (high_y - low_y))

    yield f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{title}</text>'
    for power in range(low_x, high_x + 1):
        x = across(10**power)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{TOP + HEIGHT}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{number(10**power)}</text>'
    for power in range(low_y, high_y + 1):
        y = down(10**power)
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{left + WIDTH}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>'
    for position, (name, points) in enumerate(series):
        style = f'stroke="{COLOURS[position]}" stroke-width="2" stroke-dasharray="{DASHES[position]}"'
        path = " ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" {style}/>'
        for x, y in points:
            yield f'<circle cx="{across(x):.1f}" cy="{down(y):.1f}" r="3" fill="{COLOURS[position]}"/>'
        legend = TOP + HEIGHT + 40 + 18 * position
        found = slope(points)
        told = name if found is None else f"{name}: slope {found:.2f}"
        yield f'<line x1="{left}" y1="{legend - 4}" x2="{left + 26}" y2="{legend - 4}" {style}/>'
        yield f'<text x="{left + 32}" y="{legend}">{told}</text>'


def plot(panels, described):
    """The whole picture; `described` is its text for those who cannot see it."""
    width = LEFT + len(panels) * (WIDTH + BETWEEN)
    height = TOP + HEIGHT + BOTTOM
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{described}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for position, (title, series) in enumerate(panels):
        lines.extend(panel(title, series, LEFT + position * (WIDTH + BETWEEN)))
    lines.append("</svg>")
    return "\n".join(lines) + "\n"

"""Draws the times as an SVG: a panel a graph (of the queue: an operation), a bar a subject."""
from xml.sax.saxutils import escape

import targets

WIDTH, LABEL, BAR, GAP, HEAD, COLUMNS = 420, 190, 14, 4, 26, 3
COLOURS = [("hallmark", "#1b6ca8"), ("StealQueue", "#1b6ca8"), ("Worklist", "#1b6ca8"), ("visit", "#b8b8b8"),
           ("chase", "#b8b8b8"), ("", "#d98032")]  # the first whose name begins so


def place_of(graph):
    """Graphs in the order in which people read them, then operations of the queue."""
    order = targets.GRAPHS + ["pair", "pair-of-last", "batch64", "push-steal"]
    return order.index(graph) if graph in order else len(order)


def panel(x, y, title, bars):
    longest = max(record["max"] for record in bars)
    scale = (WIDTH - LABEL - 90) / longest
    yield f'<text x="{x}" y="{y + 14}" font-weight="bold">{escape(title)}</text>'
    top = y + HEAD
    for record in bars:
        subject = record["subject"]
        colour = next(colour for start, colour in COLOURS if subject.startswith(start))
        left, length = x + LABEL, record["median"] * scale
        middle = top + BAR / 2
        low, high = (left + record[end] * scale for end in ("min", "max"))
        yield f'<text x="{left - 6}" y="{top + 11}" text-anchor="end">{escape(subject)}, {record["workers"]}</text>'
        yield f'<rect x="{left}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>'
        yield f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}" stroke="black"/>'
        yield f'<text x="{high + 5:.1f}" y="{top + 11}">{record["median"]:.1f}</text>'
        top += BAR + GAP


def draw(records):
    panels = {}
    for record in records:
        if record["metric"] == "time":
            panels.setdefault((place_of(record["graph"]), record["benchmark"], record["graph"]), []).append(record)
    lines, y, row_height = [], 50, 0
    for number, (key, bars) in enumerate(sorted(panels.items())):
        if number % COLUMNS == 0 and number > 0:
            y, row_height = y + row_height, 0
        bars.sort(key=lambda record: (record["subject"], record["workers"]))
        title = f"{key[2]} ({bars[0]['unit']})"
        lines += panel(10 + number % COLUMNS * WIDTH, y, title, bars)
        row_height = max(row_height, HEAD + len(bars) * (BAR + GAP) + 20)
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * WIDTH + 20}" height="{y + row_height}" '
            'font-family="sans-serif" font-size="11">')
    caption = ('<text x="10" y="26" font-size="15">Medians of interleaved runs, lines from the fastest to the slowest; '
               'the number after a name: workers</text>')
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', caption, *lines, "</svg>"]) + "\n"

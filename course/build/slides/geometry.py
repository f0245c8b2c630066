"""Where the shapes of a picture stand. Measured from the picture's own corner; painters add where it is."""

from __future__ import annotations

from dataclasses import dataclass

from course.build.slides import look
from course.build.slides.fonts import lines, longest_word, width
from course.build.slides.grid import TooBig
from course.build.slides.model import Block, Edge, Group, Node, Picture, Run

AROUND = 46.0
LEAST_NODE = 14.5


@dataclass(frozen=True)
class Shape:
    """A node or bar: a rectangle with words in it."""

    x: float
    y: float
    w: float
    h: float
    kind: str
    text: str = ""
    sub: str = ""
    size: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Arrow:
    """A line of points that ends in an arrowhead; `ends` are the shapes it joins, `sides` where it touches them."""

    points: tuple[tuple[float, float], ...]
    ends: tuple[str, str]
    sides: tuple[str, str]
    kind: str = "line"


@dataclass(frozen=True)
class Label:
    """Words outside of shapes; `anchor` is start, middle or end, and `y` the middle of the line."""

    x: float
    y: float
    text: str
    size: float
    anchor: str = "middle"
    bold: bool = False
    patch: bool = False


@dataclass(frozen=True)
class Drawn:
    """Everything of a picture, in the order in which it is painted."""

    width: float
    height: float
    frames: tuple[tuple[Shape, Label], ...] = ()
    shapes: tuple[Shape, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    labels: tuple[Label, ...] = ()


def least_height(block: Block, step: float) -> float:
    """The height below which a picture is not drawn."""
    assert isinstance(block, Picture)
    if block.bars:
        return len(block.bars) * 46 * step
    around = AROUND * len({edge.way for edge in block.edges} - {"straight"})
    return block.rows * 92 * step + around + (30 if block.groups else 0)


def draw(picture: Picture, step: float, room: float, high: float) -> Drawn:
    """Lay a picture out in a place of this width and height."""
    return _bars(picture, step, room, high) if picture.bars else _graph(picture, step, room, high)


def _bars(picture: Picture, step: float, room: float, high: float) -> Drawn:
    size = look.NODE * step
    names = max(width(bar.label, size, "bold") for bar in picture.bars) + 18
    words = max(width(bar.text, size) for bar in picture.bars) + 14
    longest = room - names - words
    if longest < 120:
        raise TooBig("its bars have no room beside their words.")
    pitch = min(high / len(picture.bars), 120 * step)
    thick = min(pitch * 0.62, 58 * step)
    most = max(bar.value for bar in picture.bars)
    shapes, labels = [], []
    for place, bar in enumerate(picture.bars):
        y = place * pitch + (pitch - thick) / 2
        long = max(3.0, longest * bar.value / most)
        shapes.append(Shape(names, y, long, thick, bar.kind, name=bar.label))
        labels.append(Label(names - 14, y + thick / 2, bar.label, size, "end", True))
        labels.append(Label(names + long + 12, y + thick / 2, bar.text, size, "start"))
    return Drawn(room, pitch * len(picture.bars), (), tuple(shapes), (), tuple(labels))


@dataclass(frozen=True)
class _Grid:
    """The cells of a diagram: their size, the gap between shapes, how tall a shape is, the room above all rows."""

    step: float
    cell_w: float
    cell_h: float
    gap: float
    tall: float
    above: float


def _grid(picture: Picture, step: float, room: float, high: float) -> _Grid:
    above = AROUND if any(edge.way == "above" for edge in picture.edges) else 0.0
    # The words of a frame stand above its first row.
    above += look.LABEL * step * 1.4 if picture.groups else 0.0
    cell_w = room / picture.columns
    cell_h = min((high - above - _below(picture)) / picture.rows, 230 * step)
    straight = [edge for edge in picture.edges if edge.label and edge.way == "straight"]
    level = [width(edge.label, look.LABEL * step) + 30 for edge in straight if _level(picture, edge)]
    gap = max([46.0, *level])
    gap_y = 40.0 if len(level) == len(straight) else 54.0
    tall = min(cell_h - gap_y, 136 * step)
    if gap > cell_w * 0.62 or tall < 40:
        raise TooBig("its picture has no room for its shapes or the words on its arrows.")
    return _Grid(step, cell_w, cell_h, gap, tall, above)


def _below(picture: Picture) -> float:
    return AROUND if any(edge.way == "below" for edge in picture.edges) else 0.0


def _graph(picture: Picture, step: float, room: float, high: float) -> Drawn:
    grid = _grid(picture, step, room, high)
    whole = grid.above + grid.cell_h * picture.rows + _below(picture)
    shapes = {node.name: _shape(node, grid) for node in picture.nodes}
    arrows = [_arrow(edge, shapes[edge.start], shapes[edge.end], whole - 22) for edge in picture.edges]
    labels = [
        _label(edge, arrow, look.LABEL * step) for edge, arrow in zip(picture.edges, arrows, strict=True) if edge.label
    ]
    frames = tuple(_frame(group, grid) for group in picture.groups)
    return Drawn(room, whole, frames, tuple(shapes.values()), tuple(arrows), tuple(labels))


def _level(picture: Picture, edge: Edge) -> bool:
    by = {node.name: node for node in picture.nodes}
    return by[edge.start].y == by[edge.end].y


def _shape(node: Node, grid: _Grid) -> Shape:
    wide = node.wide * grid.cell_w - grid.gap
    x = node.x * grid.cell_w + grid.gap / 2
    y = grid.above + node.y * grid.cell_h + (grid.cell_h - grid.tall) / 2
    size = look.NODE * grid.step
    while not _words_fit(node, size, wide - 16, grid.tall - 10):
        size -= 0.5
        if size < LEAST_NODE:
            raise TooBig(f"the words of {node.name!r} are too long for its shape.")
    return Shape(x, y, wide, grid.tall, node.kind, node.text, node.sub, size, node.name)


def _words_fit(node: Node, size: float, wide: float, tall: float) -> bool:
    small = size * look.SUB / look.NODE
    text, sub = (Run(node.text, bold=True),), (Run(node.sub),)
    if longest_word(text, size) > wide or longest_word(sub, small) > wide:
        return False
    high = lines(text, size, wide) * size * 1.2 + (lines(sub, small, wide) * small * 1.25 if node.sub else 0)
    return high <= tall


def _arrow(edge: Edge, start: Shape, end: Shape, floor: float) -> Arrow:
    ends = (edge.start, edge.end)
    sx, sy, ex, ey = start.x + start.w / 2, start.y + start.h / 2, end.x + end.w / 2, end.y + end.h / 2
    if edge.way == "below":
        return Arrow(
            ((sx, start.y + start.h), (sx, floor), (ex, floor), (ex, end.y + end.h)),
            ends,
            ("bottom", "bottom"),
            edge.kind,
        )
    if edge.way == "above":
        return Arrow(((sx, start.y), (sx, 22.0), (ex, 22.0), (ex, end.y)), ends, ("top", "top"), edge.kind)
    over = min(start.x + start.w, end.x + end.w) - max(start.x, end.x)
    if over > 20 and abs(sy - ey) > 1:
        down = ey > sy
        x = (max(start.x, end.x) + min(start.x + start.w, end.x + end.w)) / 2
        from_y, to_y = (start.y + start.h, end.y) if down else (start.y, end.y + end.h)
        return Arrow(((x, from_y), (x, to_y)), ends, ("bottom", "top") if down else ("top", "bottom"), edge.kind)
    right = ex > sx
    from_x, to_x = (start.x + start.w, end.x) if right else (start.x, end.x + end.w)
    sides = ("right", "left") if right else ("left", "right")
    if abs(sy - ey) < 1:
        return Arrow(((from_x, sy), (to_x, ey)), ends, sides, edge.kind)
    middle = (from_x + to_x) / 2
    return Arrow(((from_x, sy), (middle, sy), (middle, ey), (to_x, ey)), ends, sides, edge.kind)


def _label(edge: Edge, arrow: Arrow, size: float) -> Label:
    points = arrow.points
    if edge.way != "straight":
        return Label((points[1][0] + points[2][0]) / 2, points[1][1], edge.label, size, patch=True)
    (x1, y1), (x2, y2) = points[0], points[-1]
    if len(points) == 2 and y1 == y2:
        return Label((x1 + x2) / 2, y1 - size * 0.8, edge.label, size)
    if len(points) == 2:
        return Label(x1 + 10, (y1 + y2) / 2, edge.label, size, "start")
    return Label(points[1][0], (y1 + y2) / 2, edge.label, size, patch=True)


def _frame(group: Group, grid: _Grid) -> tuple[Shape, Label]:
    """A frame around cells, with its words in its upper left corner."""
    size = look.LABEL * grid.step
    air = min(grid.gap / 2 - 6, 18)
    rest = (grid.cell_h - grid.tall) / 2
    left, top = group.x * grid.cell_w + grid.gap / 2 - air, grid.above + group.y * grid.cell_h + rest - air - size * 1.1
    right = (group.to_x + 1) * grid.cell_w - grid.gap / 2 + air
    bottom = grid.above + (group.to_y + 1) * grid.cell_h - rest + air
    shape = Shape(left, top, right - left, bottom - top, "frame", name=group.label)
    return shape, Label(left + 10, top + size * 0.85, group.label, size, "start", True)

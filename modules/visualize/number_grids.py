"""Matrices of numbers side by side, with cells marked: which pixels, weights and outputs belong together."""

from matplotlib.patches import Rectangle

from modules.visualize.canvas import new_canvas, number_text, write
from modules.visualize.tools import colour

CELL, GAP = 0.42, 0.6


def draw_number_grids(grids, names, marks=None, signs=None, title="", axes=None):
    """Draws matrices from left to right, each with its name above it, and colours the cells in `marks`.

    A grid is a list of rows or a 2-D array, of numbers or of texts such as "F[0][1]". `marks` holds a dictionary for
    each grid, from (row, column) to a number that chooses the colour; the marked cells have a thick frame as well.
    `signs` are written between the grids. (Chapters 23, 25 and 26.) Returns the axes. Raises ValueError unless each
    grid has a name, and a dictionary if there are marks, and there is one sign fewer than grids.
    """
    marks = [{} for _ in grids] if marks is None else marks
    signs = [""] * (len(grids) - 1) if signs is None else signs
    if not len(grids) == len(names) == len(marks) == len(signs) + 1:
        raise ValueError(f"There are {len(grids)} grids, but {len(names)} names, {len(marks)} dictionaries of marks "
                         f"and {len(signs)} signs: give each grid a name and its marks, and a sign between two.")
    widths = [max(len(grid[0]) * CELL, 0.09 * len(name)) for grid, name in zip(grids, names, strict=True)]
    height = max(len(grid) for grid in grids) * CELL + 0.6
    axes = new_canvas(axes, sum(widths) + GAP * len(grids), height, title)
    left = GAP / 2
    for number, (grid, width) in enumerate(zip(grids, widths, strict=True)):
        middle = (height - 0.3) / 2
        start = left + (width - len(grid[0]) * CELL) / 2
        _draw_grid(axes, grid, marks[number], start, middle + len(grid) * CELL / 2)
        write(axes, left + width / 2, middle + len(grid) * CELL / 2 + 0.18, names[number], fontweight="bold")
        if number < len(signs):
            write(axes, left + width + GAP / 2, middle, signs[number], fontsize=13)
        left += width + GAP
    return axes


def _draw_grid(axes, grid, marks, left, top):
    for row, entries in enumerate(grid):
        for column, entry in enumerate(entries):
            x, y = left + column * CELL, top - (row + 1) * CELL
            text = entry if isinstance(entry, str) else number_text(entry)
            axes.add_patch(Rectangle((x, y), CELL, CELL, facecolor="white", edgecolor="0.6", linewidth=0.7))
            write(axes, x + CELL / 2, y + CELL / 2, text, fontsize=8, zorder=3)
    for (row, column), number in marks.items():
        axes.add_patch(Rectangle((left + column * CELL, top - (row + 1) * CELL), CELL, CELL, linewidth=1.6,
                                 facecolor=(colour(number), 0.3), edgecolor=colour(number), zorder=2))

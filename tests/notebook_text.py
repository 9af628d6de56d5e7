"""The rules for a notebook as a text: headings, links, figures, and the rhythm of text and code."""

import ast
import re
from itertools import groupby, pairwise
from posixpath import normpath

from notebook_file import LESSONS

LIBRARY, SUMMARY, EXERCISES = "The same in the library", "Summary", "Exercises"
#: Chapters in which no class of `modules` is built, and the one that is about nothing else.
WITHOUT_LIBRARY = {2, 6, 7, 8, 11, 12, 13, 28}
MOST_LINES, MOST_LINES_CLASS, MOST_LINES_MEAN, MOST_CODE_CELLS_IN_A_ROW = 25, 40, 9, 3
FEWEST_WORDS, MOST_WORDS = 4, 14


def headings_of(book):
    """(cell number, level, title) of every heading."""
    return [(cell.number, len(match[1]), match[2].strip()) for cell in book.markdown
            for match in re.finditer(r"^(#{1,6})\s+(.+?)\s*#*$", cell.unfenced, flags=re.M)]


def headings(book):
    """One title, `# 9. Backpropagation`, first of all; levels that never jump; the sections that end a lesson."""
    found = headings_of(book)
    if not found or found[0][:2] != (1, 1) or not book.cells[0].source.startswith("# "):
        yield 1, f"begin with the title, '# {book.chapter}. Title'"
    elif not re.match(rf"{book.chapter}\. \S", found[0][2]):
        yield 1, f"the title is {found[0][2]!r}: begin it with the number of its folder, '# {book.chapter}. '"
    for number, level, title in found[1:]:
        if level == 1:
            yield number, f"a second title ({title!r}): sections begin with ##"
    for (_, above, _), (number, level, title) in pairwise(found):
        if level > above + 1:
            yield number, f"{title!r} jumps from level {above} to {level}"
    if not book.is_solutions:
        wanted = [] if book.chapter in WITHOUT_LIBRARY else [LIBRARY]
        wanted += [SUMMARY, EXERCISES]
        sections = [title for _, level, title in found if level == 2]
        if sections[-len(wanted):] != wanted:
            yield None, f"the last sections are {sections[-len(wanted):]}: make them {wanted}"


def links_of(book):
    """(cell number, target) of every link and picture in the text."""
    for cell in book.markdown:
        for pattern in (r"\]\(\s*<?([^)\s>]+)>?[^)]*\)", r"^\[[^\]]+\]:\s*(\S+)", r"(?:href|src)=[\"']([^\"']+)"):
            for match in re.finditer(pattern, cell.prose, flags=re.M):
                yield cell.number, match[1]


def links(book):
    """Links within the project lead somewhere, letter by letter; a lesson leads to its neighbours and the README."""
    targets = set()
    for number, target in links_of(book):
        if re.match(r"(https?:|mailto:|#)", target):
            continue
        place = normpath(f"{book.path.parent.name}/{target.split('#')[0]}")
        targets.add(place)
        if target.startswith(("/", "attachment:", "file:")):
            yield number, f"the link {target!r} works on one machine only: make it relative"
        elif not exists(book.root, place):
            yield number, f"the link {target!r} leads nowhere: there is no {place} (capital letters count)"
    for place, what in wanted_links(book).items():
        if place not in targets:
            near = place.removeprefix(f"{book.path.parent.name}/")
            yield None, f"no link to {what}: add [...]({near if near != place else '../' + place})"


def wanted_links(book):
    """Where every lesson, or every chapter's solutions, must lead: path from the root, and what it is."""
    wanted = {"README.md": "the README"}
    if book.is_solutions:
        return wanted | {LESSONS.get(book.chapter, book.name): "its lesson"}
    wanted |= {LESSONS[chapter]: f"the {which} lesson"
               for chapter, which in ((book.chapter - 1, "previous"), (book.chapter + 1, "next")) if chapter in LESSONS}
    return wanted | {f"{book.path.parent.name}/solutions.ipynb": "its solutions"}


def exists(root, place):
    """Whether a path from the root exists with exactly these letters, also where the disk takes any case."""
    folder = root
    for part in place.split("/"):
        if not folder.is_dir() or part not in {path.name for path in folder.iterdir()}:
            return False
        folder = folder / part
    return True


def figures(book):
    """A figure is followed by its description, and comes with a printed number or an assert."""
    for cell, following in zip(book.cells, [*book.cells[1:], None], strict=True):
        if not cell.figures:
            continue
        if following is None or following.is_code:
            yield cell.number, "a figure without a description: say in the next cell, in text, what it shows"
        place = book.code.index(cell)
        around = book.code[max(0, place - 1):place + 2]
        if not any(near.nodes(ast.Assert) or near.is_compared and _words(near) for near in around):
            yield cell.number, "only a picture, which is not compared: here or in the code before or after, " \
                               "print a number that would change with it, or assert one"


def _words(cell):
    """What a cell says besides the line that stands for a figure, `<Figure size 640x480 with 1 Axes>`."""
    return re.sub(r"<Figure size[^>]*>|<[\w.]+ object>", "", cell.text_output).strip()


def cell_length(book):
    """Cells of at most 25 lines (40 with a class), about six on average, at most three in a row."""
    for cell in book.code:
        most = MOST_LINES_CLASS if cell.nodes(ast.ClassDef) else MOST_LINES
        if len(cell.lines) > most:
            yield cell.number, f"{len(cell.lines)} lines of code: at most {most}; split it, with text between"
    lines = sum(map(code_lines, book.code))
    if book.code and lines / len(book.code) > MOST_LINES_MEAN:
        yield None, f"{lines / len(book.code):.1f} lines of code a cell on average: at most {MOST_LINES_MEAN}"
    for is_code, group in groupby(book.cells, key=lambda cell: cell.is_code):
        run = list(group)
        if is_code and len(run) > MOST_CODE_CELLS_IN_A_ROW:
            yield run[MOST_CODE_CELLS_IN_A_ROW].number, f"{len(run)} code cells in a row: at most three, then text"


def code_lines(cell):
    """How many lines of a cell hold something."""
    return sum(bool(line.strip()) for line in cell.lines)


def words_for_code(book):
    """Between 4 and 14 words of text for a line of code; solutions may be shorter."""
    lines = sum(map(code_lines, book.code))
    words = sum(len(cell.source.split()) for cell in book.markdown)
    if lines and not book.is_solutions and not FEWEST_WORDS <= words / lines <= MOST_WORDS:
        yield None, f"{words / lines:.1f} words of text for a line of code: between {FEWEST_WORDS} and {MOST_WORDS}"


TEXT_RULES = (headings, links, figures, cell_length, words_for_code)

"""Every lesson and every chapter's solutions keep the rules of `notebook_rules`; one run shows all complaints.

Whether their cells still print what is stored is not tested here: nbval does that, with the notebooks themselves.
"""

import re

import pytest
from notebook_file import LESSONS, ROOT, chapter_folders, chapter_notebooks
from notebook_rules import complaints


@pytest.mark.parametrize("path", chapter_notebooks(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_notebook_keeps_the_rules(path):
    found = complaints(path)
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("folder", chapter_folders(), ids=lambda path: path.name)
def test_a_chapter_holds_its_lesson_and_solutions_and_nothing_else(folder):
    found = {path.name for path in folder.iterdir() if not path.name.startswith(".")} - {"__pycache__"}
    assert found == {f"{folder.name[10:]}.ipynb", "solutions.ipynb"}


def test_every_chapter_folder_is_one_of_the_books():
    known = {lesson.split("/")[0] for lesson in LESSONS.values()}
    assert [folder.name for folder in chapter_folders() if folder.name not in known] == []


def test_the_readme_links_every_lesson():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(\.?/?(chapter[^)#]+)", text))
    assert [path for path in LESSONS.values() if (ROOT / path).exists() and path not in linked] == []

"""The story of chapter 27: enough text to learn from, with few different characters."""

from modules.data.story import STORY


def test_story_is_long_enough_and_plain():
    assert 500 <= len(STORY.split()) <= 1_000
    assert STORY.isascii()
    assert len(set(STORY.lower())) <= 32


def test_no_line_is_too_long_to_read():
    assert max(map(len, STORY.splitlines())) <= 110

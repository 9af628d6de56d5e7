"""Scaling, folders of picture files, and every way in which they can be wrong."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from modules.data.garments import draw_garments
from modules.data.pictures import (
    fill_square,
    load_picture_folder,
    load_picture_folders,
    read_picture,
    save_picture_folder,
    scale_pictures,
)


def test_scaling_is_exact_float32_and_leaves_the_pictures_alone():
    pictures = np.arange(2 * 16 * 8, dtype=np.uint8).reshape(2, 16, 8)
    before = pictures.copy()
    scaled = scale_pictures(pictures)
    assert scaled.dtype == np.float32 and scaled.shape == (2, 128)
    np.testing.assert_allclose(scaled, (before.reshape(2, 128) - 127.5) / 127.5, rtol=1e-6)
    assert scaled.min() == -1 and scaled.max() == 1
    np.testing.assert_array_equal(pictures, before)


def test_one_picture_and_pictures_that_do_not_lie_in_one_piece():
    pictures = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(scale_pictures(pictures[3]), scale_pictures(pictures)[3:4])
    np.testing.assert_array_equal(scale_pictures(pictures[::2, ::-1]), scale_pictures(pictures[::2, ::-1].copy()))


@pytest.mark.parametrize(("pictures", "words"), [
    (np.zeros((2, 28, 28), np.float32), "scaled already"),
    (np.full((2, 28, 28), 200.0), r"float64.*np\.array\(pictures, dtype=np\.uint8\)"),
    (np.zeros((2, 28, 28), int), r"np\.array\(pictures, dtype=np\.uint8\)"),
    (np.zeros((5, 784), np.uint8), r"\(samples, height, width\), but these have \(5, 784\)"),
    (np.zeros((5, 28, 28, 3), np.uint8), "but these have"),
    (np.zeros((0, 28, 28), np.uint8), "but these have"),
])
def test_pictures_that_cannot_be_scaled(pictures, words):
    with pytest.raises(ValueError, match=words):
        scale_pictures(pictures)


@pytest.mark.parametrize(("given", "advice"), [
    (lambda pictures: pictures.reshape(5, 784), lambda rows: np.reshape(rows, (-1, 28, 28))),
    (lambda pictures: pictures[:1].ravel(), lambda row: np.reshape(row, (-1, 28, 28))),
    (lambda pictures: pictures[0, 4:24, 4:24], lambda picture: np.expand_dims(picture, 0)),
])
def test_rows_were_told_to_become_a_batch_of_one(given, advice):
    """Each kind is told now what helps it; rows were told `expand_dims`, and then refused again."""
    pictures = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    with pytest.raises(ValueError, match=r"np\.reshape\(rows, \(-1, 28, 28\)\).* np\.expand_dims\(picture, 0\)"):
        scale_pictures(given(pictures))
    scaled = scale_pictures(advice(given(pictures)))
    np.testing.assert_array_equal(scaled, ((given(pictures) - 127.5) / 127.5).reshape(scaled.shape).astype("f4"))


def test_square_is_filled_and_centred():
    square = fill_square(np.full((140, 70), 200, np.uint8))
    assert square.shape == (28, 28)
    assert (square[:, 7:21] == 200).all() and not square[:, :7].any() and not square[:, 21:].any()
    assert fill_square(np.full((2, 5), 9, np.uint8)).max() == 9


@pytest.fixture
def folder(tmp_path):
    pictures, labels = draw_garments(25, seed=3)
    save_picture_folder(pictures[:20], labels[:20], tmp_path / "train")
    save_picture_folder(pictures[20:], labels[20:], tmp_path / "test")
    return tmp_path


def test_folders_come_back_as_they_were_saved_in_the_order_of_labels(folder, capsys):
    pictures, labels = draw_garments(25, seed=3)
    X, y, X_test, y_test = load_picture_folders(folder)
    order = np.argsort(labels[:20], kind="stable")
    np.testing.assert_array_equal(X, pictures[:20][order])
    np.testing.assert_array_equal(y, labels[:20][order])
    assert X.dtype == y.dtype == np.uint8 and len(X_test) == len(y_test) == 5
    assert (folder / "train" / "0" / "0000.png").is_file()
    assert capsys.readouterr() == ("", ""), "no progress bar where nobody watches"


def test_numbers_are_sorted_as_numbers_and_hidden_files_passed_over(tmp_path):
    save_picture_folder(np.zeros((2, 28, 28), np.uint8), [10, 2], tmp_path)
    for number in (10, 9):
        (tmp_path / "2" / f"{number}.png").write_bytes(cv2.imencode(".png", np.full((28, 28), number, np.uint8))[1])
    (tmp_path / "2" / ".hidden").write_text("not a picture")
    X, y = load_picture_folder(tmp_path)
    assert list(y) == [2, 2, 2, 10]
    assert list(X[:, 0, 0]) == [0, 9, 10, 0]


def test_names_beyond_ascii(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    path = tmp_path / "Mäntel 外套.png"
    path.write_bytes(cv2.imencode(".png", picture)[1])
    np.testing.assert_array_equal(read_picture(path), picture)


def png_of(width, height):
    """The beginning of a PNG file of this size, in grey."""
    size = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (size, pixels))


@pytest.mark.parametrize("content", [b"", b"a shopping list", b"\x89PNG\r\n\x1a\n", png_of(40_000, 40_000)],
                         ids=["nothing", "text", "a beginning", "more pixels than OpenCV reads"])
def test_file_that_is_no_picture_is_named(folder, content):
    path = folder / "train" / "4" / "0001.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not a picture that OpenCV can read") as error:
        load_picture_folder(folder / "train")
    assert str(path) in str(error.value) and "Take it out" in str(error.value)


def test_truncated_picture_is_named(folder):
    path = folder / "train" / "4" / "0000.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ValueError, match="or it is damaged"):
        load_picture_folder(folder / "train")


def test_picture_of_another_size_is_named(folder):
    path = folder / "train" / "7" / "0000.png"
    path.write_bytes(cv2.imencode(".png", np.zeros((30, 20), np.uint8))[1])
    with pytest.raises(ValueError, match="0000.png is 30 pixels high and 20 wide, but .* 28 x 28"):
        load_picture_folder(folder / "train")


def test_folders_that_are_not_as_they_should_be(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder .*elsewhere.*one folder for each label"):
        load_picture_folder(folder / "elsewhere")
    (folder / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no label folders"):
        load_picture_folder(folder / "empty")
    (folder / "train" / "11").mkdir()
    with pytest.raises(FileNotFoundError, match="11 is empty"):
        load_picture_folder(folder / "train")
    with pytest.raises(ValueError, match="empty is not named after a label"):
        load_picture_folder(folder)
    with pytest.raises(FileNotFoundError, match="It is a folder: add the name of a file in it"):
        read_picture(tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no file .*no.png"):
        read_picture(folder / "no.png")


def test_new_pictures_are_not_mixed_with_those_of_an_older_folder(folder):
    pictures, labels = draw_garments(5, seed=4)
    with pytest.raises(FileExistsError, match="train is not empty"):
        save_picture_folder(pictures, labels, folder / "train")
    assert len(load_picture_folder(folder / "train")[0]) == 20


def test_a_folder_in_the_home_folder_is_found_by_its_short_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    save_picture_folder(*draw_garments(3, seed=5), "~/pictures")
    assert (tmp_path / "pictures").is_dir() and len(load_picture_folder("~/pictures")[0]) == 3


def test_a_folder_among_the_pictures_is_named(folder):
    (folder / "train" / "0" / "more").mkdir()
    with pytest.raises(ValueError, match="more is a folder among the pictures"):
        load_picture_folder(folder / "train")


def test_as_many_labels_as_pictures_are_saved(tmp_path):
    with pytest.raises(ValueError, match="3 samples, but y has 2"):
        save_picture_folder(np.zeros((3, 28, 28), np.uint8), [0, 1], tmp_path)


@pytest.mark.parametrize("X, y, message", [
    (np.zeros((2, 4, 4)), [0, 1], "scaled already: save them as they were before"),
    (np.full((2, 4, 4), 7.0), [0, 1], "uint8"),
    ("train", np.zeros((2, 4, 4), np.uint8), "Pictures are uint8 values"),  # the folder given first
    (np.zeros((2, 16), np.uint8), [0, 1], r"\(2, 16\)"),
    (np.zeros((2, 4, 4), np.uint8), [0, -1], "from 0 to 255"),
    (np.zeros((2, 4, 4), np.uint8), [0.5, 1], "from 0 to 255"),
])
def test_what_is_no_picture_or_label_is_not_written(X, y, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        save_picture_folder(X, y, tmp_path / "pictures")
    assert not (tmp_path / "pictures").exists()


def test_a_mean_halfway_between_two_greys_becomes_the_even_one_on_every_processor():
    """OpenCV itself decides otherwise on ARM than on x86, and chapter 20 would print other numbers there."""
    for height, width, small_width in (48, 48, 28), (55, 48, 24), (56, 42, 21), (66, 48, 20):
        picture = np.random.default_rng(0).integers(0, 2, (height, width), np.uint8) * 109
        pixels = picture.repeat(28, axis=0).repeat(small_width, axis=1)
        exact = pixels.reshape(28, height, small_width, width).mean(axis=(1, 3))
        left = (28 - small_width) // 2
        assert np.sum(exact % 1 == 0.5) > 5
        assert np.array_equal(fill_square(picture)[:, left:left + small_width], np.rint(exact))


def test_shrinking_takes_means_and_enlarging_is_smooth():
    points = np.zeros((112, 112), np.uint8)
    points[::4, ::4] = 160
    assert (fill_square(points) == 10).all(), "each pixel is the mean of 4 x 4 others, one of which is 160"
    assert len(np.unique(fill_square(np.array([[0, 200], [0, 200]], np.uint8)))) > 5


def test_files_and_hidden_folders_beside_the_label_folders_are_passed_over(folder):
    (folder / "train" / "README.txt").write_text("Drawn garments")
    (folder / "train" / ".thumbnails").mkdir()
    assert len(load_picture_folder(folder / "train")[0]) == 20


def test_255_is_the_highest_label(tmp_path):
    save_picture_folder(np.zeros((1, 28, 28), np.uint8), [255], tmp_path / "highest")
    assert load_picture_folder(tmp_path / "highest")[1].tolist() == [255]
    with pytest.raises(ValueError, match="from 0 to 255"):
        save_picture_folder(np.zeros((1, 28, 28), np.uint8), [256], tmp_path / "beyond")
    (tmp_path / "folders" / "256").mkdir(parents=True)
    with pytest.raises(ValueError, match="256 is not named after a label"):
        load_picture_folder(tmp_path / "folders")

"""Photos of garments: drawn ones, laid on light and dark tables, in shade, off centre."""

from unittest import mock

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image, UnidentifiedImageError

from modules.data.garments import draw_garments
from modules.data.photos import WORKING_SIDE, photo_steps, prepare_photo
from modules.visualize import plot_photo_steps


@pytest.fixture(scope="module")
def garments():
    pictures, labels = draw_garments(60, seed=4)
    return pictures[np.isin(labels, (0, 1, 2, 3, 4, 8))]


def photographed(picture, *, light, shade=0.0):
    """A garment of 400 pixels, somewhere on a larger table, with a gradient of light and some noise."""
    large = cv2.resize(picture, (400, 400), interpolation=cv2.INTER_CUBIC).astype(float)
    table = cv2.copyMakeBorder(large, 60, 180, 150, 40, cv2.BORDER_CONSTANT, value=0)
    table = 230 - 0.8 * table if light else 25 + 0.8 * table
    y, x = np.mgrid[-1:1:table.shape[0] * 1j, -1:1:table.shape[1] * 1j]
    table += shade * (12 * x + 8 * y) + np.random.default_rng(0).normal(0, 2, table.shape)
    return np.clip(table, 0, 255).astype(np.uint8)


def likeness(first, second):
    return np.corrcoef(first.ravel(), second.ravel())[0, 1]


@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("shade", [0, 1])
def test_the_network_sees_the_garment_again(garments, light, shade):
    seen = [prepare_photo(photographed(picture, light=light, shade=shade)) for picture in garments]
    assert all(picture.shape == (28, 28) and picture.dtype == np.uint8 for picture in seen)
    likenesses = [likeness(*pair) for pair in zip(seen, garments, strict=True)]
    assert np.median(likenesses) > 0.95 and min(likenesses) > 0.7
    for picture, garment in zip(seen, garments, strict=True):
        assert picture.max() > 240 and picture[garment == 0].mean() < 40


def test_prepared_picture_fills_the_square_on_black(garments):
    seen = prepare_photo(photographed(garments[0], light=True)) > 0
    assert max(np.ptp(np.flatnonzero(seen.any(axis=axis))) for axis in (0, 1)) == 27
    assert 0.1 < (~seen).mean()


def test_colours_and_files_give_the_same_as_grey(garments, tmp_path):
    grey = photographed(garments[1], light=True)
    expected = prepare_photo(grey)
    np.testing.assert_array_equal(prepare_photo(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)), expected)
    path = tmp_path / "photo.png"
    path.write_bytes(cv2.imencode(".png", grey)[1])
    np.testing.assert_array_equal(prepare_photo(path), expected)
    np.testing.assert_array_equal(prepare_photo(str(path)), expected)


def test_specks_on_the_table_are_left_out(garments):
    photo = photographed(garments[2], light=True)
    speckled = photo.copy()
    speckled[5:12, 5:12] = 60
    np.testing.assert_allclose(prepare_photo(speckled), prepare_photo(photo), atol=3)


def test_large_photos_and_the_callers_array(garments):
    photo = cv2.resize(photographed(garments[0], light=False), None, fx=4, fy=4)
    before = photo.copy()
    assert likeness(prepare_photo(photo), garments[0]) > 0.9
    np.testing.assert_array_equal(photo, before)


@pytest.mark.parametrize("photo", [
    np.full((200, 300), 130, np.uint8),
    np.random.default_rng(0).normal(200, 3, (200, 300)).astype(np.uint8),
    np.zeros((1, 1), np.uint8),
])
def test_photo_without_a_garment(photo):
    with pytest.raises(ValueError, match="No garment stands out .* plain background"):
        prepare_photo(photo)


@pytest.mark.parametrize("photo", [
    np.zeros((30, 30)), np.zeros((30, 30, 2), np.uint8), np.zeros(30, np.uint8), np.zeros((0, 5), np.uint8)])
def test_array_that_is_no_photo(photo):
    with pytest.raises(ValueError, match="A photo is uint8 of shape"):
        prepare_photo(photo)


def test_file_that_is_no_photo(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(ValueError, match="letter.txt .* is not a picture"):
        prepare_photo(tmp_path / "letter.txt")


def test_steps_are_drawn_in_order_each_under_its_own_name(garments):
    photo = photographed(garments[0], light=True)
    steps = photo_steps(photo)
    assert list(steps)[-1] == "what the network sees"
    for axis, (name, picture) in zip(plot_photo_steps(photo).axes, steps.items(), strict=True):
        assert axis.get_title() == name and axis.images[0].get_clim() == (0, 255)
        np.testing.assert_array_equal(axis.images[0].get_array(), picture)


def test_only_large_photos_are_shrunk_to_the_working_size(garments):
    large = photographed(garments[0], light=True)
    small = cv2.resize(large, (300, 320))
    assert max(photo_steps(large)["in grey"].shape) == WORKING_SIDE < max(large.shape)
    np.testing.assert_array_equal(photo_steps(small)["in grey"], small)


def test_colours_are_read_in_the_order_of_opencv():
    photo = np.full((200, 200, 3), 20, np.uint8)
    photo[50:150, 50:150] = (20, 120, 240)  # blue, green, red: an orange garment
    grey = photo_steps(photo)["in grey"]
    assert grey[100, 100] == round(0.114 * 20 + 0.587 * 120 + 0.299 * 240) and grey[0, 0] == 20


def test_a_garment_that_touches_the_border_does_not_tilt_the_background():
    y, x = np.mgrid[0:200, 0:200]
    table = 40 + 0.2 * x + 0.1 * y
    photo = table.copy()
    photo[60:140, :120] += 120
    difference = photo_steps(np.rint(photo).astype(np.uint8))["difference from the background"]
    np.testing.assert_allclose(difference, np.rint(photo - table), atol=2)


def test_light_and_dark_parts_belong_to_the_garment_and_a_faint_shadow_does_not():
    photo = np.full((200, 200), 20, np.uint8)
    photo[50:150, 50:100], photo[50:150, 100:130], photo[50:150, 130:150] = 230, 110, 45
    garment = photo_steps(photo)["garment"]
    np.testing.assert_array_equal(garment[100, [40, 75, 115, 140]], [0, 255, 255, 0])


def test_the_brightest_two_per_cent_of_the_garment_are_white():
    photo = np.full((300, 300), 10, np.uint8)
    photo[100:200, 100:200] = np.linspace(60, 160, 100)
    steps = photo_steps(photo)
    assert (steps["cut out"] == 255).sum() / (steps["garment"] > 0).sum() == pytest.approx(0.02, abs=0.011)


def test_every_large_piece_belongs_to_the_garment():
    photo = np.full((200, 200), 20, np.uint8)
    photo[40:160, 30:90] = photo[60:110, 120:170] = 200
    garment = photo_steps(photo)["garment"] > 0
    np.testing.assert_array_equal(garment, photo == 200)


def test_what_opencv_could_not_read_is_explained():
    with pytest.raises(ValueError, match="cv2.imread returns that"):
        prepare_photo(None)


@pytest.mark.parametrize("kind", ["dark", "light", "16 bits", "array"])
def test_what_lies_under_transparency_does_not_matter(garments, tmp_path, kind):
    """A garment cut out in a drawing program: where nothing is to be seen, most programs write black."""
    light = kind == "light"
    opaque = photo_steps(photographed(garments[1], light=True))["garment"]
    grey = np.random.default_rng(0).integers(150 * light, 150 * light + 90, opaque.shape, np.uint8)
    transparent = cv2.merge([grey & opaque] * 3 + [opaque])
    path = tmp_path / "photo.png"
    path.write_bytes(cv2.imencode(".png", transparent * np.uint16(257) if kind == "16 bits" else transparent)[1])
    steps = photo_steps(transparent if kind == "array" else path)
    np.testing.assert_array_equal(steps["in grey"], np.where(opaque, grey, 0 if light else 255))
    np.testing.assert_array_equal(steps["garment"], opaque)


@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1), (2, 1300)])
def test_a_photo_too_narrow_for_a_garment_is_refused(shape):
    with pytest.raises(ValueError, match=f"{shape[1]} x {shape[0]} pixels is too narrow"):
        prepare_photo(np.zeros(shape, np.uint8))


def test_a_garment_that_is_cut_out_keeps_its_light_and_its_dark_part():
    photo = np.zeros((200, 150, 4), np.uint8)
    photo[30:90, 50:100], photo[90:170, 40:110] = 255, (20, 20, 20, 255)
    np.testing.assert_array_equal(photo_steps(photo)["garment"], photo[:, :, 3])


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_transparent_photos_are_turned_upright_as_others_are(tmp_path, orientation):
    """A camera writes how it was held (EXIF); OpenCV heeds that only where there is no transparency."""
    garment = np.zeros((120, 100, 4), np.uint8)
    garment[20:80, 30:50] = garment[70:80, 30:90] = (40, 60, 80, 255)
    flat = np.where(garment[:, :, 3:] > 0, garment[:, :, :3], 255).astype(np.uint8)
    seen = []
    for pixels in (garment, flat):
        picture = Image.fromarray(pixels)
        exif = picture.getexif()
        exif[ExifTags.Base.Orientation] = orientation
        picture.save(tmp_path / "photo.png", exif=exif)
        seen.append(photo_steps(tmp_path / "photo.png")["garment"])
    np.testing.assert_array_equal(*seen)


def test_a_kind_that_only_opencv_reads_has_no_transparency(garments, tmp_path, monkeypatch):
    path = tmp_path / "photo.png"
    path.write_bytes(cv2.imencode(".png", photographed(garments[1], light=True))[1])
    expected = prepare_photo(path)
    monkeypatch.setattr(Image, "open", mock.Mock(side_effect=UnidentifiedImageError))
    np.testing.assert_array_equal(prepare_photo(path), expected)

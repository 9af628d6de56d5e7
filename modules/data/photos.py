"""A person's own photo of a garment, made into a picture like those of Fashion-MNIST (chapter 22)."""

import warnings
from pathlib import Path

import numpy as np

from modules.data.pictures import fill_square, read_picture

WORKING_SIDE = 600  # larger photos are shrunk to this first; nothing finer reaches 28 pixels anyway
FAINTEST = 16  # out of 255: what differs less from its background is taken for noise or shade


def prepare_photo(photo):
    """A photo as uint8 `(28, 28)`, ready for `scale_pictures`: the garment bright on 0, from edge to edge.

    `photo` is a file's name or a uint8 array, grey `(height, width)` or in OpenCV's colours `(height, width, 3)`, with
    transparency `(height, width, 4)`. One garment on a plain background, light, dark or transparent, with a little
    space around it; slight shade does no harm.
    Raises ValueError if no garment stands out, and as `read_picture` does.
    """
    return photo_steps(photo)["what the network sees"]


def photo_steps(photo):
    """What becomes of a photo, step by step: a dictionary of names and grey pictures, in order.

    The difference is that from a plane fitted to the border of the photo. Garment is what differs clearly; on a
    transparent background, what is opaque. The cut-out is inverted when the background is lighter than the garment, and
    its contrast stretched. In the end it is scaled to 28 x 28, from edge to edge on its longer side, as nearly every
    garment of Fashion-MNIST is. Raises as `prepare_photo` does.
    """
    import cv2
    photo = _shrunk(_loaded(photo))
    if photo.ndim == 3 and _is_cut_out(photo):
        grey, difference = _on_a_backdrop(photo)
        mask = _large_pieces(photo[:, :, 3] > 127)
    else:
        grey = photo if photo.ndim == 2 else cv2.cvtColor(photo, cv2.COLOR_BGRA2GRAY)
        difference = grey - _background(grey)
        mask = _garment(np.abs(difference))
    cut_out = _cut_out(difference, mask)
    return {"in grey": grey, "difference from the background": _visible(np.abs(difference)), "garment": mask,
            "cut out": cut_out, "what the network sees": fill_square(cut_out)}


def _loaded(photo):
    """The photo as a uint8 array: grey, or with transparency in four channels, blue, green, red and opacity."""
    import cv2
    if photo is None:
        raise ValueError("The photo is None: cv2.imread returns that when it cannot read a file. Check its name.")
    if np.ndim(photo) == 0:  # a name, not an array
        return _read(photo)
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or photo.ndim not in (2, 3) or photo.shape[2:] not in ((), (3,), (4,)) or not photo.size:
        raise ValueError(f"A photo is uint8 of shape (height, width), (height, width, 3) or, with transparency, "
                         f"(height, width, 4), but this is {photo.dtype} of shape {photo.shape}. Give the name of its "
                         f"file, or such an array.")
    return cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY) if photo.shape[2:] == (3,) else photo


def _read(file):
    """OpenCV reads every kind of file, but does not turn one with transparency upright; Pillow does."""
    import cv2
    from PIL import Image, ImageOps
    grey = read_picture(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(Path(file).expanduser()) as image:
                if image.has_transparency_data:
                    return cv2.cvtColor(np.array(ImageOps.exif_transpose(image).convert("RGBA")), cv2.COLOR_RGBA2BGRA)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            pass  # of a kind or a size that only OpenCV reads
    return grey


def _shrunk(photo):
    import cv2
    height, width = photo.shape[:2]
    if max(height, width) > WORKING_SIDE * min(height, width):
        raise ValueError(f"A photo of {width} x {height} pixels is too narrow to show a garment.")
    scale = WORKING_SIDE / max(height, width)
    return cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else photo


def _is_cut_out(photo):
    """Whether somebody has cut the garment out: transparent along most of the border."""
    opacity = photo[:, :, 3]
    return np.median(np.concatenate([opacity[0], opacity[-1], opacity[:, 0], opacity[:, -1]])) < 128


def _on_a_backdrop(photo):
    """In grey, and the difference from the backdrop: white for a dark garment, black for a light one.

    What is transparent is hidden, not empty: most programs write black there, and some leave the old background.
    """
    import cv2
    grey, opacity = cv2.cvtColor(photo, cv2.COLOR_BGRA2GRAY), photo[:, :, 3] / 255
    backdrop = 255.0 if np.sum(grey * opacity) < 127.5 * np.sum(opacity) else 0.0
    mixed = grey * opacity + backdrop * (1 - opacity)
    return _visible(mixed), mixed - backdrop


def _background(grey):
    """The background's brightness at every pixel: the plane `a + b x + c y` closest to the photo's border.

    Least squares on the half of the border nearest its median, then on the half nearest that plane, so that a sleeve
    that touches the border, or a dark corner, does not tilt it.
    """
    y, x = np.mgrid[-1:1:grey.shape[0] * 1j, -1:1:grey.shape[1] * 1j]
    width = max(1, min(grey.shape) // 30)
    border = np.ones(grey.shape, bool)
    border[width:-width, width:-width] = False
    terms = np.stack([np.ones(border.sum()), x[border], y[border]], axis=1)
    values = grey[border].astype(float)
    distance = np.abs(values - np.median(values))
    for _ in range(2):
        near = distance <= np.median(distance)
        a, b, c = np.linalg.lstsq(terms[near], values[near], rcond=None)[0]
        distance = np.abs(values - terms @ (a, b, c))
    return a + b * x + c * y


def _garment(difference):
    """255 where the garment is, 0 elsewhere: the larger pieces of what differs clearly from the background."""
    import cv2
    visible = _visible(difference)
    threshold, _ = cv2.threshold(visible, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    # Otsu's threshold may fall between the light and the dark parts of a garment: half of it keeps both.
    return _large_pieces(visible > max(FAINTEST, threshold / 2))


def _large_pieces(mask):
    """255 in the larger pieces of the mask, 0 elsewhere. Raises ValueError if there is none of any size."""
    import cv2
    _, pieces, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = statistics[:, cv2.CC_STAT_AREA]
    areas[0] = 0  # piece 0 is the background
    if areas.max() < mask.size / 400:
        raise ValueError("No garment stands out from its background in this photo. Take one garment on a plain "
                         "background that is clearly lighter or darker, and leave a little space around it.")
    return np.where((areas >= areas.max() / 50)[pieces], 255, 0).astype(np.uint8)


def _cut_out(difference, mask):
    """The rectangle around the garment: background 0, the garment's brightest 2 % of pixels 255."""
    sign = np.sign(difference[mask > 0].mean())
    bright = np.clip(sign * difference, 0, 255) * (mask > 0)
    bright *= 255 / np.percentile(bright[mask > 0], 98)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return _visible(bright[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1])


def _visible(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)

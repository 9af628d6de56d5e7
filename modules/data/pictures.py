"""Pictures as a network wants them: scaled rows of numbers, and the book's folders of picture files."""

from pathlib import Path

import numpy as np

from modules.checks import check_same_length

LAYOUT = "A folder of pictures holds one folder for each label, named 0, 1, 2, ..., with picture files in it."


def scale_pictures(pictures):
    """Flattens pictures and scales their values from 0 ... 255 to -1 ... 1: `(x - 127.5) / 127.5` (chapter 19).

    uint8 `(samples, height, width)` becomes float32 `(samples, height * width)`; one picture `(28, 28)` becomes
    one row. Raises ValueError for values that are not uint8 (scaled already, for instance) and for other shapes.
    """
    pictures = np.asarray(pictures)
    if pictures.dtype != np.uint8:
        raise ValueError(_not_bytes(pictures, "use them as they are"))
    if pictures.shape == (28, 28):
        pictures = pictures[np.newaxis]
    if pictures.ndim != 3 or pictures.size == 0:
        raise ValueError(f"Pictures have the shape (samples, height, width), but these have {pictures.shape}. "
                         f"There must be one at least, and one grey value for each pixel. Rows of pixels become "
                         f"pictures by np.reshape(rows, (-1, 28, 28)), one picture a batch of one by "
                         f"np.expand_dims(picture, 0).")
    scaled = np.empty((len(pictures), pictures.shape[1] * pictures.shape[2]), np.float32)
    # Into one array and then in place: the obvious expression takes at least twice as long, and another array's memory.
    np.subtract(pictures.reshape(scaled.shape), np.float32(127.5), out=scaled)
    scaled /= np.float32(127.5)
    return scaled


def _not_bytes(pictures, if_scaled):
    text = f"Pictures are uint8 values, 0 (black) to 255 (white), but these are {pictures.dtype}."
    if pictures.dtype.kind == "f" and pictures.size and -1 <= pictures.min() and pictures.max() <= 1:
        return f"{text} Their values lie between -1 and 1, so they seem to be scaled already: {if_scaled}."
    return f"{text} If they are whole numbers from 0 to 255, write np.array(pictures, dtype=np.uint8)."


def fill_square(picture, side=28):
    """The picture, shrunk or enlarged so that its longer side is `side` pixels, in the middle of a square of 0."""
    import cv2
    scale = side / max(picture.shape)
    height, width = (max(1, round(size * scale)) for size in picture.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    square = np.zeros((side, side), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    resized = cv2.resize(picture.astype(np.float64), (width, height), interpolation=way)
    # Halfway between two greys, OpenCV itself takes one on x86 and the other on ARM. Its float64 means are right to
    # four decimals; rounded to those first, they go to the even grey everywhere.
    square[top:top + height, left:left + width] = np.rint(resized.round(4))
    return square


def load_picture_folders(folder):
    """Reads `train/` and `test/` of the book's layout, `train/0/0000.png`: `X, y, X_test, y_test`.

    Shapes, order and errors are those of `load_picture_folder`.
    """
    folder = Path(folder).expanduser()
    return *load_picture_folder(folder / "train"), *load_picture_folder(folder / "test")


def load_picture_folder(path):
    """Reads every picture of `path/<label>/`: `X`, uint8 `(samples, 28, 28)`, and `y`, uint8 `(samples,)`.

    The order is that of the labels, then of the file names (2 before 10): shuffle before training. Hidden files
    are skipped. Raises FileNotFoundError for a missing or empty folder, and ValueError for a folder that is not
    named after a label or lies among pictures, a file that is not a picture, and a picture that is not 28 x 28.
    """
    from tqdm import tqdm
    path = Path(path).expanduser()
    files = [(label, file) for label in _label_folders(path) for file in _files(label)]
    X, y = np.empty((len(files), 28, 28), np.uint8), np.empty(len(files), np.uint8)
    for i, (label, file) in enumerate(tqdm(files, desc=path.name, unit=" pictures", disable=None)):
        X[i], y[i] = _read_sized(file), int(label.name)
    return X, y


def save_picture_folder(X, y, path):
    """Writes pictures, uint8 `(samples, height, width)`, as `path/<label>/0000.png`, numbered anew for each label.

    Raises ValueError for other values and shapes, and for labels that are not from 0 to 255; FileExistsError where
    the folder holds anything already, since old and new pictures would mix.
    """
    import cv2
    X, y = np.asarray(X), np.asarray(y)
    if X.dtype != np.uint8:
        raise ValueError(_not_bytes(X, "save them as they were before"))
    if X.ndim != 3:
        raise ValueError(f"Pictures have the shape (samples, height, width), but these have {X.shape}.")
    check_same_length(X, y)
    if y.dtype.kind not in "iu" or (y.size and not 0 <= y.min() <= y.max() <= 255):
        raise ValueError(f"Labels are whole numbers from 0 to 255, to name the folders, but these are {y[:3]}...")
    path, numbers = Path(path).expanduser(), {}
    if path.exists() and any(path.iterdir()):
        raise FileExistsError(f"The folder {path} is not empty: its pictures would mix with the new ones. "
                              f"Name a new folder, or remove this one.")
    for picture, label in zip(X, (int(label) for label in y), strict=True):
        number = numbers[label] = numbers.get(label, -1) + 1
        file = path / str(label) / f"{number:04d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(cv2.imencode(".png", picture)[1])


def read_picture(file):
    """The picture in a file in shades of grey, uint8 `(height, width)`.

    Raises FileNotFoundError if there is no such file, and ValueError if it is not a picture, or a damaged one.
    """
    import cv2
    file = Path(file).expanduser()
    if not file.is_file():
        raise FileNotFoundError(f"There is no file {file}. " + (
            "It is a folder: add the name of a file in it." if file.is_dir() else
            "Check the spelling, and the folder that you are in."))
    # cv2.imread returns None for such a file without a word, and on Windows fails for names like "Mäntel".
    values = np.fromfile(file, np.uint8)
    try:
        picture = cv2.imdecode(values, cv2.IMREAD_GRAYSCALE) if values.size else None
    except cv2.error:  # more than 2**30 pixels
        picture = None
    if picture is None:
        raise ValueError(f"{file} ({values.size} bytes) is not a picture that OpenCV can read, or it is damaged, or "
                         f"far too large. Take it out of the folder, or save it anew as PNG or JPEG.")
    return picture


def _label_folders(path):
    if not path.is_dir():
        raise FileNotFoundError(f"There is no folder {path}. {LAYOUT}")
    folders = sorted((item for item in path.iterdir() if item.is_dir() and not item.name.startswith(".")), key=_order)
    if not folders:
        raise FileNotFoundError(f"The folder {path} holds no label folders. {LAYOUT}")
    for folder in folders:
        if not folder.name.isdecimal() or int(folder.name) > 255:
            raise ValueError(f"The folder {folder} is not named after a label from 0 to 255. {LAYOUT}")
    return folders


def _files(folder):
    files = sorted((item for item in folder.iterdir() if not item.name.startswith(".")), key=_order)
    if not files:
        raise FileNotFoundError(f"The folder {folder} is empty. Put its pictures there, or remove the folder.")
    for item in files:
        if item.is_dir():
            raise ValueError(f"{item} is a folder among the pictures. Take it out.")
    return files


def _order(path):
    """Sorts numbered names by number, all others after them, alphabetically."""
    return (0, int(path.stem), path.name) if path.stem.isdecimal() else (1, 0, path.name)


def _read_sized(file):
    picture = read_picture(file)
    if picture.shape != (28, 28):
        raise ValueError(f"{file} is {picture.shape[0]} pixels high and {picture.shape[1]} wide, but this data set "
                         f"has pictures of 28 x 28. Shrink it (cv2.resize), or take it out.")
    return picture

"""Fashion-MNIST: from a folder, the cache or the network, and the drawn stand-in if none of them has it."""

import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modules.data.garments import draw_garments
from modules.data.idx_files import parse_idx, unpack_file

CLASS_NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
MIRRORS = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
           "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion")
STAND_IN = "stand-in garments (not Fashion-MNIST)"
STAND_IN_SAMPLES = (20_000, 4_000)  # to train and to test: drawn in about three seconds


@dataclass(frozen=True)
class DataFile:
    """One file: name, SHA-256 of the gzip file, CRC-32 of the unpacked content, shape of the array in it."""

    name: str
    sha256: str
    crc32: int
    shape: tuple


OFFICIAL_FILES = (
    DataFile("train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
             0xB4F29F28, (60_000, 28, 28)),
    DataFile("train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
             0x741A4657, (60_000,)),
    DataFile("t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
             0x678FE0B1, (10_000, 28, 28)),
    DataFile("t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
             0x80142C1F, (10_000,)),
)


@dataclass(frozen=True, eq=False)
class FashionMNIST:
    """Pictures `X`, `X_test` `(samples, 28, 28)` and labels `y`, `y_test` `(samples,)`, all uint8.

    `source` says in one line what the data are, for titles and logs; `is_stand_in` is True for drawn garments.
    """

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    source: str = "Fashion-MNIST"
    is_stand_in: bool = False
    class_names: tuple = CLASS_NAMES

    def __repr__(self):
        return f"{self.source}: {len(self.X):,} pictures to train, {len(self.X_test):,} to test"


def load_fashion_mnist(folder=None, *, cache=None, mirrors=MIRRORS, files=OFFICIAL_FILES):
    """Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) as a `FashionMNIST`: 60,000 pictures to train, 10,000 to test.

    Looked for in this order: `folder`; the folder that FASHION_MNIST_DIR names; the cache (`cache`, the folder
    that FASHION_MNIST_CACHE names, or the system's place for caches); the network, one mirror after the other,
    unless FASHION_MNIST_OFFLINE is set. If none has it, drawn garments stand in, and a printed line says so.

    A folder that was named must hold all four files, packed or not, else FileNotFoundError; a damaged file, or
    one of another data set, is a ValueError. There the content is checked, not the SHA-256 of the packed file:
    the same data packed anew are the same data, but the digits of MNIST, whose files have the same names, are not.
    """
    folder = folder or os.environ.get("FASHION_MNIST_DIR")
    if folder:
        folder = Path(os.path.expanduser(folder)).absolute()
        return FashionMNIST(*(_read(_find(folder, file, files), file) for file in files))
    from modules.data.downloads import NotToBeHad, fetch_files  # here, since pooch takes a while to import
    try:
        folder = fetch_files(files, mirrors, cache)
    except NotToBeHad as reason:
        return _stand_in(reason, files)
    return FashionMNIST(*(_read(folder / file.name, file) for file in files))


def _find(folder, file, files):
    places = [folder / file.name, folder / file.name.removesuffix(".gz")]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"{places[0]} is missing. The folder must hold {', '.join(f.name for f in files)} "
                            f"(or the same without .gz). Download them from {MIRRORS[1]}, or name no folder "
                            f"(and unset FASHION_MNIST_DIR) to have them downloaded.")


def _read(path, file):
    content = unpack_file(path)
    array = parse_idx(content, path)
    if array.shape != file.shape or zlib.crc32(content) != file.crc32:
        raise ValueError(f"{path} is a valid IDX file of shape {array.shape}, but its content is not that of "
                         f"Fashion-MNIST's {file.name}, shape {file.shape}. MNIST and others use the same file "
                         f"names: put the files of Fashion-MNIST there, or name another folder.")
    return array


def _stand_in(reason, files):
    train, test = STAND_IN_SAMPLES
    print(f"Fashion-MNIST could not be loaded ({reason}). Going on with {STAND_IN}: {train:,} + {test:,} drawn "
          f"pictures. For the real data, set FASHION_MNIST_DIR to a folder with {', '.join(f.name for f in files)}; "
          f"{MIRRORS[1]} has them.")
    return FashionMNIST(*draw_garments(train, seed=1), *draw_garments(test, seed=2), STAND_IN, True)

"""IDX files, the format of MNIST and Fashion-MNIST, packed by gzip or not."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np


def unpack_file(path):
    """The bytes of a file, unpacked if it is a gzip file by its first two bytes, whatever its name.

    Raises ValueError if the gzip file is cut off or damaged.
    """
    content = Path(path).read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} is cut off or damaged: it does not unpack ({error}). "
                         f"Delete it and download it again.") from error


def parse_idx(content, name):
    """The array in the bytes of an IDX file; `name` is the file's name in error messages.

    The format: two zero bytes, 8 for uint8, the number of dimensions, one 32-bit size for each (highest byte
    first), then the values, last dimension fastest (Yann LeCun's description of MNIST). Raises ValueError for
    other bytes and for more or fewer values than the sizes say.
    """
    if len(content) < 8 or content[:3] != b"\x00\x00\x08" or not 1 <= content[3] <= 4:
        raise ValueError(f"{name} is not an IDX file of uint8 values: it begins with {content[:8]!r}. "
                         f"Delete it and download it again.")
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise ValueError(f"{name} is cut off in its header, after {len(content)} bytes: download it again.")
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], ">u4"))
    if len(content) - start != math.prod(shape):
        raise ValueError(f"{name} announces {math.prod(shape):,} values, shape {shape}, but holds "
                         f"{len(content) - start:,}. It is cut off or damaged: download it again.")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()

"""Files from the network into a cache: checked, whole or not at all, and only those that are missing."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pooch

ANSWER_SECONDS = 4.0  # how long a machine without a network waits, once
READ_SECONDS = 10.0  # how long a mirror may send nothing before the next one is asked
PROJECT = "neural-networks-from-scratch-companion"
ELSEWHERE = "set FASHION_MNIST_CACHE to another folder"


class NotToBeHad(Exception):
    """Neither the cache nor the network has the files; the text says why, in a few words and without paths."""


def fetch_files(files, mirrors, cache=None):
    """The folder that holds all files whole; each of `files` has a `name` and a `sha256`.

    The folder is `cache`, the one that FASHION_MNIST_CACHE names, or the system's place for caches. What is
    missing there or damaged is downloaded by pooch to a temporary file, compared with its SHA-256, and then
    renamed, so that after an interruption the next call goes on with the files that are whole. The mirrors are
    tried in their order. Raises NotToBeHad if a file cannot be had, or if FASHION_MNIST_OFFLINE is set.
    """
    try:
        cache = Path(cache or os.environ.get("FASHION_MNIST_CACHE") or pooch.os_cache(PROJECT)).expanduser()
        missing = [file for file in files if not _is_whole(cache / file.name, file.sha256)]
    except (OSError, RuntimeError) as error:
        raise NotToBeHad(f"the cache cannot be read: {_reason(error)}; {ELSEWHERE}") from error
    if missing:
        first = missing[0].name
        if os.environ.get("FASHION_MNIST_OFFLINE", "0") not in ("", "0"):
            state = "damaged in" if (cache / first).is_file() else "not in"
            raise NotToBeHad(f"{first} is {state} the cache, and FASHION_MNIST_OFFLINE forbids downloading it")
        _download(missing, cache, _answering(mirrors, first))
    return cache


def _is_whole(path, sha256):
    return path.is_file() and pooch.file_hash(str(path)) == sha256


def _reason(error):
    """The error in a few words, without paths."""
    return getattr(error, "strerror", None) or type(error).__name__


def _answering(mirrors, name):
    """The mirrors that answer at all, in their order.

    They are asked in threads that nobody waits for: looking up a name without a network has no time limit.
    """
    answers = {}

    def ask(mirror):
        with suppress(OSError):
            pooch.HTTPDownloader(timeout=ANSWER_SECONDS)(f"{mirror}/{name}", None, None, check_only=True)
            answers[mirror] = True

    threads = [threading.Thread(target=ask, args=(mirror,), daemon=True) for mirror in mirrors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ANSWER_SECONDS)
    answering = [mirror for mirror in mirrors if mirror in answers]
    if not answering:
        raise NotToBeHad("it is not in the cache, and no mirror answers")
    return answering


def _download(files, cache, mirrors):
    """Each file from the first mirror that sends it whole."""
    pooch.get_logger().setLevel("WARNING")  # below that it prints the path of this machine's cache
    mode = _mode_of_new_files(cache)
    print("Downloading what is missing of Fashion-MNIST (31 MB in all); it is kept for the next time.")
    for file in files:
        reasons = []
        for mirror in mirrors:
            try:
                _retrieve(file, f"{mirror}/{file.name}", cache)
                with suppress(OSError):  # pooch lets only the owner read it, but a class may share a cache
                    (cache / file.name).chmod(mode)
                break
            except OSError as error:  # its own text is a paragraph with paths and addresses
                reasons.append(f"{mirror}: {_reason(error)}")
            except ValueError:
                reasons.append(f"{mirror}: what arrived has a different SHA-256")
        else:
            raise NotToBeHad(f"{file.name}: " + "; ".join(reasons))


def _mode_of_new_files(cache):
    """The permissions of a new file in the cache, which is made if need be. Raises NotToBeHad where none can be."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        probe = cache / f"{os.getpid()}.part"  # a TemporaryFile would try names for hours on Windows
        probe.touch()
        mode = probe.stat().st_mode
        probe.unlink()
    except OSError as error:
        raise NotToBeHad(f"the cache cannot be written: {_reason(error)}; {ELSEWHERE}") from error
    return mode


def _retrieve(file, url, cache):
    downloader = pooch.HTTPDownloader(progressbar=bool(sys.stderr and sys.stderr.isatty()), chunk_size=2**16,
                                      timeout=(ANSWER_SECONDS, READ_SECONDS))
    pooch.retrieve(url, known_hash=file.sha256, fname=file.name, path=cache, downloader=downloader)

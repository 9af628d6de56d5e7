"""Fashion-MNIST from every place it may come from. The mirrors are small web servers on this machine."""

import gzip
import hashlib
import logging
import os
import re
import socket
import threading
import zlib
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pooch
import pytest

from modules.data import downloads, fashion_mnist
from modules.data.fashion_mnist import OFFICIAL_FILES, DataFile, load_fashion_mnist
from modules.data.idx_files import parse_idx

FOLDER = os.environ.get("FASHION_MNIST_DIR", "")
SHAPES = ((30, 28, 28), (30,), (10, 28, 28), (10,))


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch, tmp_path):
    for name in ("FASHION_MNIST_DIR", "FASHION_MNIST_CACHE", "FASHION_MNIST_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "system" / project)
    monkeypatch.setattr(fashion_mnist, "STAND_IN_SAMPLES", (40, 20))


@pytest.fixture(scope="session")
def contents():
    """The unpacked bytes of four small files with the names of the official ones."""
    rng = np.random.default_rng(0)
    return {file.name: idx(rng.integers(0, 10, shape, dtype=np.uint8))
            for file, shape in zip(OFFICIAL_FILES, SHAPES, strict=True)}


@pytest.fixture
def whole(contents, tmp_path):
    return write(tmp_path / "whole", contents)


@pytest.fixture
def files(whole, contents):
    return tuple(DataFile(name, hashlib.sha256((whole / name).read_bytes()).hexdigest(), zlib.crc32(content), shape)
                 for (name, content), shape in zip(contents.items(), SHAPES, strict=True))


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.tobytes()


def write(folder, contents):
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(gzip.compress(content, mtime=0))
    return folder


@contextmanager
def mirror(folder, seen):
    """Serves a folder on this machine; the names that were fetched are appended to `seen`."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            seen.append(self.path.rsplit("/", 1)[-1])
            super().do_GET()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def nobody():
    """The address of a mirror that is down."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def assert_is(data, contents):
    for array, (name, content) in zip((data.X, data.y, data.X_test, data.y_test), contents.items(), strict=True):
        np.testing.assert_array_equal(array, parse_idx(content, name))
        assert array.dtype == np.uint8 and array.flags.writeable
    assert data.source == "Fashion-MNIST" and not data.is_stand_in


# A folder that somebody named


def test_explicit_folder(whole, files, contents, capsys):
    assert_is(load_fashion_mnist(whole, files=files), contents)
    assert capsys.readouterr() == ("", "")


def test_folder_of_the_environment(whole, files, contents, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(whole))
    assert_is(load_fashion_mnist(files=files), contents)


@pytest.mark.parametrize("folder", ["no such folder", "~nobody at all/data"])
def test_a_missing_folder_of_the_environment_is_named_in_full(folder, files, monkeypatch, tmp_path):
    """A lesson runs in its chapter's folder: the short name of a folder does not say where it was looked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FASHION_MNIST_DIR", folder)
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path / folder))):
        load_fashion_mnist(files=files)


def test_explicit_folder_goes_before_the_environment(whole, files, contents, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", "nowhere")
    assert_is(load_fashion_mnist(whole, files=files), contents)


def test_unpacked_and_newly_packed_files_are_the_same_data(whole, files, contents):
    names = list(contents)
    (whole / names[0]).unlink()
    (whole / names[0].removesuffix(".gz")).write_bytes(contents[names[0]])
    (whole / names[1]).write_bytes(gzip.compress(contents[names[1]], compresslevel=1, mtime=5))
    (whole / names[2]).write_bytes(contents[names[2]])  # a browser unpacks and keeps the name
    assert_is(load_fashion_mnist(whole, files=files), contents)


def test_missing_file_is_named(whole, files):
    (whole / files[2].name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{files[2].name} is missing. .*Download them"):
        load_fashion_mnist(whole, files=files)


@pytest.mark.parametrize(("damage", "words"), [
    (lambda packed: packed[:len(packed) // 2], "cut off or damaged.*download it again"),
    (lambda packed: packed[:-20] + b"\0" * 20, "cut off or damaged.*download it again"),
    (lambda packed: b"", "not an IDX file"),
    (lambda packed: b"<html>404 Not Found</html>", "not an IDX file.*<html>4"),
    (lambda packed: gzip.compress(gzip.decompress(packed)[:-1]), "announces .* but holds"),
    (lambda packed: gzip.compress(gzip.decompress(packed)[:-1] + b"\7"), "not that of Fashion-MNIST's"),
    (lambda packed: gzip.compress(idx(np.zeros((5, 28, 28), np.uint8))), r"shape \(5, 28, 28\)"),
])
def test_damaged_file_is_named_with_what_to_do(whole, files, damage, words):
    path = whole / files[0].name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=words) as error:
        load_fashion_mnist(whole, files=files)
    assert str(path) in str(error.value)


# The network and the cache


def test_download_and_then_the_cache(whole, files, contents, tmp_path):
    seen = []
    with mirror(whole, seen) as url:
        for _ in range(2):
            assert_is(load_fashion_mnist(cache=tmp_path / "cache", mirrors=[url], files=files), contents)
    assert seen == [file.name for file in files], "each file once, the second call none"


def test_a_class_can_read_a_cache_that_one_of_them_has_filled(whole, files, tmp_path):
    cache, other = tmp_path / "cache", tmp_path / "other"
    with mirror(whole, []) as url:
        load_fashion_mnist(cache=cache, mirrors=[url], files=files)
    other.touch()
    assert {path.stat().st_mode for path in cache.iterdir()} == {other.stat().st_mode}


def test_a_folder_that_refuses_modes_keeps_what_has_arrived(whole, files, contents, tmp_path, monkeypatch):
    def refused(path, mode):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.chmod", refused)
    with mirror(whole, []) as url:
        assert_is(load_fashion_mnist(cache=tmp_path / "cache", mirrors=[url], files=files), contents)


def test_cache_of_the_environment(whole, files, contents, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_CACHE", str(whole))
    assert_is(load_fashion_mnist(mirrors=[nobody()], files=files), contents)


def test_interrupted_download_goes_on_where_it_stopped(whole, files, contents, tmp_path):
    cache, seen = tmp_path / "cache", []
    later = (whole / files[2].name).rename(tmp_path / "later")
    with mirror(whole, seen) as url:
        assert load_fashion_mnist(cache=cache, mirrors=[url], files=files).is_stand_in
        assert sorted(path.name for path in cache.iterdir()) == sorted(file.name for file in files[:2])
        later.rename(whole / files[2].name)
        assert_is(load_fashion_mnist(cache=cache, mirrors=[url], files=files), contents)
    assert seen.count(files[0].name) == 1


def test_a_mirror_with_a_wrong_file_is_passed_over(whole, files, contents, tmp_path):
    wrong = write(tmp_path / "wrong", dict(contents, **{files[0].name: b"something else"}))
    with mirror(wrong, []) as first, mirror(whole, seen := []) as second:
        assert_is(load_fashion_mnist(cache=tmp_path / "cache", mirrors=[first, second], files=files), contents)
    assert seen == [files[0].name]


def test_a_mirror_that_is_down_is_passed_over(whole, files, contents, tmp_path):
    with mirror(whole, []) as url:
        assert_is(load_fashion_mnist(cache=tmp_path / "cache", mirrors=[nobody(), url], files=files), contents)


def test_damaged_file_in_the_cache_is_downloaded_again(whole, files, contents, tmp_path):
    cache, seen = write(tmp_path / "cache", contents), []
    (cache / files[1].name).write_bytes(b"cut off")
    with mirror(whole, seen) as url:
        assert_is(load_fashion_mnist(cache=cache, mirrors=[url], files=files), contents)
    assert seen == [files[1].name]


# The stand-in


def test_without_files_and_network_garments_stand_in_and_one_line_says_so(files, tmp_path, capsys):
    data = load_fashion_mnist(cache=tmp_path / "cache", mirrors=[nobody()], files=files)
    assert data.is_stand_in and data.source == "stand-in garments (not Fashion-MNIST)"
    assert data.X.shape == (40, 28, 28) and data.y_test.shape == (20,) and len(data.class_names) == 10
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1 and "no mirror answers" in printed and data.source in printed
    assert str(tmp_path) not in printed + repr(data)


def test_wrong_files_everywhere_stand_in_with_the_reason(files, contents, tmp_path, capsys):
    wrong = write(tmp_path / "wrong", dict.fromkeys(contents, b"something else"))
    with mirror(wrong, []) as url:
        assert load_fashion_mnist(cache=tmp_path / "cache", mirrors=[url], files=files).is_stand_in
    assert "what arrived has a different SHA-256" in capsys.readouterr().out
    assert list((tmp_path / "cache").iterdir()) == [], "nothing wrong and nothing half stays in the cache"


def test_offline_asks_nobody_and_says_why(whole, files, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FASHION_MNIST_OFFLINE", "1")
    with mirror(whole, seen := []) as url:
        assert load_fashion_mnist(cache=tmp_path / "cache", mirrors=[url], files=files).is_stand_in
    assert seen == [] and "FASHION_MNIST_OFFLINE" in capsys.readouterr().out


def test_offline_with_a_damaged_cache_names_the_file(whole, files, monkeypatch, capsys):
    monkeypatch.setenv("FASHION_MNIST_OFFLINE", "1")
    (whole / files[3].name).write_bytes(b"cut off")
    assert load_fashion_mnist(cache=whole, files=files).is_stand_in
    assert f"{files[3].name} is damaged in the cache" in capsys.readouterr().out


def test_cache_that_cannot_be_made_does_no_harm(whole, files, tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    with mirror(whole, []) as url:
        assert load_fashion_mnist(cache=tmp_path / "file" / "cache", mirrors=[url], files=files).is_stand_in
    assert "set FASHION_MNIST_CACHE to another folder" in capsys.readouterr().out


def test_a_mirror_that_never_answers_costs_little_time(files, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "ANSWER_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert load_fashion_mnist(cache=tmp_path / "cache", mirrors=[url, url + "/2"], files=files).is_stand_in


def test_an_idx_file_that_ends_in_its_header_is_cut_off():
    with pytest.raises(ValueError, match="cut off in its header"):
        parse_idx(b"\0\0\x08\x03" + bytes(6), "pictures")


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), RuntimeError("no home directory")])
def test_a_cache_that_cannot_be_read_ends_in_the_stand_in_and_a_reason(error, files, tmp_path, monkeypatch, capsys):
    def refuse(path, sha256):
        raise error

    monkeypatch.setattr(downloads, "_is_whole", refuse)
    assert load_fashion_mnist(cache=tmp_path, files=files).is_stand_in
    assert "the cache cannot be read" in capsys.readouterr().out


def test_a_cache_that_cannot_be_written_is_not_blamed_on_the_mirrors(files, tmp_path, monkeypatch):
    def refuse(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloads.Path, "touch", refuse)
    with pytest.raises(downloads.NotToBeHad, match="the cache cannot be written: No space left.*FASHION_MNIST_CACHE"):
        downloads._download(files, tmp_path, ["http://nowhere"])


def test_a_mirror_that_lacks_a_file_is_named_and_nobody_sees_a_path(whole, files, tmp_path, capsys):
    (whole / files[2].name).unlink()
    pooch.get_logger().setLevel("INFO")
    with mirror(whole, []) as url:
        assert load_fashion_mnist(cache=tmp_path / "not" / "yet", mirrors=[url], files=files).is_stand_in
    printed = capsys.readouterr().out
    assert f"({files[2].name}: {url}: HTTPError)" in printed
    assert printed.startswith("Downloading what is missing of Fashion-MNIST")
    assert pooch.get_logger().level >= logging.WARNING, "below that it prints the path of this machine's cache"
    assert str(tmp_path) not in printed
    assert len(list((tmp_path / "not" / "yet").iterdir())) == 2, "folders above the cache are made as well"


@pytest.mark.parametrize("start", [b"\0\0\x09\x01", b"\1\0\x08\x01", b"\0\0\x08\x00", b"\0\0\x08\x05"])
def test_an_idx_file_of_other_values_or_dimensions_is_refused(start):
    with pytest.raises(ValueError, match="not an IDX file of uint8 values"):
        parse_idx(start + bytes([0, 0, 0, 4]) + bytes(16) + bytes(4), "pictures")


@pytest.mark.parametrize("content", [b"\0\0\x08\x01\0\0\0\0", b"\0\0\x08\x01\0\0\0\1\7"])
def test_a_small_idx_file_is_read(content):
    assert parse_idx(content, "labels").tolist() == list(content[8:])


#: The official files, as packed by the authors, have these sizes.
SIZES = (26_421_880, 29_515, 4_422_102, 5_148)


@pytest.mark.parametrize("file, packed", list(zip(OFFICIAL_FILES, SIZES, strict=True)), ids=SIZES)
def test_the_table_of_the_official_files_is_theirs(file, packed):
    path = Path(FOLDER, file.name)
    if not FOLDER or not path.is_file() or path.stat().st_size != packed:
        pytest.skip("needs FASHION_MNIST_DIR with the official packed files")
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert zlib.crc32(gzip.decompress(content)) == file.crc32
    assert parse_idx(gzip.decompress(content), file.name).shape == file.shape


def test_without_a_named_cache_the_systems_own_place_is_used(whole, files, contents, tmp_path):
    with mirror(whole, []) as url:
        assert_is(load_fashion_mnist(mirrors=[url], files=files), contents)
    assert len(list((tmp_path / "system" / downloads.PROJECT).iterdir())) == 4

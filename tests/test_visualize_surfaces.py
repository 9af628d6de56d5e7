"""Pictures over a plane: regions say what the model says, surfaces what the loss is, films move."""

import io
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from matplotlib.markers import MarkerStyle
from PIL import Image

from modules import visualize
from modules.visualize import surfaces
from modules.visualize.surfaces import animate, plot_decision_boundary, plot_loss_surface, plot_path, plot_points

pytestmark = pytest.mark.filterwarnings("error")
X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
Y = np.array([0, 1, 2, 1])
XS, YS = np.linspace(-1, 1, 5), np.linspace(-2, 2, 4)


def three_classes(points):
    return np.stack([0.5 - points.sum(axis=1), points[:, 0], points[:, 1]], axis=1)


def assert_labelled(axes):
    assert axes.get_title() and axes.get_xlabel() and axes.get_ylabel()


def test_points_have_a_colour_and_a_marker_for_each_class():
    axes = plot_points(X, Y, ["T-shirt/top", "Ankle boot", "Trouser"])
    assert_labelled(axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["T-shirt/top", "Ankle boot", "Trouser"]
    np.testing.assert_array_equal(axes.collections[1].get_offsets(), X[Y == 1])
    colours = {tuple(group.get_facecolor()[0]) for group in axes.collections}
    shapes = {group.get_paths()[0].vertices.tobytes() for group in axes.collections}
    assert len(colours) == len(shapes) == 3


@pytest.mark.parametrize("points, labels, names, message", [
    (np.zeros((4, 3)), Y, None, r"X has shape \(4, 3\).*X\[:, :2\]"),
    (X, Y[:3], None, "X holds 4 samples, but y holds 3"),
    (X, Y, ["only", "two"], "3 classes, but class_names holds 2 names"),
    (X, np.eye(4), None, r"np\.argmax\(y, axis=1\)"),
    (np.array([[0, 1], [np.nan, 1]]), [0, 1], None, "in row 1, which has no place"),
])
def test_points_explain_what_does_not_fit(points, labels, names, message):
    with pytest.raises(ValueError, match=message):
        plot_points(points, labels, names)


def test_boundary_asks_about_points_around_the_data_in_their_own_type():
    asked = []

    def predict(points):
        asked.append(points)
        return three_classes(points)

    axes = plot_decision_boundary(predict, X.astype(np.float32), Y, resolution=20)
    assert asked[0].shape == (400, 2) and asked[0].dtype == np.float32
    assert asked[0].min() < 0 and asked[0].max() > 1
    plot_decision_boundary(predict, X.astype(int), Y, resolution=20)
    assert len(np.unique(asked[1])) > 3  # whole numbers as data, yet the points in between are asked about
    assert_labelled(axes)


def test_boundary_takes_a_model_as_well():
    model = SimpleNamespace(predict=three_classes)
    assert len(plot_decision_boundary(model, X, Y, resolution=20).collections) == \
        len(plot_decision_boundary(three_classes, X, Y, resolution=20).collections)


@pytest.mark.parametrize("scores, classes", [
    (np.array([[0.2], [0.6]]), [0, 1]), (np.array([[0.2, 0.8], [0.9, 0.1], [0.5, 0.5]]), [1, 0, 0])])
def test_one_score_is_compared_with_the_threshold_and_several_with_each_other(scores, classes):
    assert surfaces._classes(scores, len(scores), 0.5)[0].tolist() == classes


def test_boundary_of_a_model_that_knows_one_class_only():
    assert plot_decision_boundary(lambda points: np.zeros((len(points), 1)), X, Y > 0, resolution=10)


@pytest.mark.parametrize("predict, message", [
    (lambda points: np.zeros(len(points)), r"returned shape \(100,\); expected \(100, classes\)"),
    (lambda points: np.zeros((7, 2)), r"given 100 points and returned shape \(7, 2\)"),
    (lambda points: np.zeros((len(points), 2)), "y holds class 2, but there are 2 classes"),
    (lambda points: np.full((len(points), 1), np.nan), "predict returned NaN .* the network has diverged"),
    (lambda points: np.where(points[:, :1] > 1, np.nan, [[0, 1, 2]]), "the network has diverged"),
])
def test_boundary_explains_wrong_scores(predict, message):
    with pytest.raises(ValueError, match=message):
        plot_decision_boundary(predict, X, Y, resolution=10)


def test_loss_surface_takes_a_function_or_its_values():
    values = XS**2 + 3 * YS[:, np.newaxis]
    before = values.copy()
    pictures = [plot_loss_surface(loss, XS, YS) for loss in (lambda x, y: x**2 + 3 * y, values)]
    first, second = (picture.collections[0] for picture in pictures)
    np.testing.assert_allclose(first.get_array(), second.get_array())
    for path, other in zip(first.get_paths(), second.get_paths(), strict=True):
        np.testing.assert_allclose(path.vertices, other.vertices)
    np.testing.assert_array_equal(values, before)
    assert_labelled(pictures[0])


def test_loss_surface_stays_white_where_the_loss_is_infinite():
    values = np.add.outer(YS, XS)
    values[0, 0], values[1, 1] = np.inf, np.nan
    levels = plot_loss_surface(values, XS, YS).collections[0].get_array()
    assert np.isfinite(levels).all() and levels.max() < 4


def test_loss_surface_explains_swapped_axes():
    with pytest.raises(ValueError, match=r"shape \(5, 4\); with 5 xs and 4 ys they need \(4, 5\)"):
        plot_loss_surface(np.zeros((5, 4)), XS, YS)


def test_paths_keep_the_limits_of_the_surface_and_differ():
    axes = plot_loss_surface(lambda x, y: x * x + y * y, XS, YS, path=[[0, 0], [5, 5], [5, 5]], label="SGD")
    plot_path(np.array([[0.5, 0.5], [0.1, 0.2]]), "Adam", axes)
    assert axes.get_xlim() == (-1, 1) and axes.get_ylim() == (-2, 2)
    first, second = axes.lines
    np.testing.assert_array_equal(second.get_xydata(), [[0.5, 0.5], [0.1, 0.2]])
    assert first.get_color() != second.get_color() and first.get_linestyle() != second.get_linestyle()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["SGD", "Adam"]


@pytest.mark.parametrize("path, steps", [
    ([[0, 0]], []), ([[1, 1], [1, 1]], []), ([[0, 0], [0, 0], [1, 0], [1, 0], [2, 0]], [1, 3])])
def test_arrows_leave_out_steps_that_stand_still(path, steps):
    assert list(surfaces._steps_with_arrows(np.array(path))) == steps
    assert_labelled(plot_path(path))


def test_path_that_diverged_says_so():
    with pytest.raises(ValueError, match="path holds .* in row 1.*smaller learning rate"):
        plot_path([[0, 0], [np.inf, 1]])


def film_of(frames, **options):
    figure, axes = plt.subplots(figsize=(2, 1.5))

    def update(frame):
        axes.clear()
        axes.bar([0, 1], [frame, 1])

    return animate(update, frames, figure, **options), figure


def test_film_has_every_frame_and_its_figure_is_closed():
    film, figure = film_of(3, interval=100)
    with Image.open(io.BytesIO(film.data)) as picture:
        assert picture.n_frames == 3 and picture.size == (144, 108)
        durations = []
        for frame in range(3):
            picture.seek(frame)
            picture.load()
            durations.append(picture.info["duration"])
    assert durations == [100, 100, 500]
    assert film.format == "png" and not plt.fignum_exists(figure.number)


def test_film_is_the_same_every_time():
    assert film_of(2)[0].data == film_of(2)[0].data


def test_film_of_one_frame_plays():
    assert film_of(1)[0].data


def test_film_explains_no_frames_and_too_many_bytes(monkeypatch):
    with pytest.raises(ValueError, match="at least 1: given 0"):
        film_of(0)
    monkeypatch.setattr(surfaces, "FILM_LIMIT", 100)
    with pytest.raises(ValueError, match="more than 100. Use fewer frames than 2, a smaller figure, or a lower dpi"):
        film_of(2)


def test_every_region_lies_where_its_class_is_predicted_in_the_colour_of_its_points():
    def predict(points):  # class 2 above 0.75, below it class 1 on the right of 0.5 and class 0 on its left
        x, y = points.T
        return np.stack([(x < 0.5) & (y < 0.75), (x >= 0.5) & (y < 0.75), y >= 0.75], axis=1).astype(float)

    axes = plot_decision_boundary(predict, X, Y)
    edges = {}
    for region in axes.collections:
        if isinstance(region, QuadContourSet) and region.filled:
            corners = np.concatenate([path.vertices for path in region.get_paths()])
            edges[to_hex(region.get_facecolor()[0]).upper()] = [*corners.min(axis=0), *corners.max(axis=0)]
    expected = {0: (-0.08, -0.08, 0.5, 0.75), 1: (0.5, -0.08, 1.08, 0.75), 2: (-0.08, 0.75, 1.08, 1.08)}
    assert len(edges) == 3
    for number, wanted in expected.items():
        np.testing.assert_allclose(edges[visualize.COLOURS[number]], wanted, atol=0.01)


def test_a_path_runs_from_its_circle_to_its_star_and_so_do_its_arrows():
    axes = plot_path([[0, 0], [2, 0], [2, 3]])
    start, end = axes.collections[-2:]
    assert (start.get_offsets().tolist(), end.get_offsets().tolist()) == ([[0, 0]], [[2, 3]])
    star, circle = (MarkerStyle(sign).get_path().transformed(MarkerStyle(sign).get_transform()) for sign in "*o")
    np.testing.assert_allclose(start.get_paths()[0].vertices, circle.vertices)
    np.testing.assert_allclose(end.get_paths()[0].vertices, star.vertices)
    arrows = [(tuple(arrow.xyann), tuple(arrow.xy)) for arrow in axes.texts]
    assert arrows == [((0, 0), (2, 0)), ((2, 0), (2, 3))]


def test_frames_of_a_film_are_those_drawn_in_their_order():
    figure = plt.figure(figsize=(2, 1))
    film = animate(lambda frame: figure.set_facecolor(str(frame / 4)), 4, figure)
    with Image.open(io.BytesIO(film.data)) as picture:
        shades = []
        for frame in range(4):
            picture.seek(frame)
            shades.append(picture.convert("L").getpixel((70, 35)))
    np.testing.assert_allclose(shades, [0, 64, 128, 191], atol=3)


def test_truth_values_have_a_place_in_the_plane():
    points = np.array([[False, False], [False, True], [True, False], [True, True]])
    plot_decision_boundary(lambda grid: grid[:, :1] * grid[:, 1:], points, [0, 1, 1, 0])

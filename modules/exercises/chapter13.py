"""Exercises of chapter 13, datasets: scaling to limits, shifting pictures, weights for rare classes."""

import numpy as np

from modules.exercises.exercise import Exercise


def scale_like(training, others):
    """The columns of others, scaled so that those of training span -1 to 1; 0 where training never changes."""
    low, high = training.min(axis=0).astype(float), training.max(axis=0)
    scaled, varies = np.zeros(others.shape), high > low
    scaled[:, varies] = 2 * ((others - low)[:, varies] / (high - low)[varies]) - 1
    return scaled


def scale_cases(rng):
    def draw(samples, others, features):
        units = 10.0 ** rng.integers(-2, 3, features)
        return units * rng.normal(3, 1, (samples, features)), units * rng.normal(3, 2, (others, features))

    constant, others = draw(5, 4, 3)
    constant[:, 1] = 7.0
    pixels = np.array([[10, 120, 90], [130, 200, 215], [70, 160, 170]], dtype=np.uint8)
    new_pixels = np.array([[40, 100, 200], [137, 210, 215]], dtype=np.uint8)
    return {
        "features in different units": draw(6, 4, 3),
        "a single new sample": draw(5, 1, 2),
        "as many features as samples": draw(3, 3, 3),
        "the training data themselves": (constant[:, [0, 2]], constant[:, [0, 2]].copy()),
        "a column that never changes": (constant, others),
        "pixels of type uint8, in which 3 - 5 is 254": (pixels, new_pixels),
    }


def scale_with(low_of, high_of, stretch=2, move=-1):
    """Scaling with limits taken differently, each from (training, others), in the data's own type."""
    def scale(training, others):
        low, high = low_of(training, others), high_of(training, others)
        span = np.broadcast_to(high - low, training.shape[1:])
        scaled = stretch * (others - low) / np.where(span == 0, 1, span) + move
        return np.where(span == 0, 0, scaled)

    return scale


def lowest(training, others):
    return training.min(axis=0)


def highest(training, others):
    return training.max(axis=0)


def standardise(training, others):
    deviation = training.std(axis=0)
    return (others - training.mean(axis=0)) / np.where(deviation == 0, 1, deviation)


def where_constant(training, others, value):
    """The right columns, and `value` where training never changes."""
    return np.where(np.ptp(training, axis=0) == 0, value, scale_with(lowest, highest)(training, others))


scale_like = Exercise(
    scale_like,
    scale_cases,
    hint="From 0 to 1 first: subtract the training data's smallest value, divide by its span. Then stretch and move.",
    mistakes={
        "The limits are those of `others`: new data are scaled with the limits of the training data.":
            scale_with(lambda training, others: others.min(axis=0), lambda training, others: others.max(axis=0)),
        "The limits are those of both arrays together: then the new data have taken part in the training.":
            scale_with(lambda training, others: np.minimum(training.min(axis=0), others.min(axis=0)),
                       lambda training, others: np.maximum(training.max(axis=0), others.max(axis=0))),
        "All columns share one pair of limits: each feature has a unit, and so limits, of its own.":
            scale_with(lambda training, others: training.min(), lambda training, others: training.max()),
        "This goes from 0 to 1: stretch it to twice the length, and move it down by 1.":
            scale_with(lowest, highest, stretch=1, move=0),
        "A column that never changes divides by 0: there the scaled value should be 0.":
            lambda training, others: 2 * (others - training.min(axis=0)) / np.ptp(training, axis=0) - 1,
        "This standardises, with mean and deviation: scale to the limits -1 and 1.":
            standardise,
        "Values outside the limits are cut off: new data may lie beyond -1 and 1, and should stay there.":
            lambda training, others: np.clip(scale_with(lowest, highest)(training, others), -1, 1),
        "The step down by 1 is missing: this goes from 0 to 2.":
            scale_with(lowest, highest, move=0),
        "This goes from -1 to 0: stretch it to twice the length before moving it.":
            scale_with(lowest, highest, stretch=1),
        "A span of 0 was replaced, but where training never changes the result should be 0: set it yourself.":
            lambda training, others: where_constant(training, others, 2 * (others - training.min(axis=0)) - 1),
        "A column that never changes is left as it is: set it to 0.":
            lambda training, others: where_constant(training, others, others),
        "np.nan_to_num turns nan into 0, but infinity into a huge number: set the column itself to 0.":
            lambda training, others:
                np.nan_to_num(2 * (others - training.min(axis=0)) / np.ptp(training, axis=0) - 1),
        "One column that never changes makes all columns 0: decide for each column.":
            lambda training, others:
                scale_with(lowest, highest)(training, others) * np.all(np.ptp(training, axis=0) > 0),
        "This is `training`, scaled: return `others`, on the scale of `training`.":
            lambda training, others: scale_like.reference(training, training),
        "Pixels of type uint8 wrap round below 0 and above 255: turn them into floats before you subtract.":
            scale_with(lowest, highest),
        "np.zeros_like takes on the type of its argument, and whole numbers cut the decimals off: use np.zeros.":
            lambda training, others: scale_like.reference(training, others).astype(others.dtype),
    },
)


def shift_pictures(pictures, down, right):
    """The pictures moved by whole pixels, up or left where negative; black, 0, comes in at the edges."""
    _, height, width = pictures.shape
    margin = max(abs(down), abs(right))
    framed = np.pad(pictures, ((0, 0), (margin, margin), (margin, margin)))
    top, left = margin - down, margin - right
    return framed[:, top:top + height, left:left + width]


def shift_cases(rng):
    def draw(samples, height, width, down, right):
        return rng.integers(1, 256, (samples, height, width)), down, right

    return {
        "down and to the right": draw(3, 5, 6, 2, 1),
        "up and to the left": draw(2, 6, 5, -1, -3),
        "down alone": draw(2, 4, 4, 3, 0),
        "to the left alone": draw(1, 4, 5, 0, -2),
        "up and to the right": draw(2, 5, 5, -2, 1),
        "no shift at all": draw(2, 3, 4, 0, 0),
    }


def rolled(pictures, down, right):
    return np.roll(pictures, (down, right), axis=(1, 2))


def keeps_edges(pictures, down, right):
    """What moves in is the edge, repeated."""
    rows = np.clip(np.arange(pictures.shape[1]) - down, 0, pictures.shape[1] - 1)
    columns = np.clip(np.arange(pictures.shape[2]) - right, 0, pictures.shape[2] - 1)
    return pictures[:, rows][:, :, columns]


def only_positive(pictures, down, right):
    return shift_pictures.reference(pictures, max(down, 0), max(right, 0))


def onto_a_copy(pictures, down, right):
    covered = shift_pictures.reference(np.ones_like(pictures), down, right) == 1
    return np.where(covered, shift_pictures.reference(pictures, down, right), pictures)


def negative_numbers(pictures, down, right):
    """Black beyond the last row and column; before the first ones, numbers count from the end."""
    _, height, width = pictures.shape
    rows_inside = np.arange(height)[:, None] - down < height
    return rolled(pictures, down, right) * (rows_inside & (np.arange(width) - right < width))


shift_pictures = Exercise(
    shift_pictures,
    shift_cases,
    hint="Lay a black frame around the pictures, `np.pad`. From where in it do you cut a window of the old size?",
    mistakes={
        "What moves out comes in again on the other side: `np.roll` goes round, but the new edge is black.":
            rolled,
        "The edge is repeated where the picture has moved away: what moves in is black.":
            keeps_edges,
        "The pictures move the other way: down means towards larger row numbers, right towards larger column numbers.":
            lambda pictures, down, right: shift_pictures.reference(pictures, -down, -right),
        "Down and right have changed places: axis 1 counts the rows, axis 2 the columns.":
            lambda pictures, down, right: shift_pictures.reference(pictures, right, down),
        "Negative shifts are ignored: they mean up, and to the left.":
            only_positive,
        "Only the rows move: the columns have to go to the right as well.":
            lambda pictures, down, right: shift_pictures.reference(pictures, down, 0),
        "Where the picture has moved away, the old pixels are still there: begin with black, not with a copy.":
            onto_a_copy,
        "A negative row or column number counts from the end: such a pixel lies outside the picture, and is black.":
            negative_numbers,
        "The rows move the other way: down means towards larger row numbers.":
            lambda pictures, down, right: shift_pictures.reference(pictures, -down, right),
    },
)


def class_weights(y, n_classes):
    """A weight for each class: inverse to its number of samples, 0 where it has none; over all samples their mean
    is 1."""
    counts = np.bincount(y, minlength=n_classes)
    weights, present = np.zeros(n_classes), counts > 0
    weights[present] = len(y) / (np.sum(present) * counts[present])
    return weights


def weight_cases(rng):
    def draw(*counts):
        return rng.permutation(np.repeat(np.arange(len(counts)), counts)), len(counts)

    return {
        "one class rare": draw(90, 10),
        "three classes": draw(20, 5, 12),
        "classes of equal size": draw(7, 7, 7, 7),
        "a class without samples": draw(6, 0, 2),
        "a class with one sample": draw(6, 1),
        "a last class without samples": draw(3, 9, 0),
        "a single class": draw(5),
    }


def counts_of(y, n_classes):
    return np.bincount(y, minlength=n_classes)


def of_sum_one(y, n_classes):
    weights = class_weights.reference(y, n_classes)
    return weights / np.sum(weights)


class_weights = Exercise(
    class_weights,
    weight_cases,
    hint="If class k has N_k samples of weight w_k, its share is N_k * w_k. All shares are equal and sum to N.",
    mistakes={
        "The weights grow with the class: it is the rare samples that must count more.":
            lambda y, n_classes: counts_of(y, n_classes) / len(y),
        "These are the right proportions, but all samples together must keep the weight N.":
            lambda y, n_classes: np.where(counts_of(y, n_classes) > 0, 1 / np.maximum(counts_of(y, n_classes), 1), 0),
        "Each class now has the weight of all samples: share N out among the classes.":
            lambda y, n_classes:
                np.where(counts_of(y, n_classes) > 0, len(y) / np.maximum(counts_of(y, n_classes), 1), 0),
        "Classes without samples get a share of N, which nobody can use: share it out among those that occur.":
            lambda y, n_classes: np.where(counts_of(y, n_classes) > 0,
                                          len(y) / (n_classes * np.maximum(counts_of(y, n_classes), 1)), 0),
        "A class without samples divides by 0: its weight should be 0.":
            lambda y, n_classes: len(y) / (np.count_nonzero(counts_of(y, n_classes)) * counts_of(y, n_classes)),
        "There is a weight for each sample here: return one for each class.":
            lambda y, n_classes: class_weights.reference(y, n_classes)[y],
        "The weights of the classes sum to N: those of all samples should, each with the weight of its class.":
            lambda y, n_classes: of_sum_one(y, n_classes) * len(y),
        "The weights of the classes sum to 1: those of all samples should sum to N.": of_sum_one,
        "A class without samples is treated as if it had one: its weight should be 0.":
            lambda y, n_classes: len(y) / (np.count_nonzero(counts_of(y, n_classes))
                                           * np.maximum(counts_of(y, n_classes), 1)),
        "The weights were written into an array of integers, which cuts off the decimals.":
            lambda y, n_classes: np.floor(class_weights.reference(y, n_classes)),
        "Classes without samples are missing: np.bincount takes `minlength`.":
            lambda y, n_classes: class_weights.reference(y, n_classes)[counts_of(y, n_classes) > 0],
        "These are the counts: a weight is inverse to them.":
            counts_of,
        "One minus the share of the class is not inverse to its number of samples: divide.":
            lambda y, n_classes:
                np.where(counts_of(y, n_classes) > 0, 1 - counts_of(y, n_classes) / len(y), 0),
    },
)

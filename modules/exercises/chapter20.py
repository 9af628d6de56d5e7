"""Exercises of chapter 20, evaluation: the sizes of all batches, a root mean squared error over batches."""

import numpy as np

from modules.exercises.exercise import Exercise


def batch_sizes(samples, batch_size):
    """Samples in each batch: full batches, then what is left over, if anything is."""
    sizes = []
    for start in range(0, samples, batch_size):
        sizes.append(min(batch_size, samples - start))
    return np.array(sizes)


def size_cases(rng):
    full, size = int(rng.integers(2, 6)), int(rng.integers(5, 20))
    left = int(rng.integers(2, size))
    return {
        "a smaller last batch": (full * size + left, size),
        "a last batch of one sample": (full * size + 1, size),
        "a last batch that is nearly full": ((full + 1) * size - 1, size),
        "batches that are all full": (full * size, size),
        "a single batch, not full": (left, size),
        "a single full batch": (size, size),
        "batches of one sample": (full, 1),
    }


def full_batches(samples, batch_size):
    return np.full(samples // batch_size, batch_size)


batch_sizes = Exercise(
    batch_sizes,
    size_cases,
    hint="Each batch begins where the one before ended: how many samples are left from there on?",
    whole=True,
    mistakes={
        "The last batch is lost: what is left over after the full batches counts as well.":
            full_batches,
        "All batches are taken to be full: the last one has only what is left over.":
            lambda samples, batch_size: np.full(-(-samples // batch_size), batch_size),
        "There is an empty batch at the end when the samples divide evenly: leave it out.":
            lambda samples, batch_size: np.append(full_batches(samples, batch_size), samples % batch_size),
        "These are the places where the batches begin: how many samples lie between one and the next?":
            lambda samples, batch_size: np.arange(0, samples, batch_size),
        "This is the number of batches: give the size of each.":
            lambda samples, batch_size: -(-samples // batch_size),
        "The samples are shared out evenly: full batches come first, and the last takes what is left.":
            lambda samples, batch_size:
                np.array([len(part) for part in np.array_split(np.arange(samples), -(-samples // batch_size))]),
        "This is what is still left at each start: a batch takes at most `batch_size` of it.":
            lambda samples, batch_size: samples - np.arange(0, samples, batch_size),
        "These are the places where the batches end: how many samples lie between one and the next?":
            lambda samples, batch_size: np.minimum(np.arange(0, samples, batch_size) + batch_size, samples),
        "The sizes are right, but the small batch should come last.":
            lambda samples, batch_size: batch_sizes.reference(samples, batch_size)[::-1],
    },
)


def accumulated_rmse(roots, sizes):
    """Root mean squared error over all samples, from that of each batch and the batches' sizes."""
    return np.sqrt(np.sum(sizes * roots**2) / np.sum(sizes))


def root_cases(rng):
    def draw(batches, size, last):
        sizes = np.full(batches, size)
        sizes[-1] = last
        return rng.uniform(0.2, 3.0, batches), sizes

    return {
        "a smaller last batch": draw(5, 32, 7),
        "a last batch of one sample": draw(4, 10, 1),
        "a single batch": draw(1, 9, 9),
        "batches of one size": draw(6, 16, 16),
        "a perfect first batch": (np.array([0.0, 2.0, 1.5]), np.array([8, 8, 3])),
    }


accumulated_rmse = Exercise(
    accumulated_rmse,
    root_cases,
    hint="A root cannot be added up. What can: from the root of a batch, find the sum of its squared errors.",
    mistakes={
        "This is the mean of the batches' roots: go back to sums of squares, add those, and take one root at the end.":
            lambda roots, sizes: np.mean(roots),
        "The sizes are right, but the roots are averaged: a mean of roots is not the root of the mean.":
            lambda roots, sizes: np.sum(sizes * roots) / np.sum(sizes),
        "The squares are averaged over the batches: a sample of the small last batch counts more than others.":
            lambda roots, sizes: np.sqrt(np.mean(roots**2)),
        "This is the mean squared error: take its root.":
            lambda roots, sizes: np.sum(sizes * roots**2) / np.sum(sizes),
        "Divided by the number of batches: divide the squared errors by the number of samples.":
            lambda roots, sizes: np.sqrt(np.sum(sizes * roots**2) / len(sizes)),
        "The sum of the squared errors is not divided: a mean needs the number of samples.":
            lambda roots, sizes: np.sqrt(np.sum(sizes * roots**2)),
        "The roots are treated as mean squared errors: square them first.":
            lambda roots, sizes: np.sqrt(np.sum(sizes * roots) / np.sum(sizes)),
        "The sizes are squared too: a sample counts once.":
            lambda roots, sizes: np.sqrt(np.sum((sizes * roots) ** 2) / np.sum(sizes)),
        "The root is taken before the division: take the root of the mean.":
            lambda roots, sizes: np.sqrt(np.sum(sizes * roots**2)) / np.sum(sizes),
        "The sum is overwritten: only the last batch is left in it.":
            lambda roots, sizes: np.sqrt(sizes[-1] * roots[-1] ** 2 / np.sum(sizes)),
    },
)

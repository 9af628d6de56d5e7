"""Exercises of chapter 6, random search: the best so far, and a path of tweaks kept or reverted."""

import numpy as np

from modules.exercises.exercise import Exercise


def best_so_far(losses):
    """The lowest loss up to each try: entry t is the smallest of the first t + 1 losses."""
    lowest = np.array(losses)
    for t in range(1, len(lowest)):
        lowest[t] = min(lowest[t - 1], losses[t])
    return lowest


def loss_cases(rng):
    return {
        "twelve tries": (rng.uniform(0, 2, 12),),
        "a single try": (rng.uniform(0, 2, 1),),
        "losses that only rise": (np.sort(rng.uniform(0, 2, 6)),),
        "losses that only fall": (np.sort(rng.uniform(0, 2, 6))[::-1],),
        "losses below 0": (rng.uniform(-2, -1, 7),),
        "losses above 100": (rng.uniform(100, 200, 7),),
    }


def last_pair(losses):
    return np.array([losses[0], *np.minimum(losses[1:], losses[:-1])])


best_so_far = Exercise(
    best_so_far,
    loss_cases,
    hint="Go through the losses once, and carry the lowest one you have met along.",
    mistakes={
        "This is the lowest of all losses: return a row of numbers, the lowest after each try.":
            lambda losses: np.min(losses),
        "The lowest of all losses stands everywhere, but before it was found nobody knew it.":
            lambda losses: np.full(len(losses), np.min(losses)),
        "This keeps the highest loss so far: we want the lowest.":
            lambda losses: np.maximum.accumulate(losses),
        "Each try is compared only with the one just before it: compare it with the best of all before.":
            last_pair,
        "The losses come back as they were: a try that is worse than the best must not show.":
            lambda losses: np.array(losses),
        "The best so far is sought from the end: begin with the first try.":
            lambda losses: np.minimum.accumulate(losses[::-1])[::-1],
        "Sorting brings later tries forward: keep the order of the tries.":
            lambda losses: np.sort(losses)[::-1],
        "The lowest loss begins at 0, and no positive loss lies below that: begin with the first loss.":
            lambda losses: np.minimum.accumulate(np.minimum(losses, 0)),
        "This is the lowest loss before each try: the try itself counts too.":
            lambda losses: np.minimum.accumulate(np.concatenate([losses[:1], losses[:-1]])),
        "The first try is missing: the lowest loss after it is the first loss itself.":
            lambda losses: np.minimum.accumulate(losses)[1:],
        "Only the improvements are kept: a try without one repeats the lowest loss.":
            lambda losses: np.unique(np.minimum.accumulate(losses))[::-1],
    },
)


def tweak_path(loss, start, tweaks):
    """The points where we stand, `(len(tweaks) + 1, parameters)`: the start, then one for each try.

    Try t adds `tweaks[t]` to the point; the move is kept if it lowers the loss, and reverted otherwise.
    """
    point = start
    path = [point]
    for tweak in tweaks:
        if loss(point + tweak) < loss(point):
            point = point + tweak
        path.append(point)
    return np.array(path)


def bowl(point):
    """The sum of squares: lowest, 0, where all parameters are 0."""
    return float(np.sum(point ** 2))


def valley(point):
    """A narrow valley along the line where all parameters are equal to the first."""
    return float(0.1 * point[0] ** 2 + 5 * np.sum((point[1:] - point[0]) ** 2))


def plateau(point):
    """Flat: the same loss everywhere."""
    return 1.0


def path_cases(rng):
    return {
        "a bowl": (bowl, np.array([2.0, -1.5]), 0.5 * rng.normal(size=(25, 2))),
        "a narrow valley": (valley, np.array([3.0, 1.0]), 0.5 * rng.normal(size=(25, 2))),
        "five parameters": (bowl, rng.normal(size=5) + 2, 0.5 * rng.normal(size=(20, 5))),
        "a start at the bottom": (bowl, np.zeros(3), rng.normal(size=(6, 3))),
        "a plateau": (plateau, rng.normal(size=2), rng.normal(size=(6, 2))),
        "no tries at all": (bowl, rng.normal(size=2), np.zeros((0, 2))),
    }


def walk(next_point):
    """A path of tweaks with its own idea of where a try leads: next_point(loss, start, point, tweak)."""
    def path(loss, start, tweaks):
        points = [start]
        for tweak in tweaks:
            points.append(next_point(loss, start, points[-1], tweak))
        return np.array(points)

    return path


def keeping(accept):
    """A path with its own idea of when to keep a tweak: accept(loss, start, point, candidate)."""
    return walk(lambda loss, start, point, tweak:
                point + tweak if accept(loss, start, point, point + tweak) else point)


def candidates(loss, start, tweaks):
    path = tweak_path.reference(loss, start, tweaks)
    return np.concatenate([path[:1], path[:-1] + tweaks])


def only_kept(loss, start, tweaks):
    path = tweak_path.reference(loss, start, tweaks)
    moved = np.any(np.diff(path, axis=0) != 0, axis=1)
    return path[np.concatenate([[True], moved])]


tweak_path = Exercise(
    tweak_path,
    path_cases,
    hint="Keep one point. For each tweak ask: is the loss lower there than here? Then move; and note where you stand.",
    mistakes={
        "Every tweak is kept: a move that does not lower the loss must be reverted.":
            keeping(lambda loss, start, point, candidate: True),
        "The moves that raise the loss are kept: turn the comparison round.":
            keeping(lambda loss, start, point, candidate: loss(candidate) > loss(point)),
        "A tweak that leaves the loss equal is kept: keep only what lowers it.":
            keeping(lambda loss, start, point, candidate: loss(candidate) <= loss(point)),
        "Each try is compared with the loss at the start: compare with the loss where you stand now.":
            keeping(lambda loss, start, point, candidate: loss(candidate) < loss(start)),
        "A failed try leads back to the start: go back to where you stood before the try, no further.":
            walk(lambda loss, start, point, tweak:
                 point + tweak if loss(point + tweak) < loss(point) else start),
        "The path holds the points that were tried, even the reverted ones: note where you stand after each try.":
            candidates,
        "The reverted tries are missing: the path has a point for each try, the same one again if nothing was kept.":
            only_kept,
        "The start is missing: the path begins with it, and has one point more than there are tweaks.":
            lambda loss, start, tweaks: tweak_path.reference(loss, start, tweaks)[1:],
        "This is only where the path ends: return all its points.":
            lambda loss, start, tweaks: tweak_path.reference(loss, start, tweaks)[-1],
        "All points of the path are its end: the same array was appended each time. Append a copy, or a new array.":
            lambda loss, start, tweaks: np.tile(tweak_path.reference(loss, start, tweaks)[-1], (len(tweaks) + 1, 1)),
        "Each tweak is added to the start: add it to the point where you stand.":
            walk(lambda loss, start, point, tweak:
                 start + tweak if loss(start + tweak) < loss(point) else point),
        "A failed try goes the other way: it is reverted, and we stay where we were.":
            walk(lambda loss, start, point, tweak:
                 point + tweak if loss(point + tweak) < loss(point) else point - tweak),
        "These are the losses along the path: return the points.":
            lambda loss, start, tweaks:
                np.array([loss(point) for point in tweak_path.reference(loss, start, tweaks)]),
    },
)

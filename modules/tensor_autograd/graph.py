"""The graph behind the tensors: when it is recorded, and the backward pass through it."""

from contextlib import contextmanager
from contextvars import ContextVar
from heapq import heappop, heappush

import numpy as np

_recording = ContextVar("recording", default=True)


def is_recording():
    """False inside `with no_grad():`."""
    return _recording.get()


@contextmanager
def no_grad():
    """Within `with no_grad():` results are plain values: no graph is kept, so there is nothing to go back through."""
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)


def first_gradient(root, gradient=None):
    """The gradient that `root` starts with: 1 for a single number, else what the caller gives."""
    if not root.requires_grad:
        raise RuntimeError("backward() has nowhere to go: no tensor in this computation was created with "
                           "requires_grad=True, or it was computed inside no_grad() or from detach().")
    if gradient is None and root.size != 1:
        raise ValueError(f"backward() starts from a single number, but this tensor has shape {root.shape}. "
                         f"Reduce it, for example with .mean(), or give backward() a gradient of that shape.")
    return np.array(1, root.dtype, ndmin=root.ndim) if gradient is None else gradient_of(root, gradient)


def gradient_of(tensor, given):
    """A copy of the gradient that the caller gives for a tensor, which must have the tensor's shape."""
    gradient = np.array(given, dtype=tensor.dtype)
    if gradient.shape != tensor.shape:
        raise ValueError(f"a gradient of shape {gradient.shape} does not fit a tensor of shape {tensor.shape}: "
                         f"the two shapes must be equal.")
    return gradient


def propagate(root, gradient):
    """Chain rule over the whole graph, from `root`'s gradient back to the leaves, always the newest node next.

    A node is created after its parents, so the order of creation, backwards, is a topological order: when a
    node is the newest one waiting, everything computed from it has already sent its gradient. No recursion,
    so a graph may be as deep as it likes.
    """
    if not root.parents:
        root.accumulate(gradient)
        return
    # A deep copy has the creation number of its original; the id decides then, since nodes cannot be compared.
    gradients, waiting = {root: gradient}, [(-root.created, id(root), root)]
    while waiting:
        *_, node = heappop(waiting)
        node.gradient = gradient = gradients.pop(node)
        for number, parent in enumerate(node.parents):
            if parent.requires_grad:
                contribution = fit(node.derivatives[number].backward(gradient), parent.data, gradient)
                if not parent.parents:
                    parent.accumulate(contribution)
                elif parent in gradients:
                    gradients[parent] += contribution
                else:
                    gradients[parent] = contribution
                    heappush(waiting, (-parent.created, id(parent), parent))


def fit(contribution, operand, gradient):
    """The contribution in the shape and dtype of its operand, in memory that no other gradient uses.

    A view (of a reshape, say) or `gradient` itself is copied, because sums are later formed in place.
    """
    contribution = np.asarray(contribution)
    if contribution.shape != operand.shape:
        contribution = np.asarray(sum_to_shape(contribution, operand.shape))
    if contribution is gradient or contribution.base is not None or contribution.dtype != operand.dtype:
        return np.array(contribution, dtype=operand.dtype)
    return contribution


def sum_to_shape(gradient, shape):
    """Undoes broadcasting: an element that was used many times receives the sum of all its gradients."""
    for _ in range(gradient.ndim - len(shape)):
        gradient = np.add.reduce(gradient, axis=0)
    if gradient.shape != shape:
        stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
        gradient = np.add.reduce(gradient, axis=stretched, keepdims=True)
    return gradient

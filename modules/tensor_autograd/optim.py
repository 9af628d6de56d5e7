"""Optimizers with PyTorch's names: they change parameters in place, by the gradients that `backward` left."""

from math import hypot, inf, sqrt

import numpy as np


class Optimizer:
    """Holds the parameters and a scratch array for each, so that a step makes no new arrays.

    Raises TypeError or ValueError unless it is given parameters; `step` raises RuntimeError before `backward`.
    """

    def __init__(self, parameters, lr):
        try:
            self.parameters = list(parameters)
        except TypeError:
            raise TypeError(f"{type(self).__name__} takes parameters: hand it model.parameters().") from None
        if any(getattr(parameter, "parents", True) for parameter in self.parameters):
            raise TypeError(f"{type(self).__name__} takes parameters: hand it model.parameters(), or [tensor] for one. "
                            f"A result of a computation, w say, becomes one by Tensor(w.data, requires_grad=True).")
        self.lr = lr
        self.scratch = self.memory()
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} was given no parameters; hand it model.parameters().")

    def memory(self):
        """An array of zeros like each parameter."""
        return [np.zeros_like(parameter.data) for parameter in self.parameters]

    def zero_grad(self):
        """Forgets all gradients; the next backward pass starts afresh."""
        for parameter in self.parameters:
            parameter.gradient = None

    def with_gradients(self, *memories):
        """(parameter, scratch, ...) for every parameter that has a gradient."""
        together = zip(self.parameters, self.scratch, *memories, strict=True)
        ready = [each for each in together if each[0].gradient is not None]
        if not ready:
            raise RuntimeError("step() found no gradient: call backward() on the loss first.")
        return ready


class SGD(Optimizer):
    """parameter -= lr * velocity, where velocity = momentum * velocity + gradient. (Chapter 10, in PyTorch's form.)

    With `max_norm` all gradients are scaled down together if the vector that they form is longer than that,
    as by PyTorch's `clip_grad_norm_`, which adds 1e-6 to the length that it divides by; `grad` itself is left as it is.
    """

    def __init__(self, parameters, lr=0.01, momentum=0.0, max_norm=None):
        super().__init__(parameters, lr)
        self.momentum = momentum
        self.max_norm = max_norm
        self.velocities = self.memory()

    def step(self):
        ready = self.with_gradients(self.velocities)
        scale = self.clip_factor(ready)
        length = self.lr * scale
        for parameter, scratch, velocity in ready:
            if self.momentum:
                velocity *= self.momentum
                velocity += np.multiply(parameter.gradient, scale, out=scratch)
                parameter.data -= np.multiply(velocity, self.lr, out=scratch)
            else:
                parameter.data -= np.multiply(parameter.gradient, length, out=scratch)

    def clip_factor(self, ready):
        """1, or the number below 1 that brings the gradients' common norm down to `max_norm` (or a hair below it)."""
        if self.max_norm is None:
            return 1.0
        norm = sqrt(sum(float(np.vdot(parameter.gradient, parameter.gradient)) for parameter, *_ in ready))
        if norm == inf:  # squares may be too large for their dtype, in float32 from 1.8e19 on; hypot avoids them
            norm = hypot(*np.concatenate([parameter.gradient.ravel() for parameter, *_ in ready]))
        return min(1.0, self.max_norm / (norm + 1e-6))


class Adam(Optimizer):
    """parameter -= lr * m / (sqrt(v) + eps), with running means m of the gradient and v of its square.

    Both means are corrected for their start at 0 (Kingma and Ba, 2015), by the steps that the parameter itself has
    taken: one whose first gradient comes late starts like the others. `eps` is PyTorch's 1e-8, the book's is 1e-7.
    """

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        self.betas = betas
        self.eps = eps
        self.momentums = self.memory()
        self.squares = self.memory()
        self.counts = [np.zeros(()) for _ in self.parameters]

    def step(self):
        """The memories hold m / (1 - beta1) and v / (1 - beta2), which saves two passes over every array; the
        factors move into the step length and into eps."""
        beta1, beta2 = self.betas
        ready = self.with_gradients(self.momentums, self.squares, self.counts)
        for parameter, scratch, momentum, squared, count in ready:
            count += 1
            steps = float(count)
            root = sqrt((1 - beta2) / (1 - beta2 ** steps))
            length = self.lr * (1 - beta1) / (1 - beta1 ** steps) / root
            momentum *= beta1
            momentum += parameter.gradient
            squared *= beta2
            squared += np.multiply(parameter.gradient, parameter.gradient, out=scratch)
            np.sqrt(squared, out=scratch)
            scratch += self.eps / root
            np.divide(momentum, scratch, out=scratch)
            scratch *= length
            parameter.data -= scratch

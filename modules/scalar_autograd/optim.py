"""Optimizers: they know a list of Values with gradients, and nothing of the network they belong to."""

import math


class Optimizer:
    """Keeps the parameters, a list of Values; a subclass says in `step` how they move."""

    def __init__(self, parameters, learning_rate):
        try:
            self.parameters = list(parameters)
        except TypeError:
            raise TypeError(f"{type(self).__name__} takes parameters: hand it model.parameters().") from None
        self.learning_rate = learning_rate
        if not self.parameters:
            raise ValueError("The optimizer was given no parameters. Pass model.parameters().")

    def zero_grad(self):
        """Reset the gradients, which `backward` would otherwise add to."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def step(self):
        """Change every parameter's `data` once, by its `grad`."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to take a step.")


class SGD(Optimizer):
    """Gradient descent: w ← w - learning_rate · gradient (chapter 10)."""

    def __init__(self, parameters, learning_rate=1.0):
        super().__init__(parameters, learning_rate)

    def step(self):
        for parameter in self.parameters:
            parameter.data -= self.learning_rate * parameter.grad


class SGDMomentum(Optimizer):
    """Gradient descent with a memory: v ← momentum · v - learning_rate · gradient, w ← w + v (chapter 10)."""

    def __init__(self, parameters, learning_rate=1.0, momentum=0.9):
        super().__init__(parameters, learning_rate)
        self.momentum = momentum
        self.velocities = [0.0] * len(self.parameters)

    def step(self):
        for position, parameter in enumerate(self.parameters):
            velocity = self.momentum * self.velocities[position] - self.learning_rate * parameter.grad
            self.velocities[position] = velocity
            parameter.data += velocity


class Adam(Optimizer):
    """m ← β₁m + (1-β₁)g, c ← β₂c + (1-β₂)g², w ← w - learning_rate · m̂ / (√ĉ + epsilon).

    m̂ = m / (1 - β₁ᵗ) and ĉ = c / (1 - β₂ᵗ) undo the start at zero (chapter 10; Kingma and Ba 2015).
    """

    def __init__(self, parameters, learning_rate=0.001, epsilon=1e-7, beta_1=0.9, beta_2=0.999):
        super().__init__(parameters, learning_rate)
        self.epsilon = epsilon
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.momentums = [0.0] * len(self.parameters)
        self.caches = [0.0] * len(self.parameters)
        self.iterations = 0

    def step(self):
        self.iterations += 1
        momentum_correction = 1 - self.beta_1 ** self.iterations
        cache_correction = 1 - self.beta_2 ** self.iterations
        for position, parameter in enumerate(self.parameters):
            gradient = parameter.grad
            momentum = self.beta_1 * self.momentums[position] + (1 - self.beta_1) * gradient
            cache = self.beta_2 * self.caches[position] + (1 - self.beta_2) * gradient * gradient
            self.momentums[position], self.caches[position] = momentum, cache
            root = math.sqrt(cache / cache_correction)
            parameter.data -= self.learning_rate * (momentum / momentum_correction) / (root + self.epsilon)

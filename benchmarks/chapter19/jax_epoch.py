"""The chapter-19 work with JAX: the whole epoch, its steps and Adam included, is one compiled function."""

import common
import jax
import jax.numpy as jnp
from jax import lax


def mean_loss(parameters, X, y):
    for weights, biases in parameters[:-1]:
        X = jax.nn.relu(X @ weights + biases)
    scores = X @ parameters[-1][0] + parameters[-1][1]
    return -jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], axis=1).mean()


def train_step(state, X, y):
    """One step of Adam; the state is (parameters, momentums, caches, steps so far)."""
    parameters, momentums, caches, step = state
    gradients = jax.grad(mean_loss)(parameters, X, y)
    momentums = jax.tree.map(lambda m, g: common.BETA_1 * m + (1 - common.BETA_1) * g, momentums, gradients)
    caches = jax.tree.map(lambda c, g: common.BETA_2 * c + (1 - common.BETA_2) * g * g, caches, gradients)
    scale_1, scale_2 = 1 - common.BETA_1 ** (step + 1), 1 - common.BETA_2 ** (step + 1)
    rate = common.learning_rate(step)
    parameters = jax.tree.map(lambda p, m, c: p - rate * (m / scale_1) / (jnp.sqrt(c / scale_2) + common.EPSILON),
                              parameters, momentums, caches)
    return parameters, momentums, caches, step + 1


@jax.jit
def train_epoch(state, X, y):
    whole = len(X) // common.BATCH

    def step(index, state):
        batch = [lax.dynamic_slice_in_dim(array, index * common.BATCH, common.BATCH) for array in (X, y)]
        return train_step(state, *batch)

    state = lax.fori_loop(0, whole, step, state)
    return train_step(state, X[whole * common.BATCH:], y[whole * common.BATCH:]) if len(X) % common.BATCH else state


def main():
    arguments = common.parse_arguments()
    X, y = map(jnp.asarray, common.load(arguments))
    parameters = jax.tree.map(jnp.asarray, common.first_parameters())
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = parameters, zeros, zeros, jnp.asarray(0)

    def train(epochs):
        nonlocal state
        for _ in range(epochs):
            state = train_epoch(state, X, y)
        jax.block_until_ready(state)

    common.measure_training(arguments, train, lambda: state[0])


if __name__ == "__main__":
    main()

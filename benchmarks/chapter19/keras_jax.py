"""The chapter-19 work with Keras, its arithmetic done by JAX."""

import os

import common

os.environ["KERAS_BACKEND"] = "jax"

import keras  # noqa: E402


def main():
    arguments = common.parse_arguments()
    X, y = common.load(arguments)
    layers = [keras.layers.Dense(neurons, activation="relu") for neurons in common.SIZES[1:-1]]
    model = keras.Sequential([keras.Input(common.SIZES[:1]), *layers, keras.layers.Dense(common.SIZES[-1])])
    model.set_weights([array for pair in common.first_parameters() for array in pair])
    rate = keras.optimizers.schedules.InverseTimeDecay(common.LEARNING_RATE, decay_steps=1, decay_rate=common.DECAY)
    model.compile(keras.optimizers.Adam(rate, beta_1=common.BETA_1, beta_2=common.BETA_2, epsilon=common.EPSILON),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def train(epochs):
        model.fit(X, y, batch_size=common.BATCH, epochs=epochs, shuffle=False, verbose=0)

    def parameters():
        weights = model.get_weights()
        return list(zip(weights[::2], weights[1::2], strict=True))

    common.measure_training(arguments, train, parameters)


if __name__ == "__main__":
    main()

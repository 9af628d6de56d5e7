"""Chapter 27: what is left of a gradient after many steps, pictures read row by row, and a story by characters."""

import numpy as np

from modules import Activation_Softmax, Layer_Dense, Layer_LSTM, Optimizer_Adam
from modules.data.story import STORY
from modules.datasets import load_fashion_mnist, scale_pictures
from modules.train_fashion_mnist import assemble

NEURONS, STEPS, BACK = 32, 60, 30


def _sequences(seed):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(16, STEPS, 8)), generator.normal(size=(16, NEURONS))


def _plain(seed, scale):
    """What is left of the gradient 30 steps back in h = tanh(x Wx + h Wh)."""
    X, dh = _sequences(seed)
    generator = np.random.default_rng([seed, 1])
    input_weights = generator.normal(size=(8, NEURONS)) / np.sqrt(8 + NEURONS)
    recurrent_weights = scale * generator.normal(size=(NEURONS, NEURONS)) / np.sqrt(NEURONS)
    shown = [np.zeros((16, NEURONS))]
    for t in range(STEPS):
        shown.append(np.tanh(X[:, t] @ input_weights + shown[-1] @ recurrent_weights))
    sizes = []
    for h in shown[:0:-1]:
        dz = dh * (1 - h ** 2)
        sizes.append(np.linalg.norm(dz @ input_weights.T))
        dh = dz @ recurrent_weights.T
    return sizes[BACK] / sizes[0]


def plain_gradients_vanish(seed):
    """What is left 30 steps back of the gradient of a plain recurrence whose weights keep the scale."""
    return _plain(seed, 1.0)


def plain_gradients_explode(seed):
    """How many times as large the gradient is 30 steps back, with recurrent weights twice as large."""
    return _plain(seed, 2.0)


def open_gates_keep_gradients(seed):
    """What is left of the gradient 30 steps back in an LSTM whose forget gates have a bias of 3."""
    X, dh = _sequences(seed)
    np.random.seed(seed)
    layer = Layer_LSTM(8, NEURONS)
    layer.biases[:, NEURONS:2 * NEURONS] = 3
    layer.forward(X)
    sizes = np.linalg.norm(layer.backward(dh), axis=(0, 2))[::-1]
    return sizes[BACK] / sizes[0]


def reads_rows(seed):
    """Test accuracy of 64 neurons that read 4,000 pictures row by row, after five epochs of batches of 32."""
    data = load_fashion_mnist()
    X, X_test = (scale_pictures(pictures).reshape(-1, 28, 28) for pictures in (data.X[:4000], data.X_test[:2000]))
    np.random.seed(seed)
    model = assemble([Layer_LSTM(28, 64), Layer_Dense(64, 10, initial_scale="he"), Activation_Softmax()],
                     Optimizer_Adam(decay=1e-3))
    model.train(X, data.y[:4000], epochs=5, batch_size=32, shuffle=True, print_every=None)
    return np.mean(model.predict(X_test).argmax(axis=1) == data.y_test[:2000])


def story_is_learned(seed):
    """Loss on the last tenth of the story, held out of training, after fifteen epochs; a character at a time."""
    text = " ".join(STORY.lower().split())
    characters = sorted(set(text))
    numbers = np.array([characters.index(character) for character in text])
    windows = np.lib.stride_tricks.sliding_window_view(numbers, 26)
    X, y = np.eye(len(characters), dtype=np.float32)[windows[:, :-1]], windows[:, -1]
    cut = len(X) * 9 // 10
    np.random.seed(seed)
    model = assemble([Layer_LSTM(len(characters), 64), Layer_Dense(64, len(characters), initial_scale="he"),
                      Activation_Softmax()], Optimizer_Adam(learning_rate=0.005))
    history = model.train(X[:cut], y[:cut], epochs=15, batch_size=64, shuffle=True, print_every=None,
                          validation_data=(X[cut + 25:], y[cut + 25:]))
    return history.validation_loss[-1]

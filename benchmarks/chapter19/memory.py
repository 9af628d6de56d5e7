"""Peak memory of a training run as a reader would write it: `memory.py DATA SAMPLES`.

Nothing else is in the process. The scripts that measure speed, with their options, common first weights and a test at
the end, hold memory of their own.
"""

import sys

import numpy as np
from peak_memory import peak_memory

from modules import (
    Accuracy_Categorical,
    Activation_ReLU,
    Activation_Softmax,
    Layer_Dense,
    Loss_CategoricalCrossentropy,
    Model,
    Optimizer_Adam,
)


def main(folder, samples):
    X = np.fromfile(f"{folder}/X_train", np.float32, 784 * samples).reshape(-1, 784)
    y = np.fromfile(f"{folder}/y_train", np.int64, samples)
    model = Model()
    for layer in (Layer_Dense(784, 128), Activation_ReLU(), Layer_Dense(128, 128), Activation_ReLU(),
                  Layer_Dense(128, 10), Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(decay=1e-3),
              accuracy=Accuracy_Categorical())
    model.finalize()
    model.train(X, y, epochs=2, batch_size=128, print_every=None, progress=False)
    data, peak = (X.nbytes + y.nbytes) / 1e6, peak_memory()
    print(f'{{"data_mb": {data}, "peak_mb": {peak}}}' if peak else "{}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

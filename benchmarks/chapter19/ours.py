"""The chapter-19 work with this project's `modules`, as a reader would write it."""


import common

from modules.accuracy import Accuracy_Categorical
from modules.activation_functions import Activation_ReLU, Activation_Softmax
from modules.layers import Layer_Dense, Layer_Dropout
from modules.losses import Loss_CategoricalCrossentropy
from modules.model import Model
from modules.optimizers import Optimizer_Adam


def make_model(sizes=common.SIZES, dropout=0, l2=0):
    """The network of the chapter, with dropout after each ReLU and L2 regularization in every layer if asked for."""
    model = Model()
    for weights, _ in common.first_parameters(sizes):
        if model.layers:
            model.add(Activation_ReLU())
            if dropout:
                model.add(Layer_Dropout(dropout))
        model.add(Layer_Dense(*weights.shape, weight_regularizer_l2=l2, bias_regularizer_l2=l2))
    model.add(Activation_Softmax())
    model.set(loss=Loss_CategoricalCrossentropy(), accuracy=Accuracy_Categorical(),
              optimizer=Optimizer_Adam(learning_rate=common.LEARNING_RATE, decay=common.DECAY, epsilon=common.EPSILON))
    model.finalize()
    model.set_parameters([(weights, biases.reshape(1, -1)) for weights, biases in common.first_parameters(sizes)])
    return model


def main():
    arguments = common.parse_arguments()
    X, y = common.load(arguments)
    model = make_model()

    def train(epochs):
        model.train(X, y, epochs=epochs, batch_size=common.BATCH, print_every=None, progress=False)

    def parameters():
        return [(weights, biases.ravel()) for weights, biases in model.get_parameters()]

    common.measure_training(arguments, train, parameters)


if __name__ == "__main__":
    main()

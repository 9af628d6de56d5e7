"""Operations that every network repeats: several steps share one node, one result, one gradient.

Same form as `operations.py`: arrays in, the result and one derivative for each operand out.
"""

import numpy as np

from modules.tensor_autograd.operations import Factor, Rule


def linear(inputs, weights, biases):
    """inputs @ weights.T + biases for inputs (..., in_features) and weights (out_features, in_features).

    With a single matrix on the right, `dot` computes what @ does, and takes half to three quarters of its time for
    small products.
    """
    result = inputs.dot(weights.T)
    result += biases

    def backward_weights(gradient):
        return _rows(gradient).T.dot(_rows(inputs))

    return (result, Rule("{1}", lambda gradient: gradient.dot(weights)), Rule("{0}", backward_weights),
            Rule("1", lambda gradient: np.add.reduce(_rows(gradient), axis=0)))


def _rows(array):
    """(..., features) -> (samples, features)"""
    return array if array.ndim == 2 else array.reshape(-1, array.shape[-1])


def mean_squared_error(predictions, targets):
    """mean((predictions - targets)²), a single number."""
    difference = predictions - targets
    if not difference.size:
        raise ValueError("an empty batch has no mean; give at least one sample.")
    scale = 2 / difference.size
    return (np.vdot(difference, difference) / difference.size,
            Factor(lambda: scale * difference), Factor(lambda: -scale * difference))


def log_softmax(x, axis):
    """x - ln(sum of exp(x)) along an axis; the maximum is subtracted first, so that exp cannot overflow."""
    shifted = x - x.max(axis=axis, keepdims=True)
    result = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

    def backward(gradient):
        return gradient - np.exp(result) * gradient.sum(axis=axis, keepdims=True)

    return result, Rule("one-hot - softmax", backward)


def cross_entropy(logits, labels):
    """-mean(ln softmax(logits)[label]) for logits (samples, classes) and labels (samples,).

    Softmax and logarithm together have the gradient (softmax - one-hot) / samples.
    """
    exponentials = logits - logits.max(axis=1, keepdims=True)
    samples = np.arange(len(labels))
    chosen = exponentials[samples, labels]
    np.exp(exponentials, out=exponentials)
    totals = exponentials.sum(axis=1, keepdims=True)

    def backward(gradient):
        dlogits = exponentials / totals
        dlogits[samples, labels] -= 1
        dlogits *= gradient / len(labels)
        return dlogits

    return np.mean(np.log(totals[:, 0]) - chosen), Rule("(softmax - one-hot) / samples", backward)

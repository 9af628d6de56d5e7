"""A layer for sequences: long short-term memory, with backpropagation through time."""

import math

import numpy as np

from modules.checks import batch_shape, check_dvalues, float_dtype, whole_number
from modules.layers import Layer

#: Inside the layer g comes first, g, i, f, o: so the three gates with a sigmoid are neighbours. Outside: i, f, g, o.
INSIDE, OUTSIDE = [2, 0, 1, 3], [1, 2, 0, 3]
#: The order of ONNX, i, o, f, g, taken from the outside one.
ONNX = [0, 3, 1, 2]


class Layer_LSTM(Layer):
    """Long short-term memory: reads a sequence step by step and carries a memory along. (Hochreiter and
    Schmidhuber 1997; the forget gate is by Gers et al. 2000.)

    With x the inputs of a step, h and c what the step before has shown and remembered (both begin at 0), s the
    sigmoid and * element by element, each step computes

        i = s(x @ Wx_i + h @ Wh_i + b_i)        how much of the new to take in
        f = s(x @ Wx_f + h @ Wh_f + b_f)        how much of the old to keep
        g = tanh(x @ Wx_g + h @ Wh_g + b_g)     the new
        o = s(x @ Wx_o + h @ Wh_o + b_o)        how much to show
        c = f * c + i * g                       the memory
        h = o * tanh(c)                         what is shown: the output

    inputs `(samples, steps, n_inputs)`; output `(samples, n_neurons)`, the h of the last step, or with
    return_sequences every h, `(samples, steps, n_neurons)`. Dense layers take one row a sample: for an answer at every
    step, end with such an LSTM whose n_neurons are the answer's numbers.

    The parameters hold the gates side by side in the order i, f, g, o: input_weights Wx `(n_inputs, 4 * n_neurons)`,
    recurrent_weights Wh `(n_neurons, 4 * n_neurons)`, biases `(1, 4 * n_neurons)`. PyTorch's weight_ih and weight_hh
    are their transposes, and its two biases add up to ours.

    peephole: lets the gates see the memory (Gers and Schmidhuber 2000): i and f gain c * p_i and c * p_f with the c
    of the step before, o gains c * p_o with that of its own step; peepholes `(3, n_neurons)` in the order i, f, o.

    Weights begin normal with a standard deviation of 1 / sqrt(n_inputs + n_neurons). The bias of the forget gate
    begins at 1, all others at 0: keep what is there until told otherwise (Jozefowicz et al. 2015).
    Raises ValueError for impossible sizes, and for inputs that do not fit it.
    """

    parameter_names = ("input_weights", "recurrent_weights", "biases")
    dtype = property(lambda self: self.biases.dtype.name)

    def __init__(self, n_inputs, n_neurons, *, return_sequences=False, peephole=False, dtype=np.float64):
        n_inputs = self.n_inputs = whole_number(n_inputs, 1, "n_inputs")
        n_neurons = self.n_neurons = whole_number(n_neurons, 1, "n_neurons")
        self.return_sequences = bool(return_sequences)
        self.peephole = bool(peephole)
        dtype = float_dtype(dtype)
        self.parameter_names += ("peepholes",) * self.peephole
        scale = 1 / math.sqrt(n_inputs + n_neurons)
        self.input_weights = (scale * np.random.randn(n_inputs, 4 * n_neurons)).astype(dtype)
        self.recurrent_weights = (scale * np.random.randn(n_neurons, 4 * n_neurons)).astype(dtype)
        self.biases = np.zeros((1, 4 * n_neurons), dtype)
        self.biases[:, n_neurons:2 * n_neurons] = 1
        if self.peephole:
            self.peepholes = (scale * np.random.randn(3, n_neurons)).astype(dtype)
        self._gates = np.empty(0)
        #: Where, among what a step sees, the h before it lies: after its x, before the 1.
        self._shown = slice(n_inputs, n_inputs + n_neurons)

    def forward(self, inputs, training=True):
        """All steps in turn. In memory the samples come last, so that each gate of a step lies in one piece."""
        inputs = np.asarray(inputs)
        self.output_shape(inputs.shape[1:])
        weights = self._joined_weights()
        self._reserve(inputs.shape, np.result_type(inputs, weights))
        self._seen[:-1, :self.n_inputs] = inputs.transpose(1, 2, 0)
        seen, shown = self._seen[:, :weights.shape[1]], self._seen[1:, self._shown]
        for t, gates in enumerate(self._gates):
            np.matmul(weights, seen[t], out=gates.reshape(len(weights), -1))
            self._step(gates, self._memory[t], self._memory[t + 1], self._bent[t], shown[t])
        # A copy, since the next batch takes the place of this one.
        self.output = shown.transpose(2, 0, 1).copy("K") if self.return_sequences else shown[-1].T.copy("K")
        return self.output

    def _reserve(self, inputs_shape, dtype):
        """Arrays for a batch of this shape; those of the last one are used again, which saves a twentieth of the time.

        seen (steps + 1, n_inputs + n_neurons + 1, samples): for every step its x, the h before it, a 1 for the biases;
        zeros follow up to a multiple of four rows, which makes the product for the weights nearly a tenth faster;
        gates (steps, 4, n_neurons, samples); memory (steps + 1, n_neurons, samples): every c, the initial one first;
        bent (steps, n_neurons, samples): every tanh(c).
        """
        samples, steps, _ = inputs_shape
        if self._gates.shape == (steps, 4, self.n_neurons, samples) and self._gates.dtype == dtype:
            return
        # The next batch tells by the gates whether these arrays fit it. They are the first to be removed and
        # the last to be made, since Ctrl-C may come in between.
        self._gates = self._gates[:0]
        rows = self._shown.stop + 1
        self._seen = np.zeros((steps + 1, rows + -rows % 4, samples), dtype)
        self._seen[:, self._shown.stop] = 1
        self._memory = np.zeros((steps + 1, self.n_neurons, samples), dtype)
        self._bent = np.empty((steps, self.n_neurons, samples), dtype)
        self._gates = np.empty((steps, 4, self.n_neurons, samples), dtype)

    def _joined_weights(self):
        """(4 * n_neurons, n_inputs + n_neurons + 1): all weights and biases, so that a step is one product.

        Those of i, f and o are halved, for s(z) = (1 + tanh(z / 2)) / 2: so one tanh serves all gates, and unlike
        exp it cannot overflow. (In float32 a gate is right to some 6e-8: far smaller ones end at 0.)
        """
        weights = _in_order(INSIDE, np.concatenate([self.input_weights, self.recurrent_weights, self.biases]))
        weights[:, self.n_neurons:] *= 0.5
        return weights.T

    def _step(self, gates, before, after, bent, shown):
        """One step: `gates` comes in as z, halved for the sigmoids, and leaves as g, i, f, o; c, tanh(c) and h are
        filled in."""
        g, i, f, o = gates
        if self.peephole:
            peepholes = 0.5 * self.peepholes[:, :, np.newaxis]
            gates[1:3] += peepholes[:2] * before
            np.tanh(gates[:3], out=gates[:3])
        else:
            np.tanh(gates, out=gates)
        gates[1:] *= 0.5
        gates[1:] += 0.5
        np.multiply(f, before, out=after)
        after += i * g
        if self.peephole:
            # The lines above have made z / 4 + 1 / 2 of o's z: undo that before its own tanh.
            np.tanh(2 * o - 1 + peepholes[2] * after, out=o)
            o *= 0.5
            o += 0.5
        np.tanh(after, out=bent)
        np.multiply(o, bent, out=shown)

    def backward(self, dvalues):
        """Backpropagation through time: from the last step to the first, with dh and dc handed from step to step.

        Every step uses the same parameters, so their gradients add up over the steps.
        """
        dvalues = check_dvalues(self, dvalues)
        steps, joined, samples = self._seen[1:].shape
        input_weights, recurrent_weights = (_in_order(INSIDE, weights) for weights in
                                            (self.input_weights, self.recurrent_weights))
        dz = np.empty((4, self.n_neurons, samples), np.result_type(self._gates, dvalues))
        dweights = np.zeros((4 * self.n_neurons, joined), dz.dtype)
        dinputs = np.empty((steps, self.n_inputs, samples), dz.dtype) if self.needs_dinputs else None
        if self.peephole:
            self.dpeepholes = np.zeros_like(self.peepholes)
        dc, dh = np.zeros((2, *dz.shape[1:]), dz.dtype)
        for t in reversed(range(steps)):
            if self.return_sequences:
                dh += dvalues[:, t, :].T
            elif t == steps - 1:
                dh += dvalues.T
            self._step_back(t, dz, dh, dc)
            dz_rows = dz.reshape(4 * self.n_neurons, samples)
            dh = recurrent_weights @ dz_rows
            dweights += dz_rows @ self._seen[t].T
            if self.needs_dinputs:
                np.matmul(input_weights, dz_rows, out=dinputs[t])
        dweights = _in_order(OUTSIDE, dweights.T)
        self.dinput_weights = dweights[:self.n_inputs]
        self.drecurrent_weights = dweights[self._shown]
        self.dbiases = dweights[self._shown.stop:self._shown.stop + 1]
        self.dinputs = dinputs.transpose(2, 0, 1) if self.needs_dinputs else None
        return self.dinputs

    def _step_back(self, t, dz, dh, dc):
        """Fills in dz, the gradient before the gates' functions, and turns dc into that of the previous step."""
        (g, i, f, o), before, after = self._gates[t], self._memory[t], self._memory[t + 1]
        bent, shown = self._bent[t], self._seen[t + 1, self._shown]
        dz_g, dz_i, dz_f, dz_o = dz
        # Factor by factor, in place: the slopes first, s * (1 - s) of a sigmoid and 1 - tanh ** 2 of a tanh. The h that
        # was shown is o * tanh(c): it stands for that product in dz_o = o * (1 - o) * tanh(c) * dh, and below.
        np.multiply(g, g, out=dz_g)
        np.subtract(1, dz_g, out=dz_g)
        np.subtract(1, self._gates[t, 1:], out=dz[1:])
        dz[1:3] *= self._gates[t, 1:3]
        dz_o *= shown
        dz_o *= dh
        dc += dh * (o - bent * shown)
        if self.peephole:
            dc += self.peepholes[2, :, np.newaxis] * dz_o
        dz[:3] *= dc
        dz_g *= i
        dz_i *= g
        dz_f *= before
        dc *= f
        if self.peephole:
            dc += self.peepholes[0, :, np.newaxis] * dz_i + self.peepholes[1, :, np.newaxis] * dz_f
            self.dpeepholes += [(dz_i * before).sum(axis=1), (dz_f * before).sum(axis=1), (dz_o * after).sum(axis=1)]

    def output_shape(self, input_shape):
        if input_shape is None:
            return None if self.return_sequences else (self.n_neurons,)
        if len(input_shape) != 2 or input_shape[1] != self.n_inputs or input_shape[0] == 0:
            raise ValueError(f"{self} expects sequences of shape (samples, steps, {self.n_inputs}), but was given "
                             f"{batch_shape(input_shape)}. {self._hint(input_shape)}")
        return (input_shape[0], self.n_neurons) if self.return_sequences else (self.n_neurons,)

    def _hint(self, input_shape):
        if len(input_shape) == 3 and input_shape[0] == 1:
            return "Pictures of one channel are read row by row as np.squeeze(X, 1)."
        if len(input_shape) == 1 and self.n_inputs == 1:
            return "For one number a step, write np.expand_dims(X, -1)."
        if len(input_shape) != 2:
            return ("A sequence is a table: one row for each step, one column for each number. A single one becomes a "
                    "batch by np.expand_dims(X, 0); a recurrent layer before this one needs return_sequences=True.")
        if input_shape[0] == 0:
            return "A sequence has at least one step."
        return f"Make the layer with n_inputs={input_shape[1]}, or check the order of steps and features."

    def input_shape(self):
        return (None, self.n_inputs)

    def to_onnx(self, graph, inputs):
        """ONNX has the steps first, an axis for directions, a second bias, and gates in the order i, o, f, g."""
        weights = [_in_order(ONNX, parameter) for parameter in (self.input_weights, self.recurrent_weights)]
        biases = np.concatenate([_in_order(ONNX, self.biases), np.zeros_like(self.biases)], axis=1)
        optional = ("", "", "", graph.constant(self.peepholes[[0, 2, 1]].reshape(1, -1))) if self.peephole else ()
        steps_first = graph.add("Transpose", inputs, perm=(1, 0, 2))
        every, last = graph.add("LSTM", steps_first, *(graph.constant(one.T[np.newaxis]) for one in weights),
                                graph.constant(biases), *optional, outputs=2, hidden_size=self.n_neurons)
        if not self.return_sequences:
            return graph.add("Squeeze", last, graph.constant([0]))
        return graph.add("Transpose", graph.add("Squeeze", every, graph.constant([1])), perm=(1, 0, 2))

    def state_dict(self):
        """As PyTorch's LSTM of one layer, whose two biases add up to ours. Raises ValueError for peepholes."""
        if self.peephole:
            raise ValueError(f"PyTorch's LSTM has no peepholes, so there is no place for those of {self}.")
        return {"weight_ih_l0": self.input_weights.T, "weight_hh_l0": self.recurrent_weights.T,
                "bias_ih_l0": self.biases[0], "bias_hh_l0": np.zeros_like(self.biases[0])}

    def load_state_dict(self, state):
        biases = state["bias_ih_l0"] + state["bias_hh_l0"]
        self.set_parameters(state["weight_ih_l0"].T, state["weight_hh_l0"].T, biases.reshape(1, -1))

    def __repr__(self):
        return (f"{type(self).__name__}({self.n_inputs}, {self.n_neurons}"
                + ", return_sequences=True" * self.return_sequences + ", peephole=True" * self.peephole + ")")


def _in_order(order, parameter):
    """A copy of (rows, 4 * n_neurons) with the gates in this order."""
    rows = len(parameter)
    return parameter.reshape(rows, 4, -1)[:, order].reshape(rows, -1)

"""An LSTM on lists, with peephole connections, and a program that teaches it to continue a figure of eight."""

import math
from random import Random
from typing import NamedTuple

from modules.pure_python import matrix, program, vector
from modules.pure_python.activations import identity, sigmoid, tanh
from modules.pure_python.matrix import Matrix
from modules.pure_python.network import Dense
from modules.pure_python.training import Gradient, mean_loss, mean_squared_error, whole_rows
from modules.pure_python.vector import Vector, add, apply, multiply


class Step(NamedTuple):
    """What one step leaves behind for the way back; the names are those of the formulas in `LSTM`."""

    v: Vector
    c_before: Vector
    i: Vector
    f: Vector
    g: Vector
    o: Vector
    c: Vector
    s: Vector


class LSTM:
    """Long short-term memory with peepholes (Gers, Schmidhuber 2000), and a linear layer that reads its state.

    With v = x joined to the h of the step before, c' the memory of the step before, σ the sigmoid and · element by
    element, each step computes

        i = σ(W_i v + p_i · c' + b_i)        how much of the new to take in
        f = σ(W_f v + p_f · c' + b_f)        how much of the old to keep
        g = tanh(W_g v + b_g)                the new
        c = f · c' + i · g                   the memory
        o = σ(W_o v + p_o · c + b_o)         how much to show
        h = o · s,  s = tanh(c)              what is shown
        y = V h + b_y                        the output

    A gate sees the memory through its peephole p, one weight for each cell; o sees the memory of its own step. Weights
    W are (hidden, inputs + hidden), memory and h begin at 0, b_f at 1: keep what is there until told otherwise.
    ValueError for sizes below 1.
    """

    kind = "LSTM"
    GATES = "ifgo"
    PEEPHOLES = "ifo"

    def __init__(self, inputs: int, hidden: int, outputs: int, generator: Random):
        if min(inputs, hidden, outputs) < 1:
            raise ValueError(f"inputs, hidden and outputs must be at least 1, not {inputs}, {hidden}, {outputs}")
        self.inputs, self.hidden = inputs, hidden
        self.architecture = {"inputs": inputs, "hidden": hidden, "outputs": outputs}
        joined, deviation = inputs + hidden, 1 / math.sqrt(inputs + hidden)
        self.weights = {gate: matrix.random(hidden, joined, deviation, generator) for gate in self.GATES}
        self.peepholes = {gate: matrix.random(1, hidden, deviation, generator)[0] for gate in self.PEEPHOLES}
        self.biases = {gate: [float(gate == "f")] * hidden for gate in self.GATES}
        self.reader = Dense(hidden, outputs, identity, generator)
        self.steps, self.shown, self.dinputs = [], [], []

    def forward(self, sequence: Matrix) -> Matrix:
        """One output for each vector of the sequence; the steps are kept in `steps`, every h in `shown`.

        ArithmeticError if an input or an output is not finite.
        """
        if not sequence or matrix.shape(sequence)[1] != self.inputs:
            raise ValueError(
                f"this LSTM takes sequences of vectors of {self.inputs} numbers, shape (steps, {self.inputs}), "
                f"but this one has shape {matrix.shape(sequence)}"
            )
        vector.require_finite_inputs([number for x in sequence for number in x], "The LSTM's inputs")
        self.steps, self.shown = [], []
        h, c = vector.zeros(self.hidden), vector.zeros(self.hidden)
        for x in sequence:
            step = self.step([*x, *h], c)
            h, c = multiply(step.o, step.s), step.c
            self.steps.append(step)
            self.shown.append(h)
        outputs = [self.reader.forward(h) for h in self.shown]
        vector.require_finite([number for output in outputs for number in output], "The LSTM's outputs")
        return outputs

    def step(self, v: Vector, c_before: Vector) -> Step:
        """One step's formulas, in the order of the class's description."""
        i = self.gate("i", v, c_before)
        f = self.gate("f", v, c_before)
        g = apply(tanh.function, self.weighted("g", v))
        c = add(multiply(f, c_before), multiply(i, g))
        o = self.gate("o", v, c)
        return Step(v, c_before, i, f, g, o, c, apply(tanh.function, c))

    def weighted(self, gate: str, v: Vector) -> Vector:
        """W v + b"""
        return add(matrix.product_with_vector(self.weights[gate], v), self.biases[gate])

    def gate(self, gate: str, v: Vector, memory: Vector) -> Vector:
        """σ(W v + p · memory + b)"""
        return apply(sigmoid.function, add(self.weighted(gate, v), multiply(self.peepholes[gate], memory)))

    def backward(self, doutputs: Matrix) -> dict[str, Gradient]:
        """Backpropagation through time: from the last step to the first, each passing its gradient to the one before.

        `dz[gate]` collects the slopes in front of each gate's function, a row for each step. Their sums over all
        steps are the gradients: dW = sum of dz vᵀ, db = sum of dz, dp = sum of dz · memory. ValueError unless there is
        a row of `doutputs` for each step of the last `forward`.
        """
        if len(doutputs) != len(self.steps):
            raise ValueError(f"the last forward took {len(self.steps)} steps, but this gradient has {len(doutputs)}: "
                             "call forward first, and give a gradient for each of its outputs")
        dz = {gate: [] for gate in self.GATES}
        dreader = matrix.product(matrix.transpose(doutputs), self.shown)
        self.dinputs = []
        dh_later, dc_later = vector.zeros(self.hidden), vector.zeros(self.hidden)
        for step, doutput in zip(reversed(self.steps), reversed(doutputs), strict=True):
            dh = add(matrix.transposed_product_with_vector(self.reader.weights, doutput), dh_later)
            dstep, dc_later = self.step_back(step, dh, dc_later)
            dv = vector.zeros(self.inputs + self.hidden)
            for gate, slopes in dstep.items():
                dz[gate].insert(0, slopes)
                dv = add(dv, matrix.transposed_product_with_vector(self.weights[gate], slopes))
            self.dinputs.insert(0, dv[: self.inputs])
            dh_later = dv[self.inputs :]
        gradients = self.summed_over_steps(dz)
        gradients["reader weights"] = whole_rows(dreader)
        gradients["reader biases"] = whole_rows([matrix.sum_of_rows(doutputs)])
        return gradients

    def step_back(self, step: Step, dh: Vector, dc_later: Vector) -> tuple[dict[str, Vector], Vector]:
        """The slopes dz in front of every gate's function, and the slope of the memory c' before the step."""
        before_sigmoid, before_tanh = sigmoid.derivative, tanh.derivative
        do = multiply(dh, step.s, apply(before_sigmoid, step.o))
        dc = add(dc_later, multiply(dh, step.o, apply(before_tanh, step.s)))
        dc = add(dc, multiply(do, self.peepholes["o"]))
        di = multiply(dc, step.g, apply(before_sigmoid, step.i))
        df = multiply(dc, step.c_before, apply(before_sigmoid, step.f))
        dg = multiply(dc, step.i, apply(before_tanh, step.g))
        dc_before = add(multiply(dc, step.f), multiply(di, self.peepholes["i"]))
        dc_before = add(dc_before, multiply(df, self.peepholes["f"]))
        return {"i": di, "f": df, "g": dg, "o": do}, dc_before

    def summed_over_steps(self, dz: dict[str, Matrix]) -> dict[str, Gradient]:
        """Every parameter is used at every step, so its gradient is the sum over all of them."""
        gradients = {}
        memories = {gate: [step.c if gate == "o" else step.c_before for step in self.steps] for gate in self.PEEPHOLES}
        for gate in self.GATES:
            joined = [step.v for step in self.steps]
            gradients[f"weights {gate}"] = whole_rows(matrix.product(matrix.transpose(dz[gate]), joined))
            gradients[f"biases {gate}"] = whole_rows([matrix.sum_of_rows(dz[gate])])
        for gate in self.PEEPHOLES:
            gradients[f"peepholes {gate}"] = whole_rows([matrix.sum_of_rows(matrix.multiply(dz[gate], memories[gate]))])
        return gradients

    def loss_and_gradients(self, sequence: Matrix, targets: Matrix) -> tuple[float, dict[str, Gradient]]:
        """The mean squared error over all steps and all numbers, and its gradients, without changing the network."""
        outputs = self.forward(sequence)
        matrix.require_same_shape(outputs, targets)
        losses, doutputs = zip(*map(mean_squared_error, outputs, targets), strict=True)
        steps = len(targets)
        return sum(losses) / steps, self.backward(matrix.scale(1 / steps, doutputs))

    def parameters(self) -> dict[str, Matrix]:
        """The lists themselves, not copies; biases and peepholes as matrices of one row."""
        named = {f"weights {gate}": self.weights[gate] for gate in self.GATES}
        named |= {f"biases {gate}": [self.biases[gate]] for gate in self.GATES}
        named |= {f"peepholes {gate}": [self.peepholes[gate]] for gate in self.PEEPHOLES}
        return named | {f"reader {name}": values for name, values in self.reader.parameters().items()}


def figure_of_eight(steps: int, generator: Random) -> tuple[Matrix, Matrix]:
    """Points (sin t, sin 2t), 20 to a full turn, and for each of them the point that follows.

    Start and direction are random. One point does not tell the direction, so saying what comes next takes memory.
    """
    start = generator.uniform(0, 2 * math.pi)
    turn = generator.choice((-1, 1)) * 2 * math.pi / 20
    angles = [start + turn * k for k in range(steps + 1)]
    points = [[math.sin(angle), math.sin(2 * angle)] for angle in angles]
    return points[:-1], points[1:]


def main(arguments: list[str] | None = None) -> None:
    parser = program.option_parser(
        "Learn to say which point of a figure of eight comes next.", epochs=20, learning_rate=0.5, decay=0.0, samples=50
    )
    parser.add_argument("--hidden", type=program.at_least(1), default=12, help="cells (default: %(default)s)")
    parser.add_argument("--steps", type=program.at_least(1), default=40,
                        help="points in each sequence (default: %(default)s)")
    options = parser.parse_args(arguments)
    generator = Random(options.seed)
    network = LSTM(2, options.hidden, 2, generator)
    training = [figure_of_eight(options.steps, generator) for _ in range(options.samples)]
    unseen = [figure_of_eight(options.steps, generator) for _ in range(20)]
    program.run(parser, options, network, training, unseen, generator, "loss", mean_loss)


if __name__ == "__main__":
    main()

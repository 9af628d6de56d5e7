"""Scalar autograd: every number is a node that remembers what it was computed from.

A `Value` stores its number, the nodes it came from (`parents`) and, for each of them, the local derivative
as a plain number. `backward` walks the graph once, from the result to the leaves, and multiplies along it.
"""

import math


class Value:
    """One number in a computation, with the derivative of the result with respect to it.

    `data` is the number, `grad` the gradient after `backward`, `parents` the nodes this one was computed
    from, `derivatives` the partial derivative with respect to each parent, `operation` its name ("" for a
    leaf). A plain number next to a `Value` (`2 * x`) becomes a leaf of its own.
    Your own operation: `Value(math.sin(x.data), "", (x,), (math.cos(x.data),), "sin")`.

    `==`, `<` and the others compare numbers; the hash is the identity, as with PyTorch's tensors, so two
    equal Values are two members of a set.
    """

    __slots__ = ("data", "grad", "parents", "derivatives", "operation", "label")

    # Higher than an array's: NumPy leaves `array * value` to us, and it is refused like `value * array`.
    __array_priority__ = 1000

    def __init__(self, data, label="", parents=(), derivatives=(), operation=""):
        self.data = data if type(data) is float else as_float(data)
        self.grad = 0.0
        self.parents = parents
        self.derivatives = derivatives
        self.operation = operation
        self.label = label
        if label and not isinstance(label, str):  # "" for the nodes of all operations: nothing to look up
            raise TypeError(f"A Value's label is text, but it was given {label!r}. Parents come after it, as in "
                            'Value(math.sin(x.data), "", (x,), (math.cos(x.data),), "sin").')

    def __repr__(self):
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data:.6g}, grad={self.grad:.6g}{label})"

    def __format__(self, form):
        """f"{loss:.4f}" writes the number; without a format, the Value itself is written."""
        return format(self.data, form) if form else str(self)

    def __bool__(self):
        """Whether the number is not 0."""
        return bool(self.data)

    def partials(self):
        """The derivative of this node with respect to each of its parents, in the order of `parents`."""
        return tuple(self.derivatives)

    def backward(self):
        """Fill `grad` of every node below with the derivative of this node with respect to it.

        The gradient of a leaf is added to what it already holds, so that losses can be summed over several
        calls; an optimizer's `zero_grad` resets it. All other nodes start from zero: calling `backward`
        twice doubles the gradients of the leaves and leaves those of the nodes in between as they were.
        """
        order = nodes_after_their_parents(self)
        for node in order:
            node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            gradient = node.grad
            # Half of all weighted sums lie before a ReLU that is off and pass nothing on: this saves a tenth of a step.
            if gradient:
                for parent, derivative in zip(node.parents, node.derivatives, strict=True):
                    parent.grad += gradient * derivative

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, "", (self, other), (1.0, 1.0), "+")

    def __sub__(self, other):
        other = as_value(other)
        return Value(self.data - other.data, "", (self, other), (1.0, -1.0), "-")

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, "", (self, other), (other.data, self.data), "*")

    def __truediv__(self, other):
        """a / b with the derivatives 1/b and -a/b². Raises ZeroDivisionError if b is 0."""
        other = as_value(other)
        ratio = self.data / other.data
        return Value(ratio, "", (self, other), (1.0 / other.data, -ratio / other.data), "/")

    def __pow__(self, exponent):
        """x**y with the derivatives y·x**(y-1) and, where y is a `Value`, x**y · ln x.

        Raises ValueError for a negative x when y is a `Value` or not a whole number, ZeroDivisionError for a negative
        power of 0, and OverflowError where the result is too large.
        """
        if isinstance(exponent, Value):
            return power_of_two_values(self, exponent)
        exponent = as_float(exponent)
        return Value(power(self.data, exponent), "", (self,), (power_slope(self.data, exponent),),
                     f"**{exponent:g}")

    def __neg__(self):
        return Value(-self.data, "", (self,), (-1.0,), "negative")

    def __radd__(self, other):
        return as_value(other) + self

    def __rsub__(self, other):
        return as_value(other) - self

    def __rmul__(self, other):
        return as_value(other) * self

    def __rtruediv__(self, other):
        return as_value(other) / self

    def __rpow__(self, other):
        return as_value(other) ** self

    def exp(self):
        """e**x, its own derivative. Raises OverflowError from x = 709.79 on."""
        try:
            result = math.exp(self.data)
        except OverflowError:
            raise OverflowError(f"exp({self.data:g}) is larger than the largest float, about exp(709.78). "
                                "Subtract the largest exponent first, as softmax does.") from None
        return Value(result, "", (self,), (result,), "exp")

    def log(self):
        """The natural logarithm, with the derivative 1/x. Raises ValueError if x is not above 0."""
        if self.data <= 0:
            raise ValueError(f"log needs a number above 0, but it was given {self.data:g}. "
                             "Clip a probability to 1e-7 or more first.")
        return Value(math.log(self.data), "", (self,), (1.0 / self.data,), "log")

    def tanh(self):
        """The hyperbolic tangent, between -1 and 1, with the derivative 1 - tanh²."""
        result = math.tanh(self.data)
        return Value(result, "", (self,), (1.0 - result * result,), "tanh")

    def sigmoid(self):
        """1 / (1 + e**-x), between 0 and 1, with the derivative s·(1 - s)."""
        # e**-|x| never exceeds 1, so neither end overflows.
        small = math.exp(-abs(self.data))
        result = (1.0 if self.data >= 0 else small) / (1.0 + small)
        return Value(result, "", (self,), (small / (1.0 + small) ** 2,), "sigmoid")

    def relu(self):
        """max(0, x), with the derivative 1 above zero and 0 elsewhere; NaN stays NaN, so that it is noticed."""
        data = 0.0 if self.data <= 0 else self.data
        return Value(data, "", (self,), (1.0 if self.data > 0 else 0.0,), "relu")

    def __eq__(self, other):
        return self.data == number_in(other)

    def __ne__(self, other):
        return self.data != number_in(other)

    def __lt__(self, other):
        return self.data < number_in(other)

    def __le__(self, other):
        return self.data <= number_in(other)

    def __gt__(self, other):
        return self.data > number_in(other)

    def __ge__(self, other):
        return self.data >= number_in(other)

    __hash__ = object.__hash__


def total(values):
    """The sum of any number of Values as one node, with the derivative 1 for each."""
    values = tuple(map(as_value, values))
    return Value(sum([value.data for value in values]), "", values, (1.0,) * len(values), "total")


def weighted_sum(weights, inputs, bias):
    """w1·x1 + ... + wn·xn + b as one node; weights and inputs are n Values each, bias is a Value.

    Products and partial sums would be 2n nodes, each made, ordered and visited on its own: this one node is
    where the engine's speed comes from. Raises ValueError if the two lists differ in length and TypeError
    for plain numbers: checking each input before its use would take two fifths longer.
    """
    if len(weights) != len(inputs):
        raise ValueError(f"{len(weights)} weights cannot be paired with {len(inputs)} inputs: "
                         "a neuron needs one weight for each input.")
    weight_data, input_data = [], []
    try:
        result = bias.data
        for weight, value in zip(weights, inputs, strict=True):
            weight_data.append(weight.data)
            input_data.append(value.data)
            result += weight.data * value.data
    except (AttributeError, TypeError):
        raise TypeError("weighted_sum needs Values only, but a weight, an input or the bias is a plain number. "
                        "Wrap it, as in Value(2.0); a Layer does so by itself.") from None
    return Value(result, "", (*weights, *inputs, bias), (*input_data, *weight_data, 1.0), "weighted sum")


def nodes_after_their_parents(result):
    """Every computed node that `result` depends on, itself included, each one after all of its parents.

    Leaves have nothing to pass on and are left out. A list takes the place of recursion, since Python allows
    about a thousand nested calls and a graph may be a hundred thousand operations deep.
    """
    order, visited = [], {result}
    path = [(result, iter(result.parents))] if result.parents else []
    while path:
        node, remaining = path[-1]
        for parent in remaining:
            if parent not in visited:
                visited.add(parent)
                if parent.parents:
                    path.append((parent, iter(parent.parents)))
                    break
        else:
            order.append(node)
            path.pop()
    return order


def as_value(number):
    """The Value itself, or a new leaf around a plain number."""
    return number if isinstance(number, Value) else Value(number)


def as_float(number):
    """A plain float, or a TypeError; text is refused even where it spells a number, though float("3") accepts it."""
    try:
        if isinstance(number, str | bytes):
            raise TypeError
        return float(number)
    except (TypeError, ValueError):
        raise TypeError(f"A Value holds one number, but it was given {number!r} "
                        f"({type(number).__name__}). Make one Value for each number.") from None


def number_in(other):
    """What `other` is compared by: a Value's data, or the plain number itself."""
    return other.data if isinstance(other, Value) else other


def power_of_two_values(base, exponent):
    """base**exponent where both are nodes; the derivative by the exponent needs ln base."""
    if base.data < 0:
        raise ValueError(f"{base.data:g} ** Value({exponent.data:g}): the derivative by the exponent contains "
                         "the logarithm of the base. A negative base needs a plain number as its exponent.")
    result = power(base.data, exponent.data)
    # 0**y stays 0 for every y > 0, so its slope in y is 0.
    exponent_slope = result * math.log(base.data) if base.data else 0.0
    return Value(result, "", (base, exponent), (power_slope(base.data, exponent.data), exponent_slope), "**")


def power(base, exponent):
    """base**exponent for two floats, with an error that says why where the result is not a float."""
    if base < 0 and exponent % 1:
        raise ValueError(f"{base:g} ** {exponent:g} is not a real number: "
                         "a negative base needs a whole number as its exponent.")
    try:
        return base ** exponent
    except OverflowError:
        raise OverflowError(f"{base:g} ** {exponent:g} is larger than the largest float, "
                            "about 1.8e308.") from None


def power_slope(base, exponent):
    """exponent·base**(exponent - 1): 0 for a zero exponent, infinite for a root at 0 and beyond the largest float."""
    if exponent == 0:
        return 0.0
    if base == 0 and exponent < 1:
        return math.inf
    try:
        return exponent * base ** (exponent - 1.0)
    except OverflowError:  # which a division does not raise: it gives infinity, with the right sign
        return exponent * (base ** exponent / base)

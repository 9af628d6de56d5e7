"""`Tensor`: an array that remembers how it was computed, so that gradients can flow back through it."""

import operator
from itertools import count

import numpy as np

from modules.tensor_autograd import fused, operations
from modules.tensor_autograd.graph import first_gradient, gradient_of, is_recording, propagate

_creation_numbers = count()


def on_both_sides(operation):
    """The two methods of an operator: `tensor + other`, and `other + tensor` where other is not a tensor."""
    return (lambda self, other: apply(operation, self, as_tensor(other, self)),
            lambda self, other: apply(operation, as_tensor(other, self), self))


def in_place(operation):
    """The method of `-=` and its like: inside `no_grad()` a parameter itself changes, as in PyTorch."""
    def change(self, other):
        result = apply(operation, self, as_tensor(other, self))
        if self.parents or not self.requires_grad:
            return result
        if is_recording():
            raise RuntimeError("a tensor created with requires_grad=True changes in place only inside "
                               "`with no_grad():`. For a new tensor, write a = a - b in place of a -= b.")
        self.data[...] = result.data
        return self

    return change


def compared_by(comparison):
    """The method of a comparison. An array leaves it to the tensor: NumPy turns array < tensor into tensor > array."""
    return lambda self, other: comparison(self.data, other)


class Tensor:
    """A node of a computation graph: an array of any dimension and, after `backward`, its gradient.

    float32 and float64 are kept, float16 becomes float32, everything else float64; a plain number takes the dtype
    of the tensor beside it. With requires_grad=True the data is copied, since an optimizer will write into it;
    otherwise it is shared, even if requires_grad is set later.
    `data` is the array itself, `gradient` its gradient as an array or None, `grad` the same as a Tensor, as in
    PyTorch (`x.grad.numpy()`); but here, results on the way keep theirs too. An update by hand takes the arrays,
    w.data -= 0.1 * w.gradient, or inside `no_grad()` the tensors, w -= 0.1 * w.grad. `axis`, `keepdims` are NumPy's.
    NumPy's functions refuse a tensor that a gradient flows back to, since it would be lost: write x.exp(), x.sum(),
    a @ b, and x.numpy() where only the numbers are wanted.
    """

    __slots__ = ("data", "gradient", "requires_grad", "label", "function", "parents", "derivatives", "created")

    # Higher than an array's: NumPy leaves `array * tensor` to the tensor.
    __array_priority__ = 1000

    def __init__(self, data, requires_grad=False, dtype=None, label=""):
        self._set(as_floats(data, dtype, copy=requires_grad), requires_grad, label)

    def _set(self, data, requires_grad, label=""):
        self.data = data
        self.gradient = None
        self.requires_grad = requires_grad
        self.label = label
        self.function = None
        self.parents = self.derivatives = ()
        self.created = next(_creation_numbers)

    # The graph

    def backward(self, gradient=None):
        """Adds to the `grad` of every leaf the derivative of this tensor with respect to that leaf.

        A tensor of one element starts with gradient 1; any other needs `gradient`, an array of its shape.
        A second call adds the same gradients to the leaves once more; `zero_grad` sets them back to None.
        Call it before the optimizer's step: the graph refers to the weights and holds no copy of them.
        """
        propagate(self, first_gradient(self, gradient))

    def accumulate(self, gradient):
        """A leaf adds up the gradients from all its uses and all backward passes."""
        if self.gradient is None:
            self.gradient = gradient
        else:
            self.gradient += gradient

    @property
    def grad(self):
        """The gradient as a Tensor that shares memory with `gradient`; set it to None to start afresh."""
        return None if self.gradient is None else Tensor(self.gradient)

    @grad.setter
    def grad(self, gradient):
        self.gradient = None if gradient is None else gradient_of(self, gradient)

    @property
    def operation(self):
        """How the function that made this node is written, such as "+" or "exp"; "" for a leaf."""
        return symbol(self.function) if self.parents else ""

    def partials(self):
        """For each parent what a drawing writes on its edge: the partial derivative as a number, array or words.

        Nothing ("") where the parent is a constant, which no gradient goes to.
        """
        names = [parent.label or name
                 for parent, name in zip(self.parents, ("first", "second", "third"), strict=False)]
        return tuple(derivative.partial(names) if parent.requires_grad else ""
                     for parent, derivative in zip(self.parents, self.derivatives, strict=True))

    # Looking at it

    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def numpy(self):
        """The array itself, not a copy."""
        return self.data

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise TypeError("NumPy would take these numbers out of the graph, and no gradient would flow back through "
                            "them. Use the tensor's own operations, as in x.exp(), x.sum() or a @ b. Where only the "
                            "numbers are wanted, write x.numpy().")
        return np.array(self.data, dtype=dtype, copy=copy)

    def __array_function__(self, function, types, arguments, options):
        """NumPy's functions get what `__array__` gives: np.sum would call our `sum`, with options that it has not."""
        if function in (np.shape, np.ndim):
            return function(self.data)
        return function(*as_arrays(arguments), **{name: as_arrays(value) for name, value in options.items()})

    def item(self):
        """The value as a Python number; raises unless there is exactly one element."""
        if self.data.size != 1:
            raise ValueError(f"item() needs a tensor of one element, but this one has shape {self.shape}.")
        return self.data.item()

    __float__ = item

    def __bool__(self):
        """Whether the one element is not 0; raises for more, which have no single truth value."""
        return bool(self.item())

    def detach(self):
        """The same data without its history: gradients stop here."""
        return Tensor(self.data)

    def __repr__(self):
        values = np.array2string(self.data, precision=4, separator=", ", prefix="Tensor(")
        return f"Tensor({values}{', requires_grad=True' if self.requires_grad else ''})"

    def __format__(self, form):
        """f"{loss:.4f}" writes the one element; without a format, the tensor itself is written."""
        return format(self.item(), form) if form else str(self)

    # Comparisons: plain boolean arrays, element by element. The hash is the identity, as in PyTorch.

    __eq__, __ne__ = compared_by(operator.eq), compared_by(operator.ne)
    __lt__, __le__ = compared_by(operator.lt), compared_by(operator.le)
    __gt__, __ge__ = compared_by(operator.gt), compared_by(operator.ge)
    __hash__ = object.__hash__

    # Arithmetic

    __add__, __radd__ = on_both_sides(operations.add)
    __sub__, __rsub__ = on_both_sides(operations.subtract)
    __mul__, __rmul__ = on_both_sides(operations.multiply)
    __truediv__, __rtruediv__ = on_both_sides(operations.divide)
    __pow__, __rpow__ = on_both_sides(operations.power)
    __matmul__, __rmatmul__ = on_both_sides(operations.matmul)
    __iadd__, __isub__ = in_place(operations.add), in_place(operations.subtract)
    __imul__, __itruediv__ = in_place(operations.multiply), in_place(operations.divide)
    __ipow__ = in_place(operations.power)

    def __neg__(self):
        return apply(operations.negate, self)

    # Functions of one operand

    def exp(self):
        return apply(operations.exp, self)

    def log(self):
        return apply(operations.log, self)

    def sqrt(self):
        return apply(operations.sqrt, self)

    def square(self):
        return apply(operations.square, self)

    def abs(self):
        return apply(operations.absolute, self)

    __abs__ = abs

    def tanh(self):
        return apply(operations.tanh, self)

    def sigmoid(self):
        return apply(operations.sigmoid, self)

    def relu(self):
        return apply(operations.relu, self)

    def log_softmax(self, axis=-1):
        return apply(fused.log_softmax, self, axis=axis)

    def softmax(self, axis=-1):
        return self.log_softmax(axis).exp()

    # Over axes, and the shape

    def sum(self, axis=None, keepdims=False):
        return apply(operations.sum_over, self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        return apply(operations.mean_over, self, axis=axis, keepdims=keepdims)

    def max(self, axis=None, keepdims=False):
        """The largest element; ties share the gradient equally."""
        return apply(operations.max_over, self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape):
        """reshape(2, 3) or reshape((2, 3)); one length may be -1."""
        return apply(operations.reshape, self, shape=shape[0] if len(shape) == 1 else shape)

    def transpose(self, first=-2, second=-1):
        """Two axes exchanged, by default the last two."""
        axes = list(range(self.ndim))
        if not (first in range(-self.ndim, self.ndim) and second in range(-self.ndim, self.ndim)):
            raise ValueError(f"transpose cannot exchange axes {first} and {second} of a tensor of shape "
                             f"{self.shape}, which has {self.ndim}. For a new order of all axes, use permute.")
        axes[first], axes[second] = axes[second], axes[first]
        return self.permute(*axes)

    def permute(self, *axes):
        """The axes in a new order, all of them named: permute(1, 0) or permute((1, 0))."""
        given = axes[0] if len(axes) == 1 and isinstance(axes[0], (list, tuple)) else axes
        return apply(operations.permute, self, axes=given)

    @property
    def T(self):
        """All axes in reverse order."""
        return self.permute(*reversed(range(self.ndim)))

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        if not self.ndim:
            raise TypeError("a tensor of shape () is a single number: there is nothing to iterate over.")
        return (self[row] for row in range(len(self.data)))

    def __getitem__(self, key):
        return apply(operations.take, self, key=key)


def apply(operation, *operands, **options):
    """The result of an operation on tensors, recorded where one of them needs a gradient.

    An operation takes arrays and returns its result, then a `Factor` or a `Rule` for each (see `operations.py`).
    Your own: `def sin(x): return np.sin(x), Factor(lambda: np.cos(x))`, used as `apply(sin, tensor)`.
    """
    try:
        data, *derivatives = operation(*[operand.data for operand in operands], **options)
    except ValueError as error:
        shapes = " and ".join(str(operand.shape) for operand in operands)
        raise ValueError(f"{symbol(operation)} does not work for shape {shapes}: {error}") from error
    recorded = is_recording() and True in [operand.requires_grad for operand in operands]
    result = Tensor.__new__(Tensor)
    result._set(np.asarray(data), recorded)
    if recorded:
        result.function, result.parents, result.derivatives = operation, operands, derivatives
    return result


def symbol(operation):
    """An operation as a drawing and a message write it: + for add, exp for exp."""
    return operations.SYMBOLS.get(operation.__name__, operation.__name__)


def as_floats(data, dtype=None, copy=False):
    """An array of float32 or float64, which stay what they are; float16 becomes float32, all else float64."""
    array = np.array(data, copy=copy or None)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a Tensor holds real numbers, not {array.dtype} data such as {data!r:.60}.")
    if dtype is None:
        dtype = np.float32 if array.dtype in (np.float16, np.float32) else np.float64
    elif np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"a Tensor's dtype is np.float32 or np.float64, not {np.dtype(dtype)}; "
                        f"keep labels and indices in plain arrays.")
    return array.astype(dtype, copy=False)


def as_arrays(argument):
    """An argument of a NumPy function, or a list of such, with arrays in the place of tensors."""
    match argument:
        case Tensor():
            return np.asarray(argument)
        case list():
            return list(map(as_arrays, argument))
        case tuple():
            return tuple(map(as_arrays, argument))
        case _:
            return argument


def as_tensor(operand, beside=None):
    """A number or array as a constant node; a plain Python number takes the dtype of the tensor beside it.

    It has to check types, since what is on the other side of an operator comes from outside.
    """
    if isinstance(operand, Tensor):
        return operand
    plain = beside is not None and type(operand) in (bool, int, float)
    return Tensor(operand, dtype=beside.dtype if plain else None)

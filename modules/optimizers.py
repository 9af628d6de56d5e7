"""Optimizers: how a gradient changes a parameter. They know parameters and gradients, and nothing else."""

import copy

import numpy as np

from modules.checks import real_number

#: Every so many steps, numbers too small to matter are set to zero.
CLEANING = 100


class Optimizer:
    """What every optimizer promises. (Book, chapter 10.)

    One step of training is `pre_update_params()`, `update_params(layer)` for every layer that has parameters,
    `post_update_params()`. The learning rate falls with the number of steps so far, `iterations`:

        current_learning_rate = learning_rate / (1 + decay * iterations)

    What an optimizer remembers about a parameter (its momentum, its cache) belongs to the optimizer, so another
    one can take over a half-trained model. Its step count belongs to it too: give every model an optimizer of its
    own. Parameters are changed in place, not replaced. An update makes one new array, `step`, and computes in it: each
    further one would cost time where arrays are large.

    Learning rate, decay and epsilon are 0 or above; momentum, rho, beta_1 and beta_2 lie in [0, 1). Raises ValueError
    otherwise.
    """

    #: Names of the arrays remembered for each parameter; all start at zero. `update_count` is a single number.
    memory_names = ()

    def __init__(self, learning_rate, decay=0.0):
        if isinstance(self.memory_names, str):
            raise ValueError(f"memory_names is a tuple, with a comma even for one name: ({self.memory_names!r},).")
        self.learning_rate = real_number(learning_rate, lambda rate: rate >= 0, "The learning rate is 0 or above")
        self.decay = real_number(decay, lambda decay: decay >= 0, "The decay of the learning rate is 0 or above")
        self.current_learning_rate = self.learning_rate
        self.iterations = 0
        self._memory = {}

    def __setattr__(self, name, value):
        """NumPy numbers become plain ones: an np.float64 takes float32 arrays along to float64."""
        super().__setattr__(name, value.item() if isinstance(value, np.generic) else value)

    def pre_update_params(self):
        """Sets the learning rate of this step."""
        self.current_learning_rate = self.learning_rate / (1 + self.decay * self.iterations)

    def update_params(self, layer):
        """Changes the parameters of one layer by their gradients. Raises ValueError before the first `backward`."""
        for name, parameter, gradient in layer.parameters():
            if gradient is None:
                raise ValueError(f"{layer} has no gradient for its {name} yet: call its backward before update_params.")
            if np.shape(gradient) != parameter.shape:
                raise ValueError(f"{layer} has {name} of shape {parameter.shape}, but backward left a gradient d{name} "
                                 f"of shape {np.shape(gradient)}.")
            memory = self.memory(layer, name, parameter).values()
            if self.update(parameter, gradient, *memory) is not None:
                raise TypeError(f"{type(self).__name__}.update returns something, but nobody takes it: it has to "
                                f"change the parameter itself, as `parameter -= ...` does.")
            if self.iterations % CLEANING == 0:
                for array in (parameter, *memory):
                    _clean(array)

    def post_update_params(self):
        """Counts the step."""
        self.iterations += 1

    def update(self, parameter, gradient, *memory):
        """Changes one parameter in place, and the arrays remembered for it, in the order of `memory_names`."""
        raise NotImplementedError(f"{type(self).__name__} needs an update(parameter, gradient, *memory).")

    def memory(self, layer, name, parameter):
        """The arrays remembered for a layer's parameter: zeros at first, always in the parameter's dtype."""
        memories = self._memory.setdefault(layer, {}).setdefault(name, {})
        for key in self.memory_names:
            if key not in memories:
                memories[key] = np.zeros_like(parameter, shape=() if key == "update_count" else None)
            elif memories[key].dtype != parameter.dtype:
                memories[key] = memories[key].astype(parameter.dtype)
        return memories

    def __deepcopy__(self, copies):
        """A copy that remembers the same, about layers copied before it in the same call, as a model's are, or else
        about the same layers: deepcopy alone would copy those as well."""
        twin = copies[id(self)] = copy.copy(self)
        for name in vars(self).keys() - {"_memory"}:
            setattr(twin, name, copy.deepcopy(getattr(self, name), copies))
        twin._memory = {copies.get(id(layer), layer): copy.deepcopy(arrays, copies)
                        for layer, arrays in self._memory.items()}
        return twin


def _share(value, name):
    """Returns the share of its memory that an optimizer keeps. Raises ValueError unless it lies in [0, 1)."""
    return real_number(value, lambda share: 0 <= share < 1,
                       f"{name} is the share of its memory that an optimizer keeps, from 0 up to but not including 1")


def _epsilon(value):
    """Returns what keeps an optimizer from dividing by 0. Raises ValueError unless it is 0 or above."""
    return real_number(value, lambda epsilon: epsilon >= 0, "epsilon, which keeps from dividing by 0, is 0 or above")


def _clean(array):
    """Sets to zero, in place, what is about to become a subnormal number (for float32, below 1e-31).

    The momentum of a weight whose neuron has died halves every seven steps and never reaches zero. Below 1e-38
    it is subnormal, and processors take many times longer for those: after three epochs of chapter 19, Adam
    would take nearly twice as long, and from the book's smaller weights three times.
    """
    limits = np.finfo(array.dtype)
    array[np.abs(array) < limits.tiny / limits.eps] = 0


class Optimizer_SGD(Optimizer):
    """Stochastic gradient descent, with momentum if asked for. (Book, chapter 10.)

        momentums = momentum * momentums - learning_rate * gradient          parameter += momentums
    """

    #: Without momentum there is nothing to remember.
    memory_names = property(lambda self: ("momentums",) if self.momentum else ())

    def __init__(self, learning_rate=1.0, decay=0.0, momentum=0.0):
        self.momentum = _share(momentum, "momentum")
        super().__init__(learning_rate, decay)

    def update(self, parameter, gradient, momentums=None):
        step = np.multiply(gradient, self.current_learning_rate, out=np.empty_like(parameter))
        if self.momentum:
            momentums *= self.momentum
            momentums -= step
            parameter += momentums
        else:
            parameter -= step


class Optimizer_Adagrad(Optimizer):
    """Adagrad: the larger a parameter's gradients so far, the smaller its steps. (Book, chapter 10; Duchi et al. 2011.)

        cache += gradient**2          parameter -= learning_rate * gradient / (sqrt(cache) + epsilon)
    """

    memory_names = ("cache",)

    def __init__(self, learning_rate=1.0, decay=0.0, epsilon=1e-7):
        super().__init__(learning_rate, decay)
        self.epsilon = _epsilon(epsilon)

    def update(self, parameter, gradient, cache):
        step = np.multiply(gradient, gradient, out=np.empty_like(parameter))
        cache += step
        np.sqrt(cache, out=step)
        step += self.epsilon
        np.divide(gradient, step, out=step)
        step *= self.current_learning_rate
        parameter -= step


class Optimizer_RMSprop(Optimizer):
    """RMSprop: Adagrad with a cache that forgets. (Book, chapter 10; Tieleman and Hinton 2012.)

        cache = rho * cache + (1 - rho) * gradient**2
        parameter -= learning_rate * gradient / (sqrt(cache) + epsilon)
    """

    memory_names = ("cache",)

    def __init__(self, learning_rate=0.001, decay=0.0, epsilon=1e-7, rho=0.9):
        super().__init__(learning_rate, decay)
        self.epsilon = _epsilon(epsilon)
        self.rho = _share(rho, "rho")

    def update(self, parameter, gradient, cache):
        step = np.multiply(gradient, gradient, out=np.empty_like(parameter))
        step *= 1 - self.rho
        cache *= self.rho
        cache += step
        np.sqrt(cache, out=step)
        step += self.epsilon
        np.divide(gradient, step, out=step)
        step *= self.current_learning_rate
        parameter -= step


class Optimizer_Adam(Optimizer):
    """Adam: momentum and a forgetting cache, both corrected for their start at zero. (Book, chapter 10;
    Kingma and Ba 2015.)

        momentums = beta_1 * momentums + (1 - beta_1) * gradient
        cache = beta_2 * cache + (1 - beta_2) * gradient**2
        parameter -= learning_rate * corrected momentums / (sqrt(corrected cache) + epsilon)

    where, at a parameter's update t = 1, 2, ..., corrected momentums = momentums / (1 - beta_1**t), corrected cache =
    cache / (1 - beta_2**t). The two arrays are remembered without their factors (1 - beta), as sums. Each parameter's
    updates are counted apart, as in PyTorch, so that a layer which joins late or has rested is corrected rightly.
    """

    memory_names = ("momentums", "cache", "update_count")

    def __init__(self, learning_rate=0.001, decay=0.0, epsilon=1e-7, beta_1=0.9, beta_2=0.999):
        super().__init__(learning_rate, decay)
        self.epsilon = _epsilon(epsilon)
        self.beta_1 = _share(beta_1, "beta_1")
        self.beta_2 = _share(beta_2, "beta_2")

    def update(self, parameter, gradient, momentums, cache, update_count):
        momentums *= self.beta_1
        momentums += gradient
        cache *= self.beta_2
        step = np.multiply(gradient, gradient, out=np.empty_like(parameter))
        cache += step
        # The factors (1 - beta) and the corrections are numbers. They can move away from the arrays: dividing
        # sqrt(cache) by c is the same as multiplying epsilon and the step by c, and saves four passes of fourteen.
        update_count += 1
        t = float(update_count)
        c = ((1 - self.beta_2**t) / (1 - self.beta_2)) ** 0.5
        np.sqrt(cache, out=step)
        step += self.epsilon * c
        np.divide(momentums, step, out=step)
        step *= self.current_learning_rate * c * (1 - self.beta_1) / (1 - self.beta_1**t)
        parameter -= step

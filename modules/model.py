"""Model: a chain of layers with a loss, an optimizer and an accuracy. It knows them all; none of them knows it."""

import contextlib
import math

import numpy as np

from modules.checks import (
    check_addable,
    check_inner_layers,
    check_numbers,
    check_part,
    check_positive,
    check_same_length,
    check_samples,
    is_ours,
    nothing_returned,
)
from modules.history import History
from modules.layers import Layer_Input
from modules.training import TrainingLog, batches, check_loss, check_pair, check_shuffle, check_weights, validation_line

#: Samples taken forward at once where nothing is learned and nobody asked for a batch size.
INFERENCE_BATCH = 512
#: Samples whose outputs are looked at before and after training: do they suit the loss?
LOOKED_AT = 32


class Model:
    """A neural network that can be trained, evaluated, used and saved. (Book, chapters 18 to 22.)

        model = Model()
        model.add(Layer_Dense(784, 128)); model.add(Activation_ReLU()); ...
        model.set(loss=..., optimizer=..., accuracy=...)
        model.finalize()
        model.train(X, y, epochs=10, batch_size=128, validation_data=(X_test, y_test))

    The data decide the precision: float64 data train a float64 model, float32 and uint8 data a float32 one.
    Lists are treated like arrays. `class_names`, if given, is kept in the model's file.
    """

    def __init__(self):
        self.layers = []
        self.loss = self.optimizer = self.accuracy = None
        self.class_names = None
        self.history = History()
        self.generator = np.random.default_rng(np.random.randint(2**31))
        self.input_layer = self.output_layer_activation = None
        self.trainable_layers = []
        self._linked = None
        self._fused = None
        self._learning_layers = []

    # --- putting it together

    def add(self, layer):
        """Appends a layer to the chain. Raises TypeError for anything that is not a layer."""
        check_addable(layer)
        self.layers.append(layer)

    def set(self, *, loss=None, optimizer=None, accuracy=None):
        """Chooses loss, optimizer and accuracy; what is left out stays as it was. Raises TypeError for other parts."""
        for part, *kind in (
                (loss, "Loss", "Loss_MeanSquaredError()", "accumulate", "backward", "remember_trainable_layers"),
                (optimizer, "Optimizer", "Optimizer_Adam()", "update_params"),
                (accuracy, "Accuracy", "Accuracy_Regression()", "calculate", "compare")):
            if part is not None:
                check_part(part, *kind)
        self.loss = self.loss if loss is None else loss
        self.optimizer = self.optimizer if optimizer is None else optimizer
        self.accuracy = self.accuracy if accuracy is None else accuracy
        if self.finalized:
            self._connect_loss()

    def finalize(self):
        """Links the layers and finds those that learn.

        Raises RuntimeError where there are no layers, ValueError for neighbours that do not fit each other and for a
        layer that stands in the chain twice, TypeError for a layer with parameters inside another layer.
        """
        if not self.layers:
            raise RuntimeError("The model has no layers yet: add some before finalize().")
        if len(set(map(id, self.layers))) < len(self.layers):
            raise ValueError("The same layer stands in the chain twice, but it keeps one output and one gradient only. "
                             "Make a new layer for each place.")
        check_inner_layers(self.layers)
        self._output_shapes(None)
        self.input_layer = Layer_Input()
        chain = [self.input_layer, *self.layers]
        for layer, following in zip(chain[:-1], chain[1:], strict=True):
            layer.next, following.prev = following, layer
        self.output_layer_activation = self.layers[-1]
        self._linked = list(self.layers)
        self.trainable_layers = [layer for layer in self.layers if layer.parameter_names]
        self._connect_loss()

    @property
    def finalized(self):
        """Whether the layers are linked as they stand now; not so once one has been added or exchanged."""
        return self._linked == self.layers

    def _connect_loss(self):
        self.layers[-1].next = self.loss
        self._fused = None
        if self.loss is not None:
            self.loss.remember_trainable_layers(self.trainable_layers)
            self._fused = self.loss.fused_with(self.layers[-1])
        # Backward, the fused pair takes the place of the last layer, and nothing before the first layer
        # with parameters has anything to learn.
        first = next((index for index, layer in enumerate(self.layers) if layer in self.trainable_layers),
                     len(self.layers))
        self._learning_layers = self.layers[first:-1 if self._fused else None][::-1]

    # --- the three steps of learning

    def forward(self, X, training=True):
        """Takes a batch through all layers and returns the output of the last."""
        self._check_ready("forward")
        output = self.input_layer.forward(X, training)
        for layer in self.layers:
            layer.output = None  # Frees its memory, still in the processor's cache, for the new one.
            output = layer.forward(output, training)
            if output is None:
                raise nothing_returned(layer, "forward")
        return output

    def backward(self, output, y):
        """Takes the gradient of the loss back from the output to the first layer that learns."""
        self._check_ready("backward", "loss")
        if self._fused:
            dvalues = self.layers[-1].dinputs = self._fused.backward(output, y)
        else:
            dvalues = self.loss.backward(output, y)
            if dvalues is None:
                raise nothing_returned(self.loss, "backward")
        for layer in self._learning_layers:
            layer.needs_dinputs = layer is not self._learning_layers[-1]
            layer.dinputs = None
            dvalues = layer.backward(dvalues)
            if dvalues is None and layer.needs_dinputs:
                raise nothing_returned(layer, "backward")

    def _update(self):
        self.optimizer.pre_update_params()
        for layer in self.trainable_layers:
            self.optimizer.update_params(layer)
        self.optimizer.post_update_params()

    # --- training

    def train(self, X, y, *, epochs=1, batch_size=None, print_every=100, validation_data=None, shuffle=False,
              progress=None):
        """Trains on samples X and targets y, and returns the model's `History`.

        batch_size: samples a step, None for all; the last batch of an epoch may be smaller, and still counts.
        print_every: a log line every so many steps, or epochs where an epoch is one step; None for silence.
        validation_data: (X, y) to evaluate on after every epoch.
        shuffle: True takes the samples in a new order every epoch, drawn by the model's own generator; a
            generator given here, such as np.random.default_rng(42), replaces that one.
        progress: whether to show a progress bar; None shows one on a terminal only.

        Ctrl-C ends the training early: the model keeps what it has learned, the history its finished epochs.
        Raises RuntimeError before `set` and `finalize`, ValueError for data that do not fit the model,
        FloatingPointError when the loss is no longer a number.
        """
        self._check_ready("train", "loss", "optimizer", "accuracy")
        epochs = check_positive(epochs, "epochs", "how often all samples are seen")
        if print_every is not None:
            print_every = check_positive(print_every, "print_every", "the number of steps between log lines")
        check_shuffle(shuffle)
        X, y, batch_size = self._check_data(X, y, batch_size)
        validation = check_pair(validation_data)
        validation = validation and self._check_data(*validation, batch_size, "X_val", "y_val")
        dtype = np.float32 if np.result_type(X, np.float32) == np.float32 else np.float64
        for layer in self.layers:
            layer.cast(dtype)
        self.accuracy.init(y)
        if isinstance(shuffle, np.random.Generator):
            self.generator = shuffle
        log = TrainingLog(self.optimizer, epochs, math.ceil(len(X) / batch_size), print_every, progress)
        try:
            # An overflow shows in the loss, and the error there says more than NumPy's warning; an underflow is a 0;
            # and on some processors matrix products give false alarms.
            with log, np.errstate(all="ignore"):
                for epoch in range(1, epochs + 1):
                    order = self.generator.permutation(len(X)) if shuffle else None
                    log.begin_epoch(epoch)
                    self._train_epoch(batches(X, y, batch_size, self.dtype, order), log)
                    self._end_epoch(validation, log)
                check_weights(self.layers)
                # Once more: two sigmoids that begin near a half look like a distribution at first.
                self._check_outputs(X, y)
        except KeyboardInterrupt:
            with contextlib.suppress(BrokenPipeError):  # in `... | tee log`, Ctrl-C ends tee as well
                print(f"Interrupted in epoch {log.epoch}: the model keeps what it has learned so far, "
                      f"and its history {len(self.history)} finished epochs.")
        return self.history

    def _train_epoch(self, epoch_batches, log):
        self.loss.new_pass()
        self.accuracy.new_pass()
        for step, (X, y) in enumerate(epoch_batches):
            output = self.forward(X)
            data_loss = self.loss.accumulate(output, y)
            accuracy = self.accuracy.calculate(self.output_layer_activation.predictions(output), y)
            check_loss(data_loss, X, y, self.optimizer, log.epoch, step)
            regularization_loss = self.loss.regularization_loss() if log.wants(step) else 0.0
            self.backward(output, y)
            self._update()
            log.end_step(step, accuracy, data_loss, regularization_loss)

    def _end_epoch(self, validation, log):
        data_loss, regularization_loss = self.loss.calculate_accumulated(include_regularization=True)
        accuracy = self.accuracy.calculate_accumulated()
        validation = validation and self._evaluate(*validation)
        log.end_epoch(accuracy, data_loss, regularization_loss, validation)
        validation_loss, validation_accuracy = validation or (np.nan, np.nan)
        self.history.append(loss=data_loss + regularization_loss, accuracy=accuracy,
                            learning_rate=self.optimizer.current_learning_rate,
                            validation_loss=validation_loss, validation_accuracy=validation_accuracy)

    # --- using it

    def evaluate(self, X_val, y_val, *, batch_size=None):
        """Prints and returns (loss, accuracy) on samples that are not learned from; without regularization.

        Raises RuntimeError before `set` and `finalize`, ValueError for data that do not fit the model.
        """
        self._check_ready("evaluate", "loss", "accuracy")
        batch_size = INFERENCE_BATCH if batch_size is None else batch_size
        X, y, batch_size = self._check_data(X_val, y_val, batch_size, "X_val", "y_val")
        self.accuracy.init(y)
        loss, accuracy = self._evaluate(X, y, batch_size)
        print(validation_line(loss, accuracy))
        return loss, accuracy

    def _evaluate(self, X, y, batch_size):
        self.loss.new_pass()
        self.accuracy.new_pass()
        for batch_X, batch_y in batches(X, y, batch_size, self.dtype):
            output = self.forward(batch_X, training=False)
            self.loss.accumulate(output, batch_y)
            self.accuracy.calculate(self.output_layer_activation.predictions(output), batch_y)
        return self.loss.calculate_accumulated(), self.accuracy.calculate_accumulated()

    def predict(self, X, *, batch_size=None):
        """The network's output for every sample, for example a row of probabilities each. (Chapter 22.)

        Raises RuntimeError before `finalize`, ValueError for samples that do not fit the model.
        """
        self._check_ready("predict")
        X = check_samples(X)
        batch_size = INFERENCE_BATCH if batch_size is None else check_positive(
            batch_size, "batch_size", "the number of samples taken forward at once")
        dtype = self.dtype
        try:
            outputs = [self.forward(X[start:start + batch_size].astype(dtype, copy=False), training=False)
                       for start in range(0, len(X), batch_size)]
        except ValueError:
            self._output_shapes(X.shape[1:])  # says at which layer they do not fit
            raise
        return outputs[0] if len(outputs) == 1 else np.concatenate(outputs)

    @property
    def dtype(self):
        """float32 or float64: what the parameters are kept in."""
        for layer in self.layers:
            if layer.parameter_names:
                return getattr(layer, layer.parameter_names[0]).dtype
        return np.dtype(np.float64)

    def summary(self, sample_shape=None):
        """Prints a line for every layer: its kind, the shape of its output for one sample, its parameters.

        sample_shape: the shape of one sample, such as (1, 28, 28), where the shapes of later layers depend on it;
            without it they show a "?", or nothing.
        Raises ValueError when such a sample does not fit.
        """
        total = 0
        print(f"{'':>3} {'layer':<40} {'output':<18} {'parameters':>10}")
        for index, (layer, shape) in enumerate(zip(self.layers, self._output_shapes(sample_shape), strict=True)):
            count = sum(array.size for _, array, _ in layer.parameters())
            total += count
            output = "" if shape is None else str(shape).replace("None", "?")
            print(f"{index:>3} {layer!r:<40} {output:<18} {count:>10,}")
        print(f"{'':>3} {'all parameters':<40} {'':<18} {total:>10,}")

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"

    # --- keeping it: model_files and exchange are imported where they are used, so that training does without them

    def get_parameters(self):
        """Copies of the parameters, one tuple for each layer that has any. (Chapter 21.)

        Not what layers keep besides them, such as the running means of `Layer_BatchNormalization`: `save_parameters`
        and `copy.deepcopy(model)` keep those too.
        """
        return [layer.get_parameters() for layer in self.layers if layer.parameter_names]

    def set_parameters(self, parameters):
        """Takes parameters as `get_parameters` gives them. Raises ValueError when they do not fit."""
        layers = [layer for layer in self.layers if layer.parameter_names]
        if len(parameters) != len(layers):
            raise ValueError(f"The model has {len(layers)} layers with parameters, but was given {len(parameters)}.")
        for layer, values in zip(layers, parameters, strict=True):
            layer.check_parameters(*values)
        for layer, values in zip(layers, parameters, strict=True):
            layer.set_parameters(*values)

    def save_parameters(self, path):
        """Writes the parameters, and what layers keep besides them, to a file. (Chapter 21.)"""
        from modules import model_files
        model_files.save_parameters(self, path)

    def load_parameters(self, path):
        """Reads them back. Raises ValueError, with the model untouched, for a file that does not fit this network."""
        from modules import model_files
        model_files.load_parameters(self, path)

    def save(self, path):
        """Writes the whole model to one file, optimizer and history included; never a pickle. (Chapter 21.)"""
        from modules import model_files
        model_files.save_model(self, path)

    @classmethod
    def load(cls, path):
        """A new model, as `save` wrote it: training goes on bit for bit as if it had not been interrupted.

            model = Model.load(path)

        Raises ValueError for anything that is not a complete and unaltered model file.
        """
        from modules import model_files
        return model_files.load_model(cls, path)

    def state_dict(self):
        """Copies of the parameters under PyTorch's names and in its shapes: "0.weight" (out, in), "0.bias" (out,).

        `network.load_state_dict({name: torch.from_numpy(a) for name, a in model.state_dict().items()})` fills a
        `torch.nn.Sequential` of the same layers.

        Raises ValueError for an LSTM with peepholes, which PyTorch has not, and NotImplementedError for a layer that
        has more parameters than the `state_dict` it inherits.
        """
        from modules import exchange
        return exchange.state_dict(self)

    def load_state_dict(self, state):
        """Takes over such parameters, from PyTorch or `state_dict`. Raises ValueError, with the model untouched,
        when names or shapes do not fit."""
        from modules import exchange
        exchange.load_state_dict(self, state)

    def export_onnx(self, path, sample_shape=None):
        """Writes the network, as it predicts and in float32, to an ONNX file that other programs can run.

        sample_shape: the shape of one sample, needed where no layer knows it, and where the first that does is a
            Layer_Flatten that gets no pictures.

        Raises ImportError without the package onnx, ValueError where the shape is missing or does not fit, and
        NotImplementedError for a layer without a `to_onnx`.
        """
        self._output_shapes(None)
        from modules import exchange
        exchange.export_onnx(self, path, sample_shape)

    # --- what is checked at the door

    def _check_ready(self, action, *needed):
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            parts = ", ".join(f"{name}=..." for name in missing)
            raise RuntimeError(f"Before {action}(), the model needs set({parts}).")
        if not self.finalized:
            raise RuntimeError(f"Before {action}(), call finalize(): it links the layers.")

    def _check_data(self, X, y, batch_size, X_name="X", y_name="y"):
        """Returns X, y and batch size once they are known to fit each other and the model."""
        X, y = check_samples(X, X_name), check_numbers(y, y_name)
        check_same_length(X, y, X_name, y_name)
        batch_size = len(X) if batch_size is None else batch_size
        batch_size = check_positive(batch_size, "batch_size", "the number of samples in a batch")
        self._output_shapes(X.shape[1:])
        self._check_outputs(X, y)
        # Layers may have been frozen or set free, and several models may share a loss, which adds up the
        # regularization of the one that is at work.
        self._connect_loss()
        return X, y, batch_size

    def _check_outputs(self, X, y):
        """Raises ValueError when the network does not end with the layer that the loss needs, or targets do not fit."""
        self.loss.check(self.forward(X[:LOOKED_AT].astype(self.dtype), training=False), y)

    def _output_shapes(self, sample_shape):
        """The shape of a sample after each layer; None for what is not known without data, a shape or an axis of it."""
        shapes = []
        try:
            for layer in self.layers:
                ours = is_ours(type(layer).forward) and is_ours(type(layer).output_shape)
                if sample_shape is None and ours:
                    sample_shape = layer.input_shape()
                elif sample_shape and None in sample_shape and not ours:
                    sample_shape = None  # Readers' layers need not have thought of single unknown axes.
                sample_shape = layer.output_shape(sample_shape)
                shapes.append(sample_shape)
        except ValueError as error:
            own = [layer for layer in self.layers[:len(shapes)] if not is_ours(type(layer))
                   and type(layer).output_shape.__qualname__ == "Layer.output_shape"]
            hint = f" Or, if {own[-1]} changes the shape of a sample, write its output_shape." if own else ""
            raise ValueError(f"Layer {len(shapes)} (counted from 0): {error}{hint}") from None
        return shapes

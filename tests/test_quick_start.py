"""The Quick start of the README, run as it is printed, from the repository root in a fresh interpreter."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECKS = """
import os
os.chdir(root)
import numpy as np
assert predictions.shape == (len(X_test), 10) and predictions.dtype == np.float32
assert model.history.validation_accuracy[-1] > 0.8
assert np.array_equal(loaded_model.predict(X_test), model.predict(X_test))
import modules
model = Model()
model.add(modules.Layer_Dense(784, 10)); model.add(Activation_Softmax())
model.set(loss=modules.Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(), accuracy=Accuracy_Categorical())
model.finalize()
assert model._fused is not None, 'flat and package classes go together'
model.train(X_train, y_train, print_every=None)
print('done')
"""


def test_quick_start_runs_as_printed_behind_the_readmes_data(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code, data = (re.search(rf"## {heading}.*?```python\n(.*?)```", readme, re.S)[1]
                  for heading in ("Quick start", "The data"))
    # Files go to a folder of the test's own; everything before that is the README's, from the root.
    saving = code.index("model.save(")
    code = (f"root = {str(ROOT)!a}\n" + data + code[:saving]
            + f"import os; os.chdir({str(tmp_path)!a})\n" + code[saving:] + CHECKS)
    environment = os.environ | {"FASHION_MNIST_OFFLINE": "1"}
    environment.pop("FASHION_MNIST_DIR", None)
    run = subprocess.run([sys.executable, "-"], input=code, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("done\n")
    assert {path.name for path in tmp_path.iterdir()} == {"my_model.model", "weights.params"}


def test_importing_the_package_is_cheap():
    """Pictures, OpenCV and downloads are imported by those who need them."""
    code = ("import sys, modules; [getattr(modules, name) for name in modules.__all__]; "
            "print([name for name in ('matplotlib', 'cv2', 'pooch') if name in sys.modules])")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_training_imports_nothing_that_only_others_need():
    """Masked arrays, files and formats: a process that only trains does without their memory."""
    code = ("import sys, numpy as np; before = set(sys.modules); from modules import *; model = Model(); "
            "model.add(Layer_Dense(4, 2)); model.add(Activation_Softmax()); model.set(accuracy=Accuracy_Categorical(), "
            "loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam()); model.finalize(); "
            "model.train(np.ones((6, 4)), np.arange(6) % 2, print_every=None); "
            "others = {'numpy.ma', 'modules.array_files', 'modules.model_files', 'modules.exchange'}; "
            "print(sorted(others & (set(sys.modules) - before)))")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"

"""An exercise that answers back: the reader's function runs on unseen data, and one line says what is wrong.

To add an exercise to `modules/exercises/chapterNN.py` (chapter09.py is the model to follow):

1. Write the reference as a plain function with a docstring: it is the solution that is shown, and its
   argument names appear in the messages. It draws no random numbers, changes no argument, calls no exercise.
2. Write `name_cases(rng)`: a dictionary from a label that fits after "for" ("a single sample") to a tuple of
   arguments. Several shapes, samples != features, a batch of 1, negative numbers, all edge cases of the formula.
3. `name = Exercise(name, name_cases, hint=..., mistakes={message: wrong function}, returns=("dx", "dw"))`. A
   message is one line in a teacher's voice: what is wrong and where to look, never the code. Plain signs,
   factors, shapes, NaN and changed arguments are recognised without being listed.
4. `pytest tests/test_exercises.py` finds the file by itself and tests reference, stubs, mistakes and mutants.
"""

import inspect
import zlib
from dataclasses import dataclass

import numpy as np

from modules.exercises.calling import call_problem, run, run_problem
from modules.exercises.comparing import Case, WrongStructure, split
from modules.exercises.diagnosis import diagnose, not_whole

ROUNDS = 2


@dataclass(frozen=True)
class Verdict:
    """Whether a function passed, and the one line that `check` prints."""

    passed: bool
    message: str


class Exercise:
    """A task with its solution, unseen cases, a hint, and the mistakes that are recognised by name.

    `mistakes` maps a message to a function that makes this mistake; `returns` names the returned values, in
    order; `tolerance` is both relative and absolute. `whole`: the solution's whole numbers pick rows or
    entries, so they must not come as decimals.
    """

    def __init__(self, reference, cases, hint: str, mistakes: dict, returns: tuple = (), tolerance=1e-9, whole=False):
        self.reference = reference
        self.cases = cases
        self.hint_text = hint
        self.mistakes = mistakes
        self.returns = returns
        self.tolerance = tolerance
        self.whole = whole
        self.solution_asked = False

    @property
    def name(self) -> str:
        return self.reference.__name__

    def check(self, function) -> None:
        """Print one line: not yet, right, or what is wrong."""
        print(self.verdict(function).message)

    def hint(self) -> None:
        """Print what to think about next."""
        print(f"Hint: {self.hint_text}")

    def solution(self) -> None:
        """Print the solution, on the second request."""
        if self.solution_asked:
            print(inspect.getsource(self.reference).rstrip())
        else:
            print("Try once more, perhaps with hint(). Call solution() again to see one way to write it.")
        self.solution_asked = True

    def verdict(self, function) -> Verdict:
        """The judgement on `function` as data, for tests and worked solutions. Never raises."""
        cases = self.draw_cases()
        with np.errstate(all="ignore"):  # a reader's infinities are reported in words
            problem = call_problem(function, list(cases[0].arguments)) or self._problem(function, cases)
        if problem:
            return Verdict(False, problem)
        return Verdict(True, f"Right: {self.name} agrees with the solution in all {len(cases)} unseen cases.")

    def draw_cases(self) -> list[Case]:
        """The unseen cases, the same ones every time and everywhere."""
        names = list(inspect.signature(self.reference).parameters)
        seed = zlib.crc32(self.name.encode())
        drawn = [self.cases(np.random.default_rng([seed, i])) for i in range(ROUNDS)]
        return [Case(label, dict(zip(names, arguments, strict=True)))
                for cases in drawn for label, arguments in cases.items()]

    def _problem(self, function, cases: list[Case]) -> str:
        runs, again = ([run(function, case.arguments) for case in cases] for _ in range(2))
        if problem := run_problem(function, runs, again, [case.label for case in cases]):
            return problem
        try:
            parts = self._parts([result.value for result in runs], cases)
        except WrongStructure as problem:
            return str(problem)
        if not all(part.right() for part in parts.values()):
            return self._recognised(parts, cases) or diagnose(list(parts.values()))
        return not_whole(list(parts.values())) if self.whole else ""

    def _parts(self, values: list, cases: list[Case]) -> dict:
        expected = [run(self.reference, case.arguments).value for case in cases]
        return split(cases, values, expected, self.returns, self.tolerance)

    def _recognised(self, parts: dict, cases: list[Case]) -> str:
        """The message of the first mistake whose wrong parts equal the reader's in every case."""
        for message, wrong_function in self.mistakes.items():
            values = [run(wrong_function, case.arguments).value for case in cases]
            try:
                mistaken = [part for part in self._parts(values, cases).values() if not part.right()]
            except WrongStructure:
                continue
            if mistaken and all(parts[part.name].matches(part.given) for part in mistaken):
                return message
        return ""

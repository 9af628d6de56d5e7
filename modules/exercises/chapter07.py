"""Exercises of chapter 7, derivatives: the central difference, and the rules applied to a polynomial."""

import numpy as np

from modules.exercises.exercise import Exercise


def central_difference(f, x, h):
    """The slope of the secant of `f` through x - h and x + h."""
    return (f(x + h) - f(x - h)) / (2 * h)


def cube(x):
    """x^3"""
    return x * x * x


def parabola(x):
    """2 x^2 - 3 x + 1"""
    return 2 * x * x - 3 * x + 1


def reciprocal(x):
    """1 / x"""
    return 1 / x


def line(x):
    """A straight line."""
    return 4 - 3 * x


def difference_cases(rng):
    return {
        "a cube": (cube, float(rng.uniform(1, 2)), 0.1),
        "a cube at a negative place": (cube, float(rng.uniform(-2, -1)), 0.25),
        "a parabola": (parabola, float(rng.uniform(-1, 3)), 0.01),
        "a straight line": (line, float(rng.uniform(-5, 5)), 0.5),
        "the function 1 / x": (reciprocal, float(rng.uniform(2, 3)), 0.5),
        "an array of places": (cube, rng.uniform(1, 3, size=5), 0.05),
    }


central_difference = Exercise(
    central_difference,
    difference_cases,
    hint="How much higher is the curve at x + h than at x - h, and how far apart are the two places?",
    mistakes={
        "This is the forward difference: it goes from x to x + h. Let x lie in the middle instead.":
            lambda f, x, h: (f(x + h) - f(x)) / h,
        "This is the backward difference: it goes from x - h to x. Let x lie in the middle instead.":
            lambda f, x, h: (f(x) - f(x - h)) / h,
        "The rise is divided by h, but the two places are twice as far apart.":
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
        "Only the first term is divided: put the difference in parentheses.":
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
        "`/ 2 * h` divides by 2 and then multiplies by h: put the 2 and the h in parentheses.":
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
        "This is the rise alone: a slope is the rise divided by the distance.":
            lambda f, x, h: f(x + h) - f(x - h),
        "This is the mean of the two heights: the slope needs their difference.":
            lambda f, x, h: (f(x + h) + f(x - h)) / 2,
        "The two heights are added: the rise is the one on the right minus the one on the left.":
            lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h),
    },
    tolerance=1e-8,
)


def polynomial_derivative(coefficients):
    """Coefficients of the derivative of c[0] + c[1] x + c[2] x^2 + ...: one fewer; [0.0] for a constant."""
    if len(coefficients) == 1:
        return np.zeros(1)
    return np.array([n * coefficients[n] for n in range(1, len(coefficients))])


def polynomial_cases(rng):
    return {
        "2 x^2": (np.array([0.0, 0.0, 2.0]),),
        "a straight line": (rng.normal(size=2),),
        "a constant": (np.array([5.0]),),
        "a polynomial of degree 5": (rng.normal(size=6),),
        "a power without lower terms": (np.array([0.0, 0.0, 0.0, 0.0, -1.5]),),
        "a gap in the middle": (np.array([1.0, 2.0, 0.0, 4.0]),),
    }


def changed(rule):
    """A polynomial's derivative by another rule for terms of degree 1 and more; a constant comes out right."""
    return lambda coefficients: np.zeros(1) if len(coefficients) == 1 else np.array(rule(coefficients))


polynomial_derivative = Exercise(
    polynomial_derivative,
    polynomial_cases,
    hint="c x^n becomes n c x^(n - 1): which number does each coefficient get, and in which place does it land?",
    mistakes={
        "The powers have not come down: the coefficient of x^n lands in place n - 1.":
            lambda coefficients: np.arange(len(coefficients)) * coefficients,
        "The exponents are missing: the coefficient of x^n is multiplied by n.":
            changed(lambda coefficients: coefficients[1:]),
        "Each coefficient is multiplied by its new exponent: take the old one, before it comes down.":
            changed(lambda coefficients: np.arange(len(coefficients) - 1) * coefficients[1:]),
        "The coefficients come in the order of falling powers: c[0] is the constant, here and in the result.":
            changed(lambda coefficients: (np.arange(len(coefficients)) * coefficients)[:0:-1]),
        "The coefficients are read from the highest power down: c[0] is the constant, the last one the highest.":
            changed(lambda coefficients: (np.arange(len(coefficients))[::-1] * coefficients)[:-1]),
        "The constant is still there: it has the slope 0 everywhere, and its place is taken by the next term.":
            changed(lambda coefficients: [coefficients[0], *(np.arange(len(coefficients)) * coefficients)[1:]]),
        "The exponent divides: multiply each coefficient by it instead.":
            changed(lambda coefficients: coefficients[1:] / np.arange(1, len(coefficients))),
        "A constant has the derivative 0: return [0.0] for it, not an empty array.":
            lambda coefficients: (np.arange(len(coefficients)) * coefficients)[1:],
        "Each coefficient is multiplied by one more than its exponent: c[n] belongs to x^n.":
            changed(lambda coefficients: (np.arange(len(coefficients)) + 1)[1:] * coefficients[1:]),
        "A zero is left at the end: the derivative has one coefficient fewer.":
            changed(lambda coefficients: [*(np.arange(len(coefficients)) * coefficients)[1:], 0.0]),
    },
)

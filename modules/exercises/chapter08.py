"""Exercises of chapter 8, gradients: a product of many numbers, and a chain in which one number takes two paths."""

import numpy as np

from modules.exercises.exercise import Exercise


def product_gradient(x):
    """Gradient of x[0] * x[1] * ... * x[n - 1]: entry i is the product of all the others."""
    gradient = np.ones(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            if j != i:
                gradient[i] *= x[j]
    return gradient


def product_cases(rng):
    return {
        "two numbers": (rng.uniform(1, 3, 2),),
        "four numbers": (rng.uniform(-3, 3, 4),),
        "a single number": (rng.uniform(2, 3, 1),),
        "one zero among them": (np.array([2.0, 0.0, -3.0]),),
        "two zeros": (np.array([0.0, 4.0, 0.0, 1.5]),),
        "two equal numbers": (np.array([2.0, 2.0, 3.0]),),
        "five negative numbers": (-rng.uniform(1, 2, 5),),
    }


def product_by_division(x):
    return np.prod(x) / x


product_gradient = Exercise(
    product_gradient,
    product_cases,
    hint="With three numbers: x y z. All but one are held fixed, so they are a factor. Which one for x, for y, for z?",
    mistakes={
        "Dividing the whole product by x[i] fails where x[i] is 0: multiply the others instead.":
            product_by_division,
        "Where x[i] is 0 its slope need not be 0: it is the product of the others.":
            lambda x: np.array([np.prod(x) / value if value else 0.0 for value in x]),
        "This is the whole product, the same for each: leave the number itself out.":
            lambda x: np.full(len(x), np.prod(x)),
        "This is the gradient of a sum, 1 for each number: in a product the others are the factor.":
            lambda x: np.ones(len(x)),
        "The others are added up: multiply them.":
            lambda x: np.sum(x) - x,
        "This is the value of the product: the gradient has an entry for each number.":
            lambda x: np.prod(x),
        "The gradient is not the numbers themselves: each slope is made of the others.":
            lambda x: np.array(x),
        "Numbers equal to x[i] are left out: leave out one place, not one value.":
            lambda x: np.array([np.prod(x[x != value]) for value in x]),
        "Only the numbers before x[i] are multiplied: those after it are factors too.":
            lambda x: np.array([np.prod(x[:i]) for i in range(len(x))]),
        "Only the numbers after x[i] are multiplied: those before it are factors too.":
            lambda x: np.array([np.prod(x[i + 1:]) for i in range(len(x))]),
    },
)


def chain_gradient(a, b, c):
    """Gradients of y = a * max(a * b, c) by a, b and c; c wins a tie.

    With p = a * b and m = max(p, c): y = a * m, so dm = a, and dp is dm where p wins. a reaches y by two paths.
    """
    dm = a
    dp = dm if a * b > c else 0.0
    dc = dm - dp
    da = max(a * b, c) + dp * b
    db = dp * a
    return da, db, dc


def chain_cases(rng):
    a, b = rng.uniform(1, 3, 2)
    return {
        "the product wins": (a, b, a * b - 1.0),
        "c wins": (a, b, a * b + 1.0),
        "a tie": (2.0, 3.0, 6.0),
        "a negative a": (-a, -b, 0.5),
        "a negative a, and c wins": (-a, b, 1.5),
        "nothing but negative numbers in the maximum": (a, -b, -a * b - 2.0),
        "a product just above c": (3.0, 1.0, 2.0),
    }


def wrong_chain(da=None, db=None, dc=None):
    """The right three gradients, except those for which a function of (a, b, c) is given."""
    def gradients(a, b, c):
        right = chain_gradient.reference(a, b, c)
        return tuple(other(a, b, c) if other else value for other, value in zip((da, db, dc), right, strict=True))

    return gradients


chain_gradient = Exercise(
    chain_gradient,
    chain_cases,
    hint="Name the steps, p = a b and m = max(p, c), go backwards from y = a m, and look for every path that a takes.",
    returns=("da", "db", "dc"),
    mistakes={
        "`da` counts one path only, that of the outer factor: a is in the product as well. Add both.":
            wrong_chain(da=lambda a, b, c: max(a * b, c)),
        "`da` counts one path only, that through the product: a is the outer factor as well. Add both.":
            wrong_chain(da=lambda a, b, c: a * b if a * b > c else 0.0),
        "The maximum passes the gradient to both: only the larger of the two gets it.":
            wrong_chain(da=lambda a, b, c: max(a * b, c) + a * b, db=lambda a, b, c: a * a, dc=lambda a, b, c: a),
        "The maximum passes the gradient to the smaller of the two: it is the larger one that y depends on.":
            wrong_chain(da=lambda a, b, c: max(a * b, c) + (0.0 if a * b > c else a * b),
                        db=lambda a, b, c: 0.0 if a * b > c else a * a, dc=lambda a, b, c: a if a * b > c else 0.0),
        "The outer factor is lost: what goes into the maximum is multiplied by a on its way to y.":
            wrong_chain(da=lambda a, b, c: max(a * b, c) + (b if a * b > c else 0.0),
                        db=lambda a, b, c: a if a * b > c else 0.0, dc=lambda a, b, c: 0.0 if a * b > c else 1.0),
        "The tie goes to the product: where both are equal, c should win.":
            wrong_chain(da=lambda a, b, c: max(a * b, c) + (a * b if a * b >= c else 0.0),
                        db=lambda a, b, c: a * a if a * b >= c else 0.0, dc=lambda a, b, c: 0.0 if a * b >= c else a),
        "The two paths of a are multiplied: what arrives along different paths is added.":
            wrong_chain(da=lambda a, b, c: max(a * b, c) * (a * b if a * b > c else 0.0)),
        "The product is compared with 0, as in ReLU: the maximum here is that of the product and c.":
            wrong_chain(da=lambda a, b, c: max(a * b, c) + max(a * b, 0.0),
                        db=lambda a, b, c: a * a if a * b > 0 else 0.0, dc=lambda a, b, c: 0.0 if a * b > 0 else a),
        "Where c wins, `da` is not 0: a is still the outer factor, that of c.":
            wrong_chain(da=lambda a, b, c: 2 * a * b if a * b > c else 0.0),
    },
)

"""Mutants: copies of a function that differ from it by one edit of its syntax tree, as a slip of the pen would.

A check is only as good as the wrong answers it rejects. Products and sums are not commuted, since that changes
nothing. `while` loops are left alone: a changed one may never end.
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator

OPPOSITE_OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
OTHER_COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE), ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
}
OTHER_NAMES = {
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "sum": "mean", "mean": "sum",
    "argmax": "argmin", "argmin": "argmax", "zeros_like": "ones_like", "ones_like": "zeros_like",
    "zeros": "ones", "ones": "zeros",
}


def mutants(function: Callable) -> Iterator[tuple[str, Callable]]:
    """Yield (what was changed, the changed function) for each single edit of `function`'s source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    if ast.get_docstring(definition) is not None:
        del definition.body[0]
    nodes = list(ast.walk(tree))
    skipped = {id(inner) for loop in nodes if isinstance(loop, ast.While) for inner in ast.walk(loop)}
    for position, node in enumerate(nodes):
        if id(node) in skipped or node is definition:
            continue
        for edit in EDITS:
            for changed in edit(node):
                ast.copy_location(changed, node)
                text = f"{ast.unparse(node)}  ->  {ast.unparse(changed)}"
                yield text, compile_with(tree, position, changed, function)


def compile_with(tree: ast.Module, position: int, changed: ast.AST, function: Callable) -> Callable:
    """The function of `tree` with the node at `position`, in walking order, replaced by `changed`."""
    mutant = copy.deepcopy(tree)
    target = list(ast.walk(mutant))[position]
    replaced = ast.fix_missing_locations(Replace(target, changed).visit(mutant))
    namespace = dict(function.__globals__)
    exec(compile(replaced, f"<mutant of {function.__name__}>", "exec"), namespace)
    return namespace[function.__name__]


class Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, target: ast.AST, changed: ast.AST):
        self.target = target
        self.changed = changed

    def visit(self, node):
        return self.changed if node is self.target else super().generic_visit(node)


def altered(node: ast.AST, **fields) -> ast.AST:
    twin = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def operators(node):
    """+ and -, * and /; a summand, factor or divisor dropped; the operands of @ swapped."""
    if not isinstance(node, ast.BinOp):
        return
    if type(node.op) in OPPOSITE_OPERATORS:
        yield altered(node, op=OPPOSITE_OPERATORS[type(node.op)]())
        yield node.left
    if isinstance(node.op, (ast.Mult, ast.Add)):
        yield node.right
    if isinstance(node.op, ast.MatMult):
        yield altered(node, left=node.right, right=node.left)


def minus_signs(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def assignments(node):
    """`+=` becomes `-=`, and `=`: overwriting instead of accumulating."""
    if isinstance(node, ast.AugAssign):
        if type(node.op) in OPPOSITE_OPERATORS:
            yield altered(node, op=OPPOSITE_OPERATORS[type(node.op)]())
        yield ast.Assign(targets=[node.target], value=node.value)


def comparisons(node):
    if isinstance(node, ast.Compare):
        for other in OTHER_COMPARISONS.get(type(node.ops[0]), ()):
            yield altered(node, ops=[other(), *node.ops[1:]])


def transposes(node):
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value


def names(node):
    """maximum and minimum, sum and mean, zeros and ones, argmax and argmin."""
    if isinstance(node, ast.Attribute) and node.attr in OTHER_NAMES:
        yield altered(node, attr=OTHER_NAMES[node.attr])


def products(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("dot", "matmul"):
        if len(node.args) == 2:
            yield altered(node, args=node.args[::-1])


def keywords(node):
    """axis 0 and 1 exchanged, keepdims dropped."""
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        others = [other for other in node.keywords if other is not keyword]
        if keyword.arg == "axis":
            axis = ast.Constant(1 if ast.unparse(keyword.value) == "0" else 0)
            yield altered(node, keywords=[*others, ast.keyword(arg="axis", value=axis)])
        if keyword.arg == "keepdims":
            yield altered(node, keywords=others)


def integers(node):
    """Off by one: an integer constant, or the end of a range."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "range":
        last = min(len(node.args), 2) - 1
        shorter = ast.BinOp(left=node.args[last], op=ast.Sub(), right=ast.Constant(1))
        yield altered(node, args=[*node.args[:last], shorter, *node.args[last + 1:]])


EDITS = (operators, minus_signs, assignments, comparisons, transposes, names, products, keywords, integers)

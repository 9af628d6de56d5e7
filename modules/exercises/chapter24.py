"""Exercises of chapter 24: gradients through a graph, and the derivatives of two operations of a scalar engine."""

import math

import numpy as np

from modules.exercises.exercise import Exercise


def gradients(edges, nodes, result):
    """How the node numbered `result` changes with each of the nodes 0, 1, ..., nodes - 1.

    Each edge is [node, parent, derivative]: the node was computed from the parent. The numbers say nothing about the
    order in which the nodes were computed.
    """
    order, visited = [], set()

    def visit(node):
        visited.add(node)
        for child, parent, _ in edges:
            if child == node and parent not in visited:
                visit(parent)
        order.append(node)

    visit(result)
    slopes = [0.0] * nodes
    slopes[result] = 1.0
    for node in reversed(order):
        for child, parent, derivative in edges:
            if child == node:
                slopes[parent] += derivative * slopes[node]
    return slopes


def graph_cases(rng):
    def number(low=0.5):
        return float(rng.uniform(low, 2.0))

    return {
        "a chain": ([[2, 1, number()], [1, 0, number()], [3, 2, -number()]], 4, 3),
        "the doublings of the lesson": ([[1, 0, 2.0], [1, 0, 2.0], [2, 1, 1.0], [2, 1, 1.0], [3, 2, 1.0], [3, 2, 1.0]],
                                        4, 3),
        "nodes that are numbered from the result on": ([[0, 1, number()], [0, 2, number()], [1, 3, number()],
                                                        [2, 3, number()], [3, 4, number()], [3, 4, number()]], 5, 0),
        "a short and a long path to one node": ([[0, 3, number()], [0, 4, number()], [4, 2, number()],
                                                [2, 3, number()], [3, 1, number()]], 5, 0),
        "nodes that the result does not depend on": ([[2, 0, number()], [2, 1, number()], [4, 2, number()],
                                                      [3, 2, number()], [4, 0, number()]], 5, 3),
        "a result that is a leaf": ([[1, 0, number()], [2, 1, number()]], 3, 0),
    }


def handed_on_at_once(edges, nodes, result):
    """Plain recursion: whoever receives something hands on all it has."""
    slopes = [0.0] * nodes

    def receive(node, slope):
        slopes[node] += slope
        for child, parent, derivative in edges:
            if child == node:
                receive(parent, derivative * slopes[node])

    receive(result, 1.0)
    return slopes


def in_this_order(order, add=True, start=1.0):
    """Hands on node by node, in the order that `order(edges, nodes, result)` gives."""
    def wrong(edges, nodes, result):
        slopes = [0.0] * nodes
        slopes[result] = start
        for node in order(edges, nodes, result):
            for child, parent, derivative in edges:
                if child == node:
                    slopes[parent] = add * slopes[parent] + derivative * slopes[node]
        return slopes

    return wrong


def edge_by_edge(edges, nodes, result):
    slopes = [0.0] * nodes
    slopes[result] = 1.0
    for child, parent, derivative in reversed(edges):
        slopes[parent] += derivative * slopes[child]
    return slopes


def right_order(edges, nodes, result):
    """Children before parents, found by repeating the pass over the edges until nothing moves."""
    depth = [-nodes * nodes] * nodes
    depth[result] = 0
    for _ in range(nodes):
        for child, parent, _ in edges:
            depth[parent] = max(depth[parent], depth[child] + 1)
    return sorted((node for node in range(nodes) if depth[node] >= 0), key=lambda node: depth[node])


def depth_first(edges, nodes, result):
    """Children before parents, as the reference finds them."""
    order = []

    def visit(node):
        for child, parent, _ in edges:
            if child == node and parent not in order:
                visit(parent)
        order.append(node)

    visit(result)
    return order[::-1]


def breadth_first(edges, nodes, result):
    order = [result]
    for node in order:
        order += [parent for child, parent, _ in edges if child == node and parent not in order]
    return list(dict.fromkeys(order))


gradients = Exercise(
    gradients,
    graph_cases,
    hint="A node may hand on only when nothing more will come to it: after all the nodes that were computed from it.",
    mistakes={
        "A node hands on all it has each time something arrives, and so hands on the same gradient again and again.":
            handed_on_at_once,
        "Only the last path is left: what arrives along several edges is added up.":
            in_this_order(right_order, add=False),
        "What arrives is written over what came before: add it up.":
            in_this_order(depth_first, add=False),
        "The gradient of the result by the result is 1: without it there is nothing to hand on.":
            in_this_order(right_order, start=0.0),
        "The edges are walked in the order of the list, from its end: that is not the order of the graph.":
            edge_by_edge,
        "The nodes hand on in the order of their numbers, from the last to the first: look at the edges instead.":
            in_this_order(lambda edges, nodes, result: range(nodes - 1, -1, -1)),
        "A node near the result hands on although a longer path still leads to it: distance alone is no order.":
            in_this_order(breadth_first),
        "The order is that of the forward pass: walk through it backwards, from the result to the leaves.":
            in_this_order(lambda edges, nodes, result: right_order(edges, nodes, result)[::-1]),
    },
)


def sigmoid_node(x):
    """1 / (1 + e**-x) and its derivative by x, for any float: no exponential of a large number is computed."""
    small = math.exp(-abs(x))
    value = 1 / (1 + small) if x >= 0 else small / (1 + small)
    return value, value * (1 - value)


def number_cases(rng):
    return {
        "a positive number": (float(rng.uniform(0.3, 3.0)),),
        "a negative number": (float(rng.uniform(-3.0, -0.3)),),
        "a number whose sigmoid is nearly 1": (float(rng.uniform(4.0, 8.0)),),
        "a number whose sigmoid is nearly 0": (float(rng.uniform(-14.0, -7.0)),),
        "0": (0.0,),
        "1000": (1000.0,),
        "-1000": (-1000.0,),
    }


def sigmoid_of(x):
    return 0.5 * (1 + math.tanh(x / 2))


sigmoid_node = Exercise(
    sigmoid_node,
    number_cases,
    hint="e to the power of -|x| is never above 1. For each sign of x, which form of the fraction needs only that?",
    returns=("value", "derivative"),
    mistakes={
        "The derivative is computed from x, as if x were the output: it is s (1 - s) with s the value.":
            lambda x: (sigmoid_of(x), x * (1 - x)),
        "The derivative 1 - s² belongs to tanh: the sigmoid has s (1 - s).":
            lambda x: (sigmoid_of(x), 1 - sigmoid_of(x) ** 2),
        "This is the sigmoid of -x: a large x gives a value near 1.":
            lambda x: (sigmoid_of(-x), sigmoid_of(x) * sigmoid_of(-x)),
        "This is tanh, which lies between -1 and 1: the sigmoid lies between 0 and 1.":
            lambda x: (math.tanh(x), 1 - math.tanh(x) ** 2),
    },
)


def weighted_sum_of_numbers(weights, inputs, bias):
    """w1·x1 + ... + wn·xn + b, and its derivatives by all weights, then all inputs, then the bias, in one list."""
    value = bias
    for weight, number in zip(weights, inputs, strict=True):
        value += weight * number
    return value, [*inputs, *weights, 1.0]


def sum_cases(rng):
    def draw(count):
        return rng.normal(size=count).tolist(), rng.normal(size=count).tolist(), float(rng.normal())

    return {
        "three inputs": draw(3),
        "a single input": draw(1),
        "the neuron of chapter 9": ([-3.0, -1.0, 2.0], [1.0, -2.0, 3.0], 1.0),
        "weights of 0": ([0.0, 0.0], [1.5, -2.5], 0.5),
    }


weighted_sum_of_numbers = Exercise(
    weighted_sum_of_numbers,
    sum_cases,
    hint="How much does the sum grow when one weight grows by 1? And when one input does, or the bias?",
    returns=("value", "derivatives"),
    mistakes={
        "The derivatives by the weights and by the inputs have changed places: by a weight it is the input.":
            lambda weights, inputs, bias: (np.dot(weights, inputs) + bias, [*weights, *inputs, 1.0]),
        "The bias is missing from the sum.":
            lambda weights, inputs, bias: (np.dot(weights, inputs), [*inputs, *weights, 1.0]),
        "The derivative by the bias is 1: when the bias grows by 1, so does the sum.":
            lambda weights, inputs, bias: (np.dot(weights, inputs) + bias, [*inputs, *weights, bias]),
        "The bias is a parameter as well: its derivative belongs at the end of the list.":
            lambda weights, inputs, bias: (np.dot(weights, inputs) + bias, [*inputs, *weights]),
        "Weights and inputs alternate: all weights come first, then all inputs.":
            lambda weights, inputs, bias: (np.dot(weights, inputs) + bias, [
                *(number for pair in zip(inputs, weights, strict=True) for number in pair), 1.0]),
    },
)

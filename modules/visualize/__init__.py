"""Pictures that lessons share. Each function draws into `axes` or a new figure; showing it is left to you.

The colours can be told apart by colour-blind readers, and no picture relies on colour alone.
"""

from modules.visualize.backward import draw_neuron_backward
from modules.visualize.curves import (
    confusion_matrix,
    plot_band,
    plot_confidences,
    plot_confusion_matrix,
    plot_history,
)
from modules.visualize.diagrams import draw_links, draw_matrix_product, draw_network, draw_neuron
from modules.visualize.grids import plot_mistakes, plot_photo_steps, plot_pictures, plot_weights, worst_mistakes
from modules.visualize.lstm import draw_lstm_step, draw_through_time
from modules.visualize.number_grids import draw_number_grids
from modules.visualize.surfaces import animate, plot_decision_boundary, plot_loss_surface, plot_path, plot_points
from modules.visualize.tools import COLOURS

__all__ = [
    "COLOURS",
    "animate",
    "confusion_matrix",
    "draw_links",
    "draw_lstm_step",
    "draw_matrix_product",
    "draw_network",
    "draw_neuron",
    "draw_neuron_backward",
    "draw_number_grids",
    "draw_through_time",
    "plot_band",
    "plot_confidences",
    "plot_confusion_matrix",
    "plot_decision_boundary",
    "plot_history",
    "plot_loss_surface",
    "plot_mistakes",
    "plot_path",
    "plot_photo_steps",
    "plot_pictures",
    "plot_points",
    "plot_weights",
    "worst_mistakes",
]

"""Draws how the time of a step grows with the network and with the batch."""

MARKS = {0: ("o", "-", "#0072b2"), 1: ("s", "--", "#d55e00"), 2: ("^", ":", "#009e73")}


def draw(series, path):
    """Writes an SVG of two panels. `series` is {label: {(hidden, batch): seconds a step}}.

    Colours, marks and dashes each tell the lines apart. Stable: the same numbers give the same file.
    """
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
    views = ((0, 1, "batch of 128 samples"), (1, 0, "128 neurons a layer"))
    for panel, (axis, fixed, title) in zip(panels, views, strict=True):
        for index, (label, values) in enumerate(series.items()):
            marker, line, colour = MARKS[index]
            points = sorted((point[axis], 1e6 * seconds) for point, seconds in values.items() if point[fixed] == 128)
            panel.plot(*zip(*points, strict=True), marker=marker, linestyle=line, color=colour, markersize=4,
                       label=label.replace("`", ""))
        ticks = [x for x, _ in points]
        panel.set(xscale="log", yscale="log", title=title, xlabel=("neurons a hidden layer", "samples a batch")[axis])
        panel.set_xticks(ticks, labels=map(str, ticks), minor=False)
        panel.set_yticks([100, 1000, 10000], labels=["100", "1,000", "10,000"])
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("µs a step")
    panels[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)

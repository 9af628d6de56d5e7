"""The tables of the chapter-19 work: what runs, how often, and which results are shown."""

from measure import HERE, run_in_turns
from report import number, table

OURS, EAGER, FUSED = "`modules`, this project", "PyTorch, eager", "PyTorch, fused Adam"
PRODUCTS, PUBLISHED = "the matrix products alone", "the published style"

TRAINING = {
    PRODUCTS: "matrix_products.py",
    "bare NumPy, one script": "bare_numpy.py",
    OURS: "ours.py",
    EAGER: "pytorch.py",
    FUSED: "pytorch.py --fused",
    "JAX, jit over the epoch": "jax_epoch.py",
    "scikit-learn": "scikit_learn.py",
    "Keras on JAX": "keras_jax.py",
    PUBLISHED: "published_style.py --epochs 1",
}


def commands(settings, scripts, *arguments):
    """{label: "script --option"} as commands for `run_in_turns`, with the folder of the data and more arguments."""
    result = {}
    for label, line in scripts.items():
        name, *options = line.split()
        result[label] = [f"chapter19/{name}", settings.data, *arguments, *options]
    return result


def training(settings):
    """Seconds an epoch of all implementations, a table for each thread count."""
    parts = [f"Data: {settings.data_name}, 60,000 pictures."]
    for threads in settings.threads:
        results = run_in_turns(commands(settings, TRAINING, "--threads", threads), settings.rounds, threads)
        head = [f"{threads} thread{'s' * (threads > 1)}", "s an epoch", "min–max", "/ eager", "/ fused", "/ products",
                "cores busy", "peak MB", "test loss", "test accuracy"]
        parts.append(table(head, [training_row(label, results) for label in TRAINING]))
    return "\n\n".join(parts)


def training_row(label, results):
    result = results[label]
    if result.trouble:
        return [label, result.trouble]
    seconds = result.values("seconds")
    ratios = [number(result.ratio(results[peer], "seconds"), ".2f") for peer in (EAGER, FUSED, PRODUCTS)]
    return [label, number(result.median("seconds"), ".3f"), f"{min(seconds):.3f}–{max(seconds):.3f}", *ratios,
            number(result.median("cores"), ".2f"), number(result.median("peak_mb"), ".0f"),
            number(result.median("loss"), ".3f"), number(result.median("accuracy"), ".3f")]


def options(settings):
    """What dropout, L2 regularization and shuffling add to our own epoch, in percent."""
    result = run_in_turns(commands(settings, {"options": "options.py"}), settings.rounds)["options"]
    if result.trouble:
        return result.trouble
    names = {"plain": "plain", "dropout": "dropout 0.1 after each hidden layer", "l2": "L2 regularization, 0.0005",
             "shuffle": "shuffling"}
    rows = [[text, number(result.median(name), ".3f"), f"{100 * (result.ratio(result, name, 'plain') - 1):+z.0f} %"]
            for name, text in names.items()]
    return table(["1 thread", "s an epoch", "more than plain"], rows)


def prediction(settings):
    """Probabilities for one picture and for 10,000."""
    scripts = {OURS: "prediction.py --with ours", EAGER: "prediction.py --with pytorch"}
    rows = []
    for threads in settings.threads:
        results = run_in_turns(commands(settings, scripts, "--threads", threads), settings.rounds, threads)
        for label, result in results.items():
            rows.append([f"{label}, {threads} thread{'s' * (threads > 1)}", *prediction_cells(result, results[EAGER])])
    return table(["", "one, µs", "/ PyTorch", "10,000, ms", "/ PyTorch"], rows)


def prediction_cells(result, peer):
    if result.trouble:
        return [result.trouble]
    return [number(1e6 * result.median("one"), ".1f"), number(result.ratio(peer, "one"), ".2f"),
            number(1e3 * result.median("all"), ".1f"), number(result.ratio(peer, "all"), ".2f")]


def memory(settings):
    """Peak memory of our training against the size of its data; with one batch, it is nearly all Python and NumPy."""
    scripts = {f"{samples:,}": f"memory.py {samples}" for samples in (128, 15000, 30000, 60000)}
    rows = []
    for samples, result in run_in_turns(commands(settings, scripts), settings.rounds).items():
        data, peak = result.median("data_mb"), result.median("peak_mb")
        rows.append([samples, number(data, ".1f"), number(peak, ".1f"), number(peak and peak - data, ".1f")])
    return table(["pictures", "data, MB", "peak, MB", "difference, MB"], rows)


def growth(settings):
    """Time of a step over hidden size and batch size, as a table and as benchmarks/growth.svg."""
    from chapter19.growth_picture import draw

    scripts = {OURS: "growth.py --with ours", EAGER: "growth.py --with eager", FUSED: "growth.py --with fused"}
    results = run_in_turns(commands(settings, scripts), min(settings.rounds, 3))
    if results[OURS].trouble:
        return results[OURS].trouble
    points = [tuple(map(int, key.split())) for key in results[OURS].reports[0]]
    hidden_sizes, batch_sizes = (sorted(set(values)) for values in zip(*points, strict=True))
    rows = [[f"{hidden} neurons", *(growth_cell(results, f"{hidden} {batch}") for batch in batch_sizes)]
            for hidden in hidden_sizes]
    if settings.write:
        draw({label: {point: result.median(f"{point[0]} {point[1]}") for point in points}
              for label, result in results.items() if result.reports}, HERE / "growth.svg")
    return table(["hidden layers of", *(f"batch {batch}" for batch in batch_sizes)], rows)


def growth_cell(results, key):
    peers = " / ".join(number(results[OURS].ratio(results[peer], key), ".2f") for peer in (EAGER, FUSED))
    return f"{1e6 * results[OURS].median(key):,.0f} µs ({peers})"

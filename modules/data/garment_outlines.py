"""How ten kinds of garments are cut, and how each varies from piece to piece. Used by garments.py only.

The coordinates and shades are those of sketch.py; `pick(a, b)` draws a number between a and b, so its two
numbers are the limits of one measure of the garment.
"""

import numpy as np


def t_shirt(sketch):
    pick = sketch.pick
    _top(sketch, pick(0.1, 0.44) if pick(0, 1) < 0.85 else 0, pick(0.8, 0.97))
    if pick(0, 1) < 0.45:
        _motif(sketch)


def trouser(sketch):
    pick = sketch.pick
    waist, hip, hem = pick(0.1, 0.14), pick(0.14, 0.18), pick(0.04, 0.09)
    middle, fork = pick(0.05, 0.14), pick(0.28, 0.42)
    sketch.fill_pair([(-0.005, 0.03), (waist, 0.03), (hip, 0.28), (middle + hem, 0.97), (middle - hem, 0.97),
                      (0.004, fork)])
    sketch.line([(-waist, 0.06), (waist, 0.06)], pick(0.5, 1.3), 0.03)


def pullover(sketch):
    pick = sketch.pick
    length = pick(0.8, 0.97)
    hem = _top(sketch, pick(0.4, 0.8), length, pick(-0.01, 0.03))
    if pick(0, 1) < 0.5:
        sketch.line([(-hem, length - 0.04), (hem, length - 0.04)], pick(0.6, 0.9), 0.05)
    if pick(0, 1) < 0.3:
        _motif(sketch)


def dress(sketch):
    pick = sketch.pick
    shoulder, waist, hem, belt = pick(0.09, 0.17), pick(0.08, 0.14), pick(0.12, 0.28), pick(0.36, 0.48)
    if pick(0, 1) < 0.45:
        sleeve = pick(0.1, 0.55)
        reach = shoulder + 0.05 + sleeve * 0.2
        sketch.fill_pair([(shoulder - 0.04, 0.07), (reach + 0.03, 0.1 + sleeve),
                          (reach - 0.03, 0.12 + sleeve), (waist, 0.3)], pick(0.75, 1.0))
    sketch.fill_symmetric([(0.04, 0.03), (shoulder, 0.05), (shoulder, 0.22), (waist, belt), (hem, 0.97)])
    sketch.fill_symmetric([(0.05, 0.0), (0.03, pick(0.08, 0.16))], 0)
    if pick(0, 1) < 0.4:
        sketch.line([(-waist, belt), (waist, belt)], pick(0.4, 1.4), 0.04)


def coat(sketch):
    pick = sketch.pick
    length = pick(0.8, 0.97)
    _top(sketch, pick(0.3, 0.8), length, pick(-0.01, 0.03))
    sketch.line([(0, 0.1), (0, length)], _either(sketch, (0, 0.4), (1.6, 2.2)), pick(0.03, 0.07))
    _collar(sketch, pick(0.05, 0.09))


def sandal(sketch):
    pick = sketch.pick
    heel, toe, thick = pick(0.0, 0.3), pick(0.7, 0.8), pick(0.04, 0.08)
    back = toe - heel
    sketch.fill([(-0.45, toe), (-0.1, toe - heel * 0.3), (0.25, back), (0.42, back), (0.42, back + thick),
                 (0.25, back + thick), (-0.1, toe + thick), (-0.44, toe + thick)])
    if heel > 0.1:
        sketch.fill([(0.3, back), (0.43, back), (0.41, toe + thick), (0.36, toe + thick)])
    for _ in range(sketch.rng.integers(2, 5)):  # straps over the foot
        x = pick(-0.35, 0.3)
        sole = toe - heel * (x + 0.45) / 0.8
        sketch.line([(x, sole), (x + pick(0, 0.15), sole - pick(0.08, 0.3)), (x + pick(0.1, 0.3), sole)],
                    pick(0.6, 1.2), pick(0.02, 0.05))
    if pick(0, 1) < 0.6:  # a strap around the ankle
        sketch.line([(0.2, back - 0.2), (0.4, back - 0.2), (0.42, back)], pick(0.6, 1.2), 0.03)


def shirt(sketch):
    pick = sketch.pick
    length = pick(0.8, 0.97)
    _top(sketch, pick(0.1, 0.8), length, pick(-0.01, 0.03))
    _collar(sketch, pick(0.02, 0.04))
    button = _either(sketch, (0, 0.4), (1.6, 2.2))
    for y in np.arange(0.2, length - 0.05, pick(0.1, 0.15)):
        sketch.line([(-0.005, y), (0.005, y)], button, 0.055)


def sneaker(sketch):
    pick = sketch.pick
    ground, back, rise = pick(0.7, 0.8), pick(0.38, 0.44), pick(0.2, 0.44)
    ankle = ground - rise
    _shoe(sketch, [(-0.45, ground - 0.06), (-0.33, ground - 0.12), (-0.1, ground - rise * 0.75),
                   (0.0, ankle - 0.02), (0.06, ankle), (0.18, ankle + 0.06), (back - 0.04, ankle),
                   (back, ankle + 0.03), (back, ground), (-0.45, ground)], pick(0.04, 0.08), 0)
    lace = _either(sketch, (0.2, 0.6), (1.4, 1.8))
    for x, step in ((-0.2, 0.2), (-0.125, 0.5), (-0.05, 0.8)):
        sketch.line([(x, ground - 0.1 - rise * 0.7 * step), (x + 0.07, ground - rise * 0.6 * step)], lace, 0.025)


def bag(sketch):
    pick = sketch.pick
    top, bottom, upper = pick(0.3, 0.5), pick(0.78, 0.95), pick(0.25, 0.44)
    lower = upper + pick(-0.05, 0.07)
    handle, peak = upper * pick(0.3, 0.9), top - pick(0.06, 0.36)
    if pick(0, 1) < 0.85:
        foot = top + 0.02
        sketch.line([(-handle, foot), (-handle * 0.7, peak), (handle * 0.7, peak), (handle, foot)],
                    pick(0.5, 1.2), pick(0.02, 0.06))
    sketch.fill_symmetric([(upper * 0.5, top), (upper, top + 0.01), (lower, bottom), (lower * 0.4, bottom)])
    if pick(0, 1) < 0.6:
        flap = top + pick(0.08, 0.25)
        sketch.line([(-upper, flap), (0, flap + pick(0, 0.08)), (upper, flap)], pick(0.3, 1.4), 0.025)


def ankle_boot(sketch):
    pick = sketch.pick
    ground, back, rise, front = pick(0.74, 0.82), pick(0.34, 0.42), pick(0.28, 0.54), pick(-0.08, 0.08)
    top, calf = ground - rise, back - 0.03
    _shoe(sketch, [(-0.45, ground - 0.05), (-0.36, ground - 0.13), (front - 0.08, ground - 0.22), (front, top),
                   (calf, top + pick(-0.03, 0.02)), (calf, ground - 0.15), (back, ground), (-0.45, ground)],
          pick(0.03, 0.06), pick(0, 0.14))
    if pick(0, 1) < 0.5:
        zip_shade = _either(sketch, (0.2, 0.6), (1.4, 1.8))
        sketch.line([(front + 0.1, top + 0.02), (front + 0.12, ground - 0.15)], zip_shade, 0.04)


# In the order of Fashion-MNIST's labels 0 to 9.
DRAWERS = (t_shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle_boot)


def _top(sketch, sleeve, length, width=0.0):
    """The upper body that T-shirt, pullover, coat and shirt share; returns the half width of the hem."""
    pick = sketch.pick
    shoulder, torso, neck = pick(0.17, 0.21) + width, pick(0.14, 0.18) + width, pick(0.05, 0.09)
    hem = torso + pick(-0.01, 0.04)
    if sleeve:
        reach, cuff = shoulder + sleeve * pick(0.1, 0.3) + 0.03, pick(0.035, 0.055)
        sketch.fill_pair([(shoulder - 0.06, 0.08), (shoulder + 0.03, 0.12), (reach + cuff, 0.13 + sleeve),
                          (reach - cuff, 0.15 + sleeve), (torso - 0.02, 0.36)], pick(0.75, 1.0))
    sketch.fill_symmetric([(neck, 0.05), (shoulder, 0.09), (torso + 0.01, 0.33), (torso, 0.5), (hem, length)])
    sketch.fill_symmetric([(neck, 0.03), (neck * 0.7, 0.05 + pick(0.02, 0.09))], pick(0, 0.4))
    return hem


def _either(sketch, dark, bright):
    """A shade below or above the cloth's: a weighted sum of pixels averages the two away, a hidden layer does not."""
    return sketch.pick(*dark) if sketch.pick(0, 1) < 0.5 else sketch.pick(*bright)


def _motif(sketch):
    pick = sketch.pick
    width, top, height = pick(0.04, 0.12), pick(0.24, 0.4), pick(0.06, 0.25)
    outline = [(width, top), (width * pick(0.3, 1.2), top + height)]
    sketch.fill_symmetric(outline, _either(sketch, (0.2, 0.6), (1.4, 2.0)))


def _collar(sketch, size):
    shade = _either(sketch, (0.4, 0.75), (1.25, 1.6))
    sketch.fill_pair([(0.01, 0.13), (0.03, 0.04), (0.05 + size, 0.05), (0.04 + size, 0.1 + size)], shade)


def _shoe(sketch, outline, sole, heel):
    """A shoe from the side, toe to the left: a heel where it is high enough to see, the outline, a sole."""
    pick = sketch.pick
    ground, back = outline[-1][1], outline[-2][0]
    if heel > 0.05:
        bottom = ground + heel + sole
        sketch.fill([(back - pick(0.1, 0.2), ground), (back, ground), (back - 0.01, bottom), (back - 0.08, bottom)],
                    pick(0.7, 1.1))
    sketch.fill(outline)
    y = ground + sole / 2
    sketch.line([(-0.44, y), (0.1, y), (back, y - heel * 0.2)], _either(sketch, (0.3, 0.7), (1.3, 1.7)), sole)

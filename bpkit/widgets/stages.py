"""What the explorers of a training run share: which stage of it is shown, and from which start.

`stages` is a dict, the updates made → the weights at that stage, of one network or of S of them.
"""

import ipywidgets

from .explorer import slider


def check_sizes(net, sizes):
    """Refuse a network of other sizes; r_1 may be any number where it is None.

    Raises
    ------
    ValueError : in one sentence.
    """
    fits = len(net.sizes) == len(sizes) and all(
        expected in (None, r) for expected, r in zip(sizes, net.sizes)
    )
    if not fits:
        expected = ", ".join(f"r_{k}" if r is None else str(r) for k, r in enumerate(sizes))
        raise ValueError(f"the network has sizes {net.sizes}, expected ({expected})")


def stage_slider(name, stages):
    """The control for the stage, which starts at the last one."""
    options = sorted(stages)
    return slider(ipywidgets.SelectionSlider, name, value=options[-1], options=options)


def seed_slider(stages, value=1):
    """The control for the start, one of S networks."""
    first_layer = next(iter(stages.values()))[0]
    S = len(first_layer)
    return slider(ipywidgets.IntSlider, "seed", value=min(value, S), min=1, max=S)


def node_slider(net):
    """The control for a node of the first hidden layer."""
    return slider(ipywidgets.IntSlider, "hidden node", value=1, min=1, max=net.sizes[1])

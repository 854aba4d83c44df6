"""What the explorers of a training run share: which stage of it is shown, and from which start.

`stages` is a dict, the updates made → the weights at that stage, of one network or of S of them.
"""

import ipywidgets

from .explorer import slider


def check_run(net, sizes, stages):
    """Refuse a network of other sizes, where None stands for any, and a run without a stage.

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
    if not stages:
        raise ValueError("stages is empty, expected the weights of at least one stage")


def stage_slider(name, stages):
    """The control for the stage, which starts at the last one."""
    options = sorted(stages)
    return slider(ipywidgets.SelectionSlider, name, value=options[-1], options=options)


def seed_slider(stages, value=1):
    """The control for the start, one of S networks."""
    first_layer = next(iter(stages.values()))[0]
    if first_layer.ndim != 3:
        raise ValueError("stages holds weights of one network, expected a stack of S networks")
    S = len(first_layer)
    return slider(ipywidgets.IntSlider, "seed", value=min(value, S), min=1, max=S)


def node_slider(net):
    """The control for a node of the first hidden layer."""
    return slider(ipywidgets.IntSlider, "hidden node", value=1, min=1, max=net.sizes[1])

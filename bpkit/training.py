"""The four-step algorithm, over and over: forward phase, backward phase, combine, update (S1 to
S4).

Here stands what `train` promises: what it takes, when it stops, and what it returns. How one step
is computed stands in `descent`.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np

from .arrays import check_real, checked_number, checked_rows, checked_weights
from .descent import descent_for
from .errors import checked_targets

DIVERGED = 1e12  # E this many times its first value (or 1, if that is larger) will not come back


@dataclass(frozen=True)
class Training:
    """What `train` returns.

    weights : list of m arrays, after the last update
    errors : array, E at each forward phase, so before the update of its iteration; of its batch,
        with mini-batches
    y_hat : array (N, r_m), the outputs of the last forward phase, before the last update, as the
        reference example prints them
    iterations : how many updates were made
    stopped_because : why it stopped, in words
    For a stack of S networks, errors is (S, iterations) and the other arrays have S first.
    """

    weights: list
    errors: np.ndarray
    y_hat: np.ndarray
    iterations: int
    stopped_because: str

    def __repr__(self):
        course = ""
        if self.errors.ndim == 2:
            course = f"{len(self.errors):,} networks; "
        elif len(self.errors):
            course = f"E from {self.errors[0]:.3g} to {self.errors[-1]:.3g}; "
        plural = "s" * (self.iterations != 1)
        return (
            f"Training: {self.iterations:,} iteration{plural}; {course}"
            f"stopped because {self.stopped_because}"
        )


def train(
    net,
    weights,
    X,
    y,
    alpha=0.1,
    iterations=10_000,
    batch_size=None,
    seed=1,
    error_below=None,
    slope_below=None,
    momentum=0,
):
    """Gradient descent with backpropagation.

    Parameters
    ----------
    net, weights, X, y : as for `forward` and `backward`; the weights given are the start and stay
        as they are. A stack of S networks is trained all at once, and one that diverges does not
        stop the others.
    alpha : learning rate, above 0; for a stack of networks it may be an array (S,), one for each
    iterations : how many updates at most
    batch_size : pairs in each update; None for all N (full batch). Mini-batches are drawn without
        putting back, in an order shuffled anew for every sweep through the data.
    seed : of that order
    error_below : stop when E is below this (a criterion, B3); with a stack, when every E is
    slope_below : stop when every ∂E/∂w is smaller than this in size (a minimum, or a plateau, B3)
    momentum : the share of the last Δw that is added to the next one, from 0 to below 1
        (Rumelhart, Hinton and Williams 1986, eq. 9): Δw = -alpha ∂E/∂w + momentum · (the Δw before)

    Returns
    -------
    Training. A training that diverges stops and says so. An interrupt from the keyboard returns
    what was reached. A progress bar appears after one second.

    Raises
    ------
    TypeError, ValueError : as `forward`, and for a number out of its range.
    """
    library, weights = checked_weights(net, weights)
    check_real(library, weights)
    dtype = weights[0].dtype
    X = checked_rows("X", X, net.sizes[0], "r_0", library, dtype)
    N = X.shape[0]
    y = checked_rows("y", y, net.sizes[-1], "r_m", library, dtype, N=N)
    y = checked_targets(net, y, library)
    stack = weights[0].shape[0] if weights[0].ndim == 3 else 0
    alpha = _checked_alpha(alpha, stack, library, weights[0])
    iterations = checked_number("iterations", iterations, whole=True, at_least=0)
    momentum = _checked_momentum(momentum)
    batch_size = _checked_batch_size(batch_size, N)
    seed = checked_number("seed", seed, whole=True, at_least=0)
    if error_below is not None:
        error_below = checked_number("error_below", error_below, above=0)
    if slope_below is not None:
        slope_below = checked_number("slope_below", slope_below, above=0)

    descent = descent_for(net, weights, X, y, alpha, momentum, batch_size, library)
    batches = None if batch_size == N else _batches(N, batch_size, np.random.default_rng(seed))
    errors = np.empty((iterations, stack) if stack else iterations)
    seen = done = 0  # forward phases and updates
    reason = f"all {iterations:,} iterations are done"
    # a diverging run overflows before it is stopped, and says so in words
    with np.errstate(all="ignore"):
        descent.forward_phase()  # so that y_hat is there whatever happens next
        try:
            for t in _with_progress_bar(iterations):
                if batches is not None:
                    descent.load(next(batches))
                errors[t] = E = descent.forward_phase()
                seen = t + 1
                if stack:
                    E = E.max()  # not a number, once a network's E is
                if t == 0:
                    hopeless = DIVERGED * max(E, 1)
                if not E <= hopeless and not stack:
                    reason = (
                        f"E diverged at iteration {t + 1}: a smaller alpha than {alpha:g} is needed"
                    )
                    break
                if error_below is not None and E < error_below:
                    reason = f"E fell below {error_below:g}"
                    break
                descent.backward_phase()
                if slope_below is not None and descent.largest_slope() < slope_below:
                    reason = f"every slope is below {slope_below:g}: a minimum, or a plateau"
                    break
                descent.update()
                done = t + 1
        except KeyboardInterrupt:
            reason = f"it was interrupted after {done:,} iteration{'s' * (done != 1)}"
        if stack and seen:
            reason += _lost(errors[0], errors[seen - 1])
        return Training(descent.result(), errors[:seen].T, descent.y_hat(X), done, reason)


def _checked_alpha(alpha, stack, library, like):
    """A number above 0; for a stack of networks, an array of so many of them will do too."""
    if not stack or np.ndim(alpha) == 0:
        return checked_number("alpha", alpha, above=0)
    values = np.asarray(alpha, dtype=float)
    if values.shape != (stack,) or not (np.isfinite(values) & (values > 0)).all():
        raise ValueError(
            f"alpha has shape {values.shape}, expected a number above 0 or S = {stack} of them, "
            "one for each network"
        )
    if library is np:
        return values
    values = library.asarray(values, dtype=like.dtype, device=like.device)
    return values[:, None, None]


def _checked_momentum(momentum):
    if checked_number("momentum", momentum, at_least=0) >= 1:
        raise ValueError(f"momentum is {momentum}, expected a number from 0 to below 1")
    return momentum


def _checked_batch_size(batch_size, N):
    """Pairs in each update; all N where it is None."""
    if batch_size is None:
        return N
    if checked_number("batch_size", batch_size, whole=True, at_least=1) > N:
        raise ValueError(f"batch_size is {batch_size}, expected at most N = {N} pairs")
    return int(batch_size)


def _lost(first, last):
    """How many networks of a stack diverged, from their E (S,) at the start and at the end."""
    lost = np.count_nonzero(~(last <= DIVERGED * np.maximum(first, 1)))
    return f"; {lost:,} of {len(last):,} networks diverged" if lost else ""


def _batches(N, size, random):
    """Row numbers, `size` at a time; every pair comes once before any comes again."""
    rows = random.permutation(N)
    while True:
        while len(rows) < size:
            rows = np.concatenate([rows, random.permutation(N)])
        yield rows[:size]
        rows = rows[size:]


def _with_progress_bar(iterations):
    """0, 1, ... with a bar that appears after one second.

    It is told in blocks that last a while, since telling it costs time, and it writes to stdout:
    what is written to stderr leaves a red stripe in a notebook.
    """
    from tqdm import tqdm

    class Bar(tqdm):
        monitor_interval = 0  # no thread beside it: a browser's Python has none, and none is needed

    how = {"delay": 1, "leave": False, "unit": " iterations", "desc": "train"}
    with Bar(total=iterations, file=sys.stdout, **how) as bar:
        start, block = 0, 1
        while start < iterations:
            began, stop = time.perf_counter(), min(start + block, iterations)
            yield from range(start, stop)
            bar.update(stop - start)
            start = stop
            if time.perf_counter() - began < 0.05:
                block *= 2

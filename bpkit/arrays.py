"""Arrays of any library (NumPy, CuPy, PyTorch): whose they are, what they must look like, and what
is said when they do not.

Every public function of the numeric core passes its arguments through here first, so that a slip is
named in the course's symbols and never turns into a silent broadcast or a NaN.
"""

import math
import numbers

import numpy as np


def library_of(array):
    """The array-API namespace of `array`: `numpy` for NumPy arrays and plain numbers."""
    if type(array) is np.ndarray or not _is_foreign(array):
        return np
    from array_api_compat import array_namespace

    return array_namespace(array)


def matrix_product(library, *matrices):
    """a @ b as a function; NumPy's `dot` takes a third of the time of `@` on small matrices, and
    does not take stacks of them."""
    return (
        np.ndarray.dot
        if library is np and all(matrix.ndim == 2 for matrix in matrices)
        else library.matmul
    )


def as_vector(weights):
    """All entries of a list of NumPy matrices as one vector."""
    return np.concatenate([w.ravel() for w in weights])


def as_matrices(vector, weights):
    """A vector cut into matrices shaped like weights, which are views into it."""
    ends = np.cumsum([w.size for w in weights])
    return [part.reshape(w.shape) for part, w in zip(np.split(vector, ends[:-1]), weights)]


def checked_weights(net, weights, name="weights", stacks=True):
    """One matrix a layer, shaped (r_{k-1}+1, r_k), or (S, r_{k-1}+1, r_k) for a stack of S
    networks; all of one library and one floating dtype, all finite. Where `stacks` is False, a
    stack is refused.

    Returns
    -------
    library : the array-API namespace
    weights : list of m arrays

    Raises
    ------
    TypeError, ValueError : with one sentence that says which layer, what it was and what was
        expected.
    """
    if not hasattr(net, "weight_shapes"):
        raise TypeError(f"net is a {_kind(net)}, expected a Network")
    if not isinstance(weights, (list, tuple)):
        raise TypeError(
            f"{name} is a {_kind(weights)}, expected a list of m = {net.m} matrices, one a layer"
        )
    if len(weights) != net.m:
        raise ValueError(
            f"{name} has {len(weights)} matrices, expected m = {net.m}: one a layer of {net.sizes}"
        )
    first, shapes = weights[0], net.weight_shapes
    if type(first) is not np.ndarray:
        first = _as_array(f"{name}[0]", first)
    library, dtype = np if type(first) is np.ndarray else library_of(first), first.dtype
    if not _is_floating(library, dtype):
        if not _is_whole(library, dtype):
            raise TypeError(f"{name}[0] has dtype {_short(dtype)}, expected numbers")
        dtype = library.float64
    matrices, stack = [], ""
    if len(first.shape) == 3 and first.shape[0] > 0:
        if not stacks:
            raise ValueError(
                f"{name} holds a stack of {first.shape[0]} networks, expected one network: "
                f"matrices (r_{{k-1}} + 1, r_k)"
            )
        shapes, stack = [(first.shape[0], *shape) for shape in shapes], "S, "
    for k, (matrix, shape) in enumerate(zip(weights, shapes), start=1):
        if (
            type(matrix) is np.ndarray
            and matrix.shape == shape
            and matrix.dtype == dtype
            and 0 not in np.isfinite(matrix).tobytes()
        ):  # on small arrays a third of the time of .all()
            matrices.append(matrix)  # the usual case, kept short
            continue
        if type(matrix) is not np.ndarray:
            matrix = _as_array(f"{name}[{k - 1}]", matrix)
        if matrix.shape != shape:
            raise ValueError(
                f"{name}[{k - 1}] has shape {tuple(matrix.shape)}, expected {shape}: "
                f"({stack}r_{k - 1} + 1, r_{k}), one row per node of the layer before, node 0 (the "
                "bias) first"
            )
        matrices.append(_checked(f"{name}[{k - 1}]", matrix, library, dtype, f"{name}[0]"))
    return library, matrices


def checked_rows(name, rows, columns, symbol, library, dtype, N=None):
    """A matrix with one row per pair: X (N, r_0) or y (N, r_m), finite, of the weights' library and
    precision.

    `columns` is the number expected and `symbol` what the course calls it; `N` the number of rows
    where it is known. Whole numbers and booleans take the weights' dtype.
    """
    if (
        type(rows) is np.ndarray
        and rows.ndim == 2
        and len(rows) > 0
        and rows.shape == (N or len(rows), columns)
        and rows.dtype == dtype
        and 0 not in np.isfinite(rows).tobytes()
    ):
        return rows  # the usual case
    if type(rows) is not np.ndarray:
        rows = _as_array(name, rows)
    shape = rows.shape
    if len(shape) != 2 or shape[1] != columns or (N is not None and shape[0] != N):
        raise ValueError(
            f"{name} has shape {tuple(shape)}, expected ({'N' if N is None else N}, {columns}): "
            f"one row per pair, {symbol} = {columns} column{'s' * (columns != 1)}"
        )
    if shape[0] == 0:
        raise ValueError(f"{name} has no rows, expected N of at least 1 pair")
    return _checked(name, rows, library, dtype, "weights")


def check_real(library, weights):
    """Refuse complex weights, where a function has no meaning for them."""
    if _is_complex(library, weights[0].dtype):
        raise TypeError(
            "weights are complex, expected real ones: complex numbers are for the forward phase "
            "of a complex step"
        )


def checked_number(name, value, above=None, whole=False, at_least=None):
    """A finite real number (not a bool), above or at least a bound; a whole one where `whole`."""
    kind = numbers.Integral if whole else numbers.Real
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, kind):
        raise TypeError(f"{name} is {value!r}, expected a {'whole ' if whole else ''}number")
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}, expected a finite number")
    if above is not None and not value > above:
        raise ValueError(f"{name} is {value}, expected a number above {above}")
    if at_least is not None and value < at_least:
        raise ValueError(f"{name} is {value}, expected at least {at_least}")
    return int(value) if whole else float(value)


def checked_pair(pair, N):
    """The number of one of N pairs, counted from 0."""
    pair = checked_number("pair", pair, whole=True, at_least=0)
    if pair >= N:
        raise ValueError(f"pair is {pair}, expected at most {N - 1}: pairs are counted from 0")
    return pair


def checked_name(name, value, known):
    """One of the `known` names."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, expected one of {', '.join(known)}")
    if value not in known:
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(known)}")
    return value


def _checked(name, array, library, dtype, partner):
    if array.dtype != dtype:
        array = _converted(name, array, library, dtype, partner)
    elif type(array) is not np.ndarray and library_of(array) is not library:
        raise _different_libraries(name, array, partner)
    if not bool(library.all(library.isfinite(array))):
        raise ValueError(f"{name} holds {_first_bad(array, library)}, expected finite numbers")
    return array


def _converted(name, array, library, dtype, partner):
    """Whole numbers become the weights' dtype; complex weights take real data of the same
    precision."""
    if library_of(array) is not library:
        raise _different_libraries(name, array, partner)
    if _is_whole(library, array.dtype):
        return library.astype(array, dtype)
    if not _is_floating(library, array.dtype):
        raise TypeError(f"{name} has dtype {_short(array.dtype)}, expected numbers")
    if _is_complex(library, array.dtype) and not _is_complex(library, dtype):
        raise TypeError(
            f"{name} is complex and {partner} is real: for a complex step make all weights complex"
        )
    if library.finfo(array.dtype).eps != library.finfo(dtype).eps:
        raise TypeError(
            f"{name} is {_short(array.dtype)} and {partner} is {_short(dtype)}: give both the same "
            "precision"
        )
    return array


def _as_array(name, value):
    if _is_foreign(value):
        return value
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; fill or drop the masked entries first")
    if value is None or isinstance(value, (str, bytes, dict, set)):
        raise TypeError(f"{name} is a {_kind(value)}, expected an array of numbers")
    try:
        return np.asarray(value)
    except (ValueError, TypeError):
        raise ValueError(f"{name} has rows of different lengths, expected a matrix") from None


def _is_foreign(value):
    """True for an array of another library than NumPy (torch, CuPy, ...)."""
    if (
        isinstance(value, (np.ndarray, np.generic, list, tuple, str, numbers.Number))
        or value is None
    ):
        return False
    from array_api_compat import is_array_api_obj

    return is_array_api_obj(value)


def _is_floating(library, dtype):
    if library is np:
        return dtype.kind in "fc"
    return library.isdtype(dtype, ("real floating", "complex floating"))


def _is_complex(library, dtype):
    return dtype.kind == "c" if library is np else library.isdtype(dtype, "complex floating")


def _is_whole(library, dtype):
    if library is np:
        return dtype.kind in "iub"
    return library.isdtype(dtype, ("integral", "bool"))


def _first_bad(array, library):
    values = np.asarray(array.tolist())
    where = np.argwhere(~np.isfinite(values))[0]
    return f"{values[tuple(where)]} at {tuple(int(i) for i in where)}"


def _different_libraries(name, array, partner):
    return TypeError(
        f"{name} is a {_kind(array)} and {partner} belongs to another array library: use one "
        "library for all"
    )


def _kind(value):
    kind = type(value)
    return (
        "NumPy array"
        if kind is np.ndarray
        else "None"
        if value is None
        else f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
    )


def _short(dtype):
    return str(dtype).removeprefix("torch.")

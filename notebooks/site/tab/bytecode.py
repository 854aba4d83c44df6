"""Wheels in /wheels with Python's bytecode in place of their sources, so that a page need not
compile what it imports. It has to be made by the Python that reads it: bytecode.mjs runs this in
Pyodide. bpkit keeps its sources too, for a learner who looks into it."""

import importlib.util
import io
import pathlib
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc as as_file

for path in sorted(pathlib.Path("/wheels").glob("*.whl")):
    old, new = zipfile.ZipFile(io.BytesIO(path.read_bytes())), io.BytesIO()
    with zipfile.ZipFile(new, "w") as wheel:
        for place in old.namelist():
            files = {place: old.read(place)}
            if place.endswith(".py"):
                here = f"/lib/python3.12/site-packages/{place}"
                code = compile(files[place], here, "exec", dont_inherit=True)
                compiled = as_file(code, importlib.util.source_hash(files[place]), False)
                if place.startswith("bpkit/"):
                    files[importlib.util.cache_from_source(place)] = compiled
                else:
                    files = {f"{place}c": compiled}
            for name, data in files.items():
                wheel.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    path.write_bytes(new.getvalue())

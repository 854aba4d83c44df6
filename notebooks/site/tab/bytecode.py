"""Wheels in /wheels as a page starts soonest with them: with Python's bytecode in place of their
sources, so that nothing has to be compiled there, and without what the course has no use for.

Bytecode has to be made by the Python that reads it: bytecode.mjs runs this in Pyodide. bpkit keeps
its sources too, for a learner who looks into it.
"""

import importlib.util
import io
import pathlib
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc as as_file

LEFT_OUT = (
    "jedi/third_party/django-stubs/",
    "jedi/third_party/typeshed/stdlib/2/",
    "jedi/third_party/typeshed/third_party/",
    "matplotlib/mpl-data/fonts/afm/",
    "matplotlib/mpl-data/fonts/pdfcorefonts/",
    "matplotlib/mpl-data/images/",
    "matplotlib/mpl-data/sample_data/",
    "numpy/_core/include/",
    "numpy/f2py/",
)

for path in sorted(pathlib.Path("/wheels").glob("*.whl")):
    old, new = zipfile.ZipFile(io.BytesIO(path.read_bytes())), io.BytesIO()
    with zipfile.ZipFile(new, "w") as wheel:
        for place in old.namelist():
            if place.startswith(LEFT_OUT):
                continue
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

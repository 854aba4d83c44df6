// What JupyterLab does not do in a browser tab by itself, as an extension of it: a button that
// brings the original of a notebook back and keeps the learner's version beside it, and one that
// downloads a notebook under its name; the notebook where the learner was last, or the first one;
// a word while Python starts; and the word to offline.js, once nothing else has to be loaded.
(() => {
  const FIRST = "notebooks/00_start_here.ipynb";
  const LAST = "backpropagation: last notebook";
  const STARTING =
    "Python is starting in this tab, for each notebook anew. What you run meanwhile waits.";
  const ELSEWHERE = { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" };
  const nameOf = path => path.split("/").pop();

  async function original(path) {
    const answer = await fetch(new URL(`../files/${encodeURI(path)}`, location.href));
    return answer.ok ? answer.json() : null;
  }

  // Cells are compared by what is written in them: a cell that was only run is not changed.
  const written = notebook => JSON.stringify(notebook.cells.map(cell => cell.source));

  // notebooks/03_name.ipynb -> notebooks/mine-03_name.ipynb, or mine-2-03_name.ipynb
  async function freeName(contents, path) {
    for (let number = 1; ; number++) {
      const name = path.replace(/[^/]*$/, `mine-${number > 1 ? `${number}-` : ""}$&`);
      try {
        await contents.get(name, { content: false });
      } catch {
        return name;
      }
    }
  }

  async function bringBack(app) {
    const { content, context } = app.shell.currentWidget;
    const { contents } = app.serviceManager;
    const first = await original(context.path);
    if (!first) return "This notebook is not one of the course's, so there is no original of it.";
    const mine = context.model.toJSON();
    let message = "This is the original again. Nothing had been changed in its cells.";
    if (written(mine) !== written(first)) {
      const copy = await freeName(contents, context.path);
      await contents.save(copy, { type: "notebook", format: "json", content: mine });
      message = `This is the original again. What you wrote is in ${nameOf(copy)}, beside it.`;
    }
    await contents.delete(context.path); // only what this browser has kept of it
    const place = content.activeCellIndex;
    await context.revert();
    content.activeCellIndex = place;
    await content.scrollToItem(content.activeCellIndex);
    return message;
  }

  function download({ context }) {
    const notebook = context.model.toJSON();
    notebook.metadata.kernelspec = ELSEWHERE;
    const text = JSON.stringify(notebook, null, 1) + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    link.download = nameOf(context.path);
    link.click();
    URL.revokeObjectURL(link.href);
  }

  const told = new WeakSet();

  async function sayThatPythonStarts(app, { sessionContext }) {
    if (!sessionContext || told.has(sessionContext)) return;
    told.add(sessionContext);
    const options = { autoClose: false };
    const id = await app.commands.execute("apputils:notify", { message: STARTING, options });
    await sessionContext.ready;
    await sessionContext.session?.kernel?.info;
    app.commands.execute("apputils:dismiss-notification", { id });
  }

  function remember(app) {
    const path = app.shell.currentWidget?.context?.path;
    if (!path) return;
    localStorage.setItem(LAST, path);
    history.replaceState(null, "", `?path=${encodeURI(path)}`);
  }

  const plugin = {
    id: "backpropagation:toolbar",
    autoStart: true,
    activate(app) {
      app.commands.addCommand("backpropagation:download", {
        label: "Download",
        caption: "Download this notebook as a file, to hand it in or to go on with elsewhere",
        execute: () => download(app.shell.currentWidget),
      });
      app.commands.addCommand("backpropagation:original", {
        label: "Original",
        caption: "Bring the original of this notebook back; what you wrote is kept beside it",
        execute: async () => {
          const message = await bringBack(app);
          app.commands.execute("apputils:notify", { message, options: { autoClose: 15000 } });
        },
      });
      app.shell.currentChanged.connect((_, { newValue }) => {
        remember(app);
        if (newValue) sayThatPythonStarts(app, newValue);
      });
      const asked = new URLSearchParams(location.search).has("path");
      app.restored.then(async () => {
        const open = () => [...app.shell.widgets("main")];
        if (asked || open().some(widget => widget.context)) return;
        const last = localStorage.getItem(LAST) ?? FIRST;
        const path = await app.serviceManager.contents
          .get(last, { content: false })
          .then(() => last, () => FIRST); // it may have been deleted
        await app.commands.execute("filebrowser:open-path", { path });
        open().filter(widget => !widget.context).forEach(launcher => launcher.close());
      });
      setInterval(() => navigator.serviceWorker?.controller?.postMessage("keep"), 20000);
    },
  };

  window._JUPYTERLAB ??= {};
  const entry = { __esModule: true, default: plugin };
  window._JUPYTERLAB.backpropagation = { init() {}, get: async () => () => entry };
})();

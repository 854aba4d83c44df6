// How Python starts in the course's tab: its packages are laid into its file system as they are,
// and its memory is filled with what it was once all that a notebook imports had been imported.
// python.mjs makes both files, packages.bin and memory.bin, by this same script in Node.
//
// The kernel's worker takes it for Pyodide's own script and calls its loadPyodide. early.js has
// done so before, in the worker of the first kernel: there this script comes twice.
if (self.importScripts) {
  self.loadPyodide = ({ indexURL }) => (self.begun ??= startPython(indexURL));
}

async function startPython(indexURL) {
  const files = Promise.all(["packages.bin", "memory.bin"].map(name => fetched(indexURL + name)));
  importScripts(`${indexURL}pyodide.js`, `${indexURL}pyodide.asm.js`);
  const theirs = self.loadPyodide;
  const load = options => theirs({ indexURL, ...options });
  const [packages, memory] = await files;
  try {
    return await loadWith(load, packages, memory);
  } catch (error) {
    console.warn("Python starts without its memory, which takes longer:", error);
    return loadWith(load, packages);
  }
}

async function fetched(url) {
  const { body } = await fetch(url);
  const whole = new Response(body.pipeThrough(new DecompressionStream("gzip")));
  return unpacked(new Uint8Array(await whole.arrayBuffer()));
}

// A file of ours: the length of a text in JSON, the text, and bytes.
function unpacked(file) {
  const end = 4 + new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  return {
    about: JSON.parse(new TextDecoder().decode(file.subarray(4, end))),
    bytes: file.subarray(end),
  };
}

// Pyodide with these packages, by its loadPyodide. A memory points into libraries, so that they are
// loaded before Python runs, always in the same order: then they lie at the same addresses.
async function loadWith(load, packages, memory, libraries = memory?.about.libraries ?? []) {
  const create = globalThis._createPyodideModule;
  let module, prepared;
  const prepare = async () => {
    layOut(module.FS, packages);
    const how = { loadAsync: true, global: false, nodelete: true, fs: module.FS };
    for (const path of libraries) await module.loadDynamicLibrary(path, how);
    if (memory) matchTo(module, memory.about);
  };
  globalThis._createPyodideModule = async settings => {
    settings.preRun.push(made => {
      module = made;
      module.addRunDependency("packages");
      prepared = prepare();
      prepared.catch(() => {}).then(() => module.removeRunDependency("packages"));
    });
    await create(settings);
    await prepared;
    return module;
  };
  try {
    if (!memory) return await load({});
    const python = await load({
      _loadSnapshot: memory.bytes,
      _snapshotDeserializer: path => path.reduce((of, key) => of[key], module.API.public_api),
    });
    python._api.config._loadSnapshot = null; // it would be held, beside Python's own memory
    python.runPython(AFRESH);
    return python;
  } finally {
    globalThis._createPyodideModule = create;
  }
}

// What would else be the same at each start.
var AFRESH = "import random, numpy.random; random.seed(); numpy.random.seed()";

function layOut(FS, { about, bytes }) {
  let at = 0;
  let before = "";
  for (const [path, size] of about) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (folder !== before) FS.mkdirTree((before = folder));
    FS.writeFile(path, bytes.subarray(at, (at += size)), { canOwn: true });
  }
}

// The functions that a memory points to by their numbers have these numbers here too; in a browser
// that lacks something they may not.
function matchTo({ LDSO, wasmTable }, { functions, functionsInAll, handles }) {
  if (wasmTable.length !== functions) throw new Error("this browser numbers functions otherwise");
  wasmTable.grow(functionsInAll - functions);
  for (const [handle, path] of handles) {
    LDSO.loadedLibsByHandle[handle] = LDSO.loadedLibsByName[path];
  }
}

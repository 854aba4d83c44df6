// node python.mjs PYODIDE WHEELS: makes packages.bin and memory.bin in the folder PYODIDE, of
// Pyodide's files, from the wheels in the folder WHEELS. See python.js, which takes them up.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

globalThis.self = globalThis;
const [folder, wheels] = process.argv.slice(2);
const text = name => readFileSync(new URL(name, import.meta.url), "utf8");
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")));
await import(pathToFileURL(join(folder, "pyodide.asm.js")));
(0, eval)(text("python.js"));

function keep(name, about, bytes) {
  const said = Buffer.from(JSON.stringify(about));
  const whole = Buffer.alloc(4 + said.length + (-said.length & 3), " "); // Pyodide wants them so
  whole.writeUInt32LE(whole.length - 4);
  said.copy(whole, 4);
  const file = Buffer.concat([whole, bytes]);
  writeFileSync(join(folder, name), gzipSync(file));
  return unpacked(file);
}

const compiler = await loadPyodide({ indexURL: folder });
compiler.FS.mkdirTree("/wheels");
compiler.FS.mount(compiler.FS.filesystems.NODEFS, { root: wheels }, "/wheels");
compiler.runPython(text("bytecode.py"));
const [sizes, data] = ["sizes.json", "data"].map(name => compiler.FS.readFile(`/tmp/${name}`));
const packages = keep("packages.bin", JSON.parse(Buffer.from(sizes)), data);

// Once to see which libraries are loaded, and once with these before all else.
async function imported(options, libraries) {
  const as = { indexURL: folder, _sysExecutable: "./this.program", ...options }; // as in a browser
  const load = more => loadPyodide({ ...as, ...more });
  const python = await loadWith(load, packages, null, libraries);
  const { LDSO, wasmTable } = python._module;
  const functions = wasmTable.length;
  python.runPython(text("imports.py"));
  const handles = Object.entries(LDSO.loadedLibsByHandle)
    .filter(([handle]) => handle !== "0")
    .map(([handle, { name }]) => [Number(handle), name]);
  return { python, functions, handles };
}

const seen = await imported({});
const libraries = seen.handles.map(([_, path]) => path);
const { python, functions, handles } = await imported({ _makeSnapshot: true }, libraries);
const { FS, wasmTable } = python._module;
if (FS.streams.filter(Boolean).length > 3) throw new Error("a file is open, and memory knows it");
for (const name of Object.keys(python.loadedPackages)) delete python.loadedPackages[name];

// An object of Pyodide's that Python holds is kept by the names that lead to it.
const names = new Map([[python, []]]);
for (const [object, path] of names) {
  if (path.length > 1) continue;
  for (const key of Object.getOwnPropertyNames(object)) {
    if (["FS", "PATH", "globals", "pyodide_py", "_module"].includes(key)) continue;
    const value = object[key];
    if (Object(value) === value && !names.has(value)) names.set(value, [...path, key]);
  }
}
const serializer = object => {
  if (!names.has(object)) throw new Error(`Python holds what has no name: ${object}`);
  return names.get(object);
};
const about = { libraries, functions, functionsInAll: wasmTable.length, handles };
keep("memory.bin", about, python.makeMemorySnapshot({ serializer }));

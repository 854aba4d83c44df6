// Python starts with the page's first line, beside JupyterLab and not after it. lite.py writes
// KERNEL above this, the script of the kernel's worker; this is a worker's script too, which starts
// Python and then is the kernel's. JupyterLab gets that worker where it asks for its first kernel.
// On a first visit there is no service worker yet, which a kernel reads its files through.
if (self.importScripts) {
  const indexURL = new URL("python/", location).href;
  importScripts(`${indexURL}python.js`);
  loadPyodide({ indexURL });
  importScripts(KERNEL);
} else if (navigator.serviceWorker?.controller && !crossOriginIsolated) {
  const here = document.currentScript.src;
  let early = new Worker(here);
  window.Worker = class extends Worker {
    constructor(url, options) {
      if (early && new URL(url, location).pathname === new URL(KERNEL, here).pathname) {
        const first = early;
        early = null;
        return first;
      }
      super(url, options);
    }
  };
}

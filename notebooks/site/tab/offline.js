// The service worker of the course in a browser tab: after the first visit it opens without a
// network. What the network gives goes before what is kept, so that a new version is seen at once.
// lite.py writes VERSION and FILES above this; JupyterLite's own worker follows below.
const KEPT = "backpropagation-";
const NOT_FILES = /\/api\/(stdin|service-worker-heartbeat)/; // JupyterLite's worker answers

self.addEventListener("fetch", event => {
  const { method, url } = event.request;
  if (!url.startsWith(self.registration.scope) || NOT_FILES.test(url)) return;
  if (url.includes("/api/drive")) {
    event.stopImmediatePropagation();
    event.respondWith(inTurn(() => broadcastOne(event.request, new URL(url))));
  } else if (method === "GET") {
    event.stopImmediatePropagation();
    event.respondWith(fetch(event.request).catch(() => kept(url)));
  }
});

// Kernels read files through this worker. JupyterLite's broadcastOne takes the next answer for its
// own, so that two kernels that start together would get each other's: one after the other.
let before = Promise.resolve();

function inTurn(ask) {
  const answer = before.then(ask);
  const late = new Promise(resolve => setTimeout(resolve, 5000)); // its page may be gone
  before = Promise.race([answer.catch(() => {}), late]);
  return answer;
}

async function kept(url) {
  const place = new URL(url);
  if (place.pathname.endsWith("/")) place.pathname += "index.html";
  return (await caches.match(place, { ignoreSearch: true })) ?? Response.error();
}

// toolbar.js asks for it again and again: once all is there, there is nothing to do.
let keeping = null;
self.addEventListener("message", event => {
  keeping ??= keepAll().catch(() => {}).finally(() => (keeping = null));
  event.waitUntil(keeping);
});

async function keepAll() {
  const cache = await caches.open(KEPT + VERSION);
  const there = new Set((await cache.keys()).map(request => request.url));
  for (const file of FILES) {
    const url = new URL(file, self.registration.scope).href;
    if (!there.has(url)) await cache.add(url);
  }
  for (const name of await caches.keys()) {
    if (name.startsWith(KEPT) && name !== KEPT + VERSION) await caches.delete(name);
  }
}

importScripts("jupyterlite-service-worker.js");

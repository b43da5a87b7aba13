// Shows the scanning page when there is no network. Its address lets it see that page and no other.

const CACHE = "cho40-audits";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    const { pathname, search } = new URL(request.url);
    if (answer.ok && pathname.endsWith("/quet") && !search) await cache.put(pathname, answer.clone());
    // Whoever has signed out leaves nothing behind.
    else if (answer.type === "opaqueredirect" || answer.status === 403) await caches.delete(CACHE);
    return answer;
  } catch (failure) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw failure;
  }
}

async function part(request) {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(part(request));
});

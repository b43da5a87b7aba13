// Keeps looks at posters in the phone while there is no network, and reads codes with its camera.
// Without this file the page is a form with a photo: nothing here is needed, it only saves waiting.

const form = document.querySelector("#quet");
const told = document.querySelector("#quet-bao");
const SCAN_EVERY_MS = 250;
const SCAN_FOR_MS = 1500; // a second code may be read some frames after the first

const store = new Promise((resolve, reject) => {
  const opening = indexedDB.open("cho40-audits", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("looks", { keyPath: "once" });
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

async function inStore(mode, work) {
  const looks = (await store).transaction("looks", mode).objectStore("looks");
  return new Promise((resolve, reject) => {
    const asked = work(looks);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// Several people may share a phone: a look is sent by whoever made it, and at their own market.
const isOurs = (look) => look.who === form.dataset.who && look.action === form.action;

async function waiting() {
  const looks = await inStore("readonly", (stored) => stored.getAll());
  return looks.filter(isOurs).sort((one, other) => one.keptAt - other.keptAt);
}

function say(word, more = {}) {
  told.textContent = (form.dataset[word] ?? told.dataset[word] ?? word).replace("{n}", more.n ?? "");
  if (more.text) told.append(` ${more.text}`);
  told.hidden = false;
}

async function post(look) {
  const body = new FormData();
  for (const [name, value] of look.fields) body.append(name, value);
  body.set("csrf", form.elements.csrf.value);
  return fetch(look.action, { method: "POST", body, headers: { Accept: "text/html" } });
}

// What became of one look: "sent", "refused" (with the server's words), "later" or "locked".
async function deliver(look) {
  let answer;
  try {
    answer = await post(look);
  } catch {
    return { fate: "later" };
  }
  if (answer.ok && answer.redirected) {
    const isOwn = new URL(answer.url).pathname === new URL(look.action).pathname;
    return isOwn ? { fate: "sent", url: answer.url } : { fate: "locked" };
  }
  if (answer.status === 401 || answer.status === 403) return { fate: "locked" };
  if (answer.status === 429 || answer.status >= 500) return { fate: "later" };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const why = page.querySelector("main [role=alert] li") ?? page.querySelector("main h1");
  return { fate: "refused", text: why ? why.textContent.trim() : "" };
}

let isSending = false;

async function sendAll({ shows } = {}) {
  if (isSending) return;
  isSending = true;
  try {
    const looks = await waiting();
    const fates = { sent: 0, locked: 0, refused: [], url: "" };
    for (const look of looks) {
      const { fate, url, text } = await deliver(look);
      if (fate === "later") break;
      if (fate === "locked") {
        fates.locked += 1;
        break;
      }
      await inStore("readwrite", (stored) => stored.delete(look.once));
      if (fate === "refused") fates.refused.push(`${look.stall}: ${text}`);
      else [fates.sent, fates.url] = [fates.sent + 1, url];
    }
    const left = (await waiting()).length;
    if (fates.refused.length) say("refused", { text: fates.refused.join(" ") });
    else if (fates.locked) say("locked", { n: left });
    else if (left) say("kept", { n: left });
    else if (fates.sent && shows) location.assign(fates.url);
    else if (fates.sent) say("sent", { n: fates.sent });
  } finally {
    isSending = false;
  }
}

async function keep() {
  const once = crypto.randomUUID();
  form.elements.may_luc.value = new Date().toISOString();
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf" && name !== "once");
  // An empty file box is a file without a name.
  const said = fields.filter(([, value]) => !(value instanceof File) || value.name);
  const look = {
    once,
    who: form.dataset.who,
    action: form.action,
    stall: form.elements.gian.value,
    keptAt: Date.now(),
    fields: [["once", once], ...said],
  };
  await inStore("readwrite", (stored) => stored.put(look));
  for (const field of form.querySelectorAll("[name=noi_dung]")) field.remove();
  form.elements.anh.value = "";
  await sendAll({ shows: true });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  keep();
});
addEventListener("online", () => sendAll());
for (const link of document.querySelectorAll("[data-gian]")) {
  link.addEventListener("click", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    form.elements.gian.value = link.dataset.gian;
    form.elements.gian.focus();
  });
}

// --- the phone's own reader, where it has one ---

async function readCodes(video) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const found = new Set();
  let until = Infinity;
  while (video.srcObject && performance.now() < until) {
    for (const code of await detector.detect(video)) found.add(code.rawValue);
    if (found.size && until === Infinity) until = performance.now() + SCAN_FOR_MS;
    await new Promise((resolve) => setTimeout(resolve, SCAN_EVERY_MS));
  }
  return found;
}

async function scan() {
  const video = document.querySelector("#quet-hinh");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
    video.hidden = false;
    await video.play();
    for (const text of await readCodes(video)) {
      const field = Object.assign(document.createElement("input"), { type: "hidden" });
      form.append(Object.assign(field, { name: "noi_dung", value: text }));
    }
  } catch {
    return say("nocamera");
  } finally {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = true;
  }
  return form.requestSubmit();
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  document.querySelector("#quet-may").hidden = false;
  document.querySelector("#quet-mo").addEventListener("click", scan);
}

// --- without a network: this page, and what it is made of, stay in the phone ---

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(form.dataset.worker).catch(() => {
    // Signed out meanwhile: an earlier one goes on.
  });
  const parts = performance.getEntriesByType("resource").map((one) => one.name);
  const shell = parts.filter((name) => name.startsWith(`${location.origin}/static/`));
  const keeping = caches.open("cho40-audits");
  keeping.then((cache) => cache.addAll([location.pathname, ...shell])).catch(() => {
    // No network now: what was kept before stays.
  });
}
sendAll();

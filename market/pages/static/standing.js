/* Shows what becomes of an asked amount as soon as it is told. What is shown is the page itself, read
   again: the words stand in one place only. Where the stream may not open, the page is read again
   every few seconds, as the browser does by itself without a script. */

const AGAIN_MS = 5000;
let reading = 0;

function place() {
  return document.getElementById("tinh-hinh");
}

async function show() {
  const mine = ++reading;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer === null || mine !== reading) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (fresh === null) return location.reload(); // another page: the link has ended
    if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    old.className = fresh.className;
    old.dataset.events = fresh.dataset.events ?? "";
  }
  document.title = page.title;
}

function askAgain() {
  const timer = setInterval(async () => {
    await show();
    if (!place().dataset.events) clearInterval(timer);
  }, AGAIN_MS);
}

const address = place()?.dataset.events;
if (address) {
  const stream = new EventSource(address);
  stream.addEventListener("standing", show);
  stream.addEventListener("end", () => {
    stream.close();
    show();
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) askAgain();
  });
}

// The way to the server: what people do is posted, what is new is streamed.

export async function post(path, content) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  const said = await answer.json();
  if (said.error) throw new Error(said.error);
  return said;
}

// The browser connects again by itself; each connection begins with everything there is.
export function follow(handlers, connected) {
  const stream = new EventSource("api/stream");
  for (const [kind, handler] of Object.entries(handlers)) {
    stream.addEventListener(kind, (event) => handler(JSON.parse(event.data)));
  }
  stream.addEventListener("open", () => connected(true));
  stream.addEventListener("error", () => connected(false));
}

let hiding = 0;

export function toast(text) {
  const line = document.getElementById("toast");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { line.hidden = true; }, 5000);
}

// Small pieces of the page.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function options(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, label]) => element("option", { value }, label)));
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
}

// JSON as people read it; texts keep their line ends out, so that what is shown is what is sent.
export function json(value) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  const pre = element("pre", { class: "json", tabindex: "0" });
  const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;
  let end = 0;
  for (const found of text.matchAll(token)) {
    pre.append(text.slice(end, found.index));
    const [whole, string, colon, word] = found;
    const kind = colon ? "key" : string ? "string" : word ? "word" : "number";
    pre.append(element("span", { class: `json-${kind}` }, colon ? string : whole), colon ?? "");
    end = found.index + whole.length;
  }
  pre.append(text.slice(end));
  return pre;
}

// What the platform has against a call, or that it has nothing against it.
export function verdict(entry) {
  if (entry.fault && entry.direction === "call") return element("span", { class: "verdict odd" }, `⚡ ${entry.fault}`);
  const against = [...entry.verdict, entry.answer?.error].filter(Boolean);
  if (against.length || entry.status >= 400) return element("span", { class: "verdict wrong" }, `✗ ${against.join("; ") || entry.status}`);
  return element("span", { class: "verdict right" }, "✓ accepted");
}

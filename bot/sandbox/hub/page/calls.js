// The list of everything that went in and out.

import { element, json, verdict } from "./elements.js";

const MOST = 500;
const ARROWS = { call: "←", event: "→" };

export class Calls {
  constructor() {
    this.list = document.getElementById("calls");
    this.filter = document.getElementById("calls-filter");
    this.about = new Map();
    this.filter.addEventListener("input", () => [...this.list.children].forEach((item) => this.sift(item)));
  }

  fill(entries) {
    this.list.replaceChildren();
    this.about.clear();
    entries.forEach((entry) => this.add(entry));
  }

  add(entry) {
    if (entry.room) this.about.set(`${entry.room}/${entry.message}`, entry);
    const item = this.line(entry);
    this.sift(item);
    this.list.prepend(item);
    while (this.list.children.length > MOST) this.list.lastElementChild.remove();
  }

  aboutMessage(room, message) {
    return this.about.get(`${room}/${message}`);
  }

  line(entry) {
    // A poll that brought nothing is shown only to whoever looks for it.
    const idle = entry.name === "getUpdates" && !entry.fault && entry.answer?.result?.length === 0;
    const at = new Date(entry.at * 1000);
    const item = element("li", { "data-platform": entry.platform, "data-words": `${entry.platform} ${entry.name} ${entry.fault ?? ""}`.toLowerCase(), "data-idle": idle });
    const details = element("details", {},
      element("summary", {},
        element("span", { class: "arrow", title: entry.direction === "call" ? "the bot called" : "the bot was told" }, ARROWS[entry.direction]),
        element("span", { class: "dot", title: entry.platform }),
        element("code", {}, entry.name),
        entry.direction === "call" ? verdict(entry) : null,
        element("time", { datetime: at.toISOString() }, at.toLocaleTimeString([], { hour12: false })),
      ));
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("pre")) return;
      details.append(element("h3", {}, entry.direction === "call" ? "asked" : "told"), json(entry.arguments));
      if (entry.direction === "call") details.append(element("h3", {}, entry.fault ? `met: ${entry.fault}` : `answered ${entry.status}`), json(entry.answer));
    });
    item.append(details);
    return item;
  }

  sift(item) {
    const wanted = this.filter.value.trim().toLowerCase();
    item.hidden = wanted ? !item.dataset.words.includes(wanted) : "idle" in item.dataset;
  }
}

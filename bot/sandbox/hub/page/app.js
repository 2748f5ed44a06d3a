// The page: two chats, what is behind them, and the stream that brings them up to date.

import { Calls } from "./calls.js";
import { Chat } from "./chats.js";
import { Faults } from "./faults.js";
import { follow } from "./wire.js";

const root = document.documentElement;
const calls = new Calls();
const faults = new Faults();
const chats = ["telegram", "slack"].map((name) => new Chat(name, (room, id) => calls.aboutMessage(room, id)));
let replay = false;

function tell(connected) {
  const words = connected ? (replay ? "a recording, shown again" : "live, on this machine only") : "connection lost, trying again …";
  document.getElementById("status").textContent = words;
  root.toggleAttribute("data-offline", !connected);
}

follow({
  everything(state) {
    replay = state.replay;
    root.toggleAttribute("data-replay", replay);
    calls.fill(state.entries);
    faults.fill(state.troubles);
    chats.forEach((chat) => { chat.show(state.rooms); chat.fill(state.chats); });
    tell(true);
  },
  rooms: (rooms) => chats.forEach((chat) => chat.show(rooms)),
  change: (change) => chats.filter(({ platform }) => change.room.startsWith(`${platform}:`)).forEach((chat) => chat.change(change)),
  entry(entry) {
    calls.add(entry);
    if (entry.room) chats.forEach((chat) => chat.learn(entry));
  },
}, tell);

// On a phone one thing is shown at a time.
const tabs = [...document.querySelectorAll(".tabs button")];
tabs.forEach((tab) => tab.addEventListener("click", () => {
  root.dataset.view = tab.dataset.view;
  tabs.forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
}));

// Dark or light as the system has it, until it is chosen here.
const dark = matchMedia("(prefers-color-scheme: dark)");

function paint() {
  root.dataset.theme = localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light");
}

dark.addEventListener("change", paint);
document.getElementById("theme").addEventListener("click", () => {
  localStorage.setItem("theme", root.dataset.theme === "dark" ? "light" : "dark");
  paint();
});
paint();

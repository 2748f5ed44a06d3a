// The two chats: what stands in them, and what is typed and pressed there.

import { element, json, options, verdict } from "./elements.js";
import { post, toast } from "./wire.js";

const KINDS = { private: "private chat with the bot", supergroup: "group", group: "group", channel: "channel", im: "direct message" };

export class Chat {
  constructor(platform, entryAbout) {
    this.platform = platform;
    this.entryAbout = entryAbout;
    this.section = document.getElementById(platform);
    this.list = this.section.querySelector(".messages");
    this.select = this.section.querySelector("select");
    this.rooms = [];
    this.messages = new Map();
    this.follows = true;
    this.list.addEventListener("scroll", () => this.look());
    new ResizeObserver(() => this.follow()).observe(this.list);
    this.select.addEventListener("change", () => this.draw());
    this.list.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    this.list.addEventListener("change", (event) => this.chosen(event.target));
    this.section.querySelector("form").addEventListener("submit", (event) => this.typed(event));
  }

  get room() {
    return this.rooms[this.select.selectedIndex] ?? this.rooms[0];
  }

  show(rooms) {
    const before = this.select.value;
    this.rooms = rooms.filter((room) => room.platform === this.platform);
    options(this.select, this.rooms.map((room) => [`${room.key}/${room.thread ?? ""}`, room.title]), before);
  }

  fill(chats) {
    this.messages = new Map(this.rooms.map((room) => [room.key, new Map()]));
    for (const [room, messages] of Object.entries(chats)) {
      this.messages.set(room, new Map(messages.map((message) => [message.id, message])));
    }
    this.draw();
  }

  change({ room, put, gone }) {
    const messages = this.messages.get(room) ?? new Map();
    this.messages.set(room, messages);
    put.forEach((message) => messages.set(message.id, message));
    gone.forEach((id) => messages.delete(id));
    if (room !== this.room.key) return this.announce(room, put);
    gone.forEach((id) => this.find(id)?.remove());
    put.filter((message) => this.belongs(message)).forEach((message) => this.place(message));
    this.follow();
  }

  draw() {
    const { title, kind } = this.room;
    this.section.querySelector(".avatar").textContent = title.replace(/^#/, "")[0];
    this.section.querySelector("small").textContent = KINDS[kind] ?? "";
    this.list.replaceChildren();
    for (const message of this.messages.get(this.room.key)?.values() ?? []) {
      if (this.belongs(message)) this.place(message);
    }
    this.follows = true;
    this.follow();
  }

  // The newest message stays in sight, unless somebody has scrolled away from it.
  look() {
    if (this.list.clientHeight) this.follows = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
  }

  follow() {
    if (this.follows) this.list.scrollTop = this.list.scrollHeight;
  }

  // In a forum one topic is looked at at a time; in Slack threads stand below what they hang on.
  belongs(message) {
    return this.platform === "slack" || (message.thread ?? "") === String(this.room.thread ?? "");
  }

  place(message) {
    const thread = message.thread === message.id ? null : message.thread;
    const item = element("div", { class: "message", "data-id": message.id, "data-thread": thread });
    item.innerHTML = message.html; // escaped by the server, and no script or style of others runs on this page
    const own = this.entryAbout(this.room.key, message.id);
    item.append(this.behind(message, own));
    const old = this.find(message.id);
    if (old) old.replaceWith(item);
    else if (thread && this.platform === "slack") this.lastOf(thread).after(item);
    else this.list.append(item);
  }

  lastOf(thread) {
    const before = [...this.list.children].filter(({ dataset }) => dataset.id === thread || dataset.thread === thread);
    return before.at(-1) ?? this.list.lastElementChild ?? this.list.appendChild(element("div"));
  }

  find(id) {
    return this.list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`);
  }

  // The exact payload, and what the platform said about it.
  behind(message, entry) {
    const details = element("details", { class: "behind" });
    details.append(element("summary", { "aria-label": "Payload and verdict" }, "{ }", entry ? verdict(entry) : ""));
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("pre")) return;
      if (entry) details.append(element("h3", {}, entry.name), json(entry.arguments));
      else details.append(element("h3", {}, "as it is kept"), json(message.message));
    });
    return details;
  }

  learn(entry) {
    const message = entry.room === this.room?.key && this.messages.get(entry.room)?.get(entry.message);
    if (!message) return;
    const before = this.find(message.id)?.querySelector(".behind");
    if (before && !before.open) before.replaceWith(this.behind(message, entry));
  }

  announce(room, put) {
    const found = this.rooms.find(({ key }) => key === room);
    if (found && put.length) toast(`${found.title}: a new message`);
  }

  async typed(event) {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await this.told(() => this.say(text));
  }

  say(text) {
    const { chat, thread, kind } = this.room;
    if (this.platform === "telegram") return post("api/telegram/say", { chat, text, thread });
    if (text.startsWith("/")) return post("api/slack/command", { channel: chat, text });
    const words = text.replace(/^@\S+\s*/, "");
    if (kind === "im" || words === text) return post("api/slack/say", { channel: chat, text });
    return post("api/slack/mention", { channel: chat, text: words });
  }

  pressed(button) {
    if (!button) return;
    const { chat, message, callback, channel, ts, action, value } = button.dataset;
    if (callback !== undefined) this.told(() => post("api/telegram/press", { chat, message, data: callback }));
    if (action !== undefined) this.told(() => post("api/slack/press", { channel, ts, action, value: value ?? null }));
  }

  chosen(select) {
    const { channel, ts, action } = select.dataset;
    if (action !== undefined) this.told(() => post("api/slack/press", { channel, ts, action, value: select.value }));
  }

  async told(act) {
    try {
      const said = await act();
      if (said.acknowledged === false) toast("the bot did not acknowledge this");
      if (said.acknowledged === null) toast("in a channel the bot hears only what begins with its name: @heatwire latest");
    } catch (error) {
      toast(error.message);
    }
  }
}

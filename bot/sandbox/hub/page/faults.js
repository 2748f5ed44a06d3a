// Trouble on request: the next call, or a share of all calls.

import { element, options } from "./elements.js";
import { post, toast } from "./wire.js";

export class Faults {
  constructor() {
    this.form = document.getElementById("fault-form");
    this.chaos = document.getElementById("chaos-form");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.elements.platform.addEventListener("change", () => this.choose());
    this.chaos.addEventListener("submit", (event) => { event.preventDefault(); this.random(); });
    document.getElementById("chaos-off").addEventListener("click", () => this.random(0));
  }

  fill({ kinds, methods }) {
    this.methods = methods;
    options(this.form.elements.platform, Object.keys(methods).map((name) => [name, name]), this.form.elements.platform.value);
    this.choose();
    const buttons = Object.entries(kinds).map(([kind, label]) => {
      const button = element("button", { type: "button", "data-kind": kind }, label);
      button.addEventListener("click", () => this.ask(kind, label));
      return button;
    });
    this.form.querySelector(".fault-kinds").replaceChildren(...buttons);
  }

  choose() {
    const { platform, method } = this.form.elements;
    options(method, this.methods[platform.value].map((name) => [name, name]), method.value);
  }

  async ask(kind, label) {
    const [platform, method] = [this.form.elements.platform.value, this.form.elements.method.value];
    await this.told({ platform, kind, method }, `next ${method}: ${label}`);
  }

  async random(share = Number(this.chaos.elements.share.value)) {
    const [platform, seed] = [this.form.elements.platform.value, Number(this.chaos.elements.seed.value)];
    await this.told({ platform, seed, share: share / 100 }, share ? `${platform}: ${share} % of calls meet trouble, seed ${seed}` : `${platform}: no more trouble`);
  }

  async told(request, done) {
    try {
      await post("api/faults", request);
      toast(done);
    } catch (error) {
      toast(error.message);
    }
  }
}

// The draft of the pass: sent to the server at every change, one request at a time. If the server does not answer, it is
// kept in this tab, and sent with the next change.

const WAIT_MS = 150;

export class Draft {
  constructor({ send, key, revision, changed }) {
    Object.assign(this, { send, key, revision, changed });
    this.state = "kept";
    this.waiting = null;
    this.busy = null;
    this.pending = undefined;
  }

  /** Return what this tab kept when the server did not answer; null if there is nothing. */
  local() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  keep(content) {
    this.pending = content;
    clearTimeout(this.waiting);
    if (this.state === "conflict") {
      this.keepHere(content);
      return;
    }
    this.set("keeping");
    this.waiting = setTimeout(() => this.flush(), WAIT_MS);
  }

  set(state, problem = "") {
    this.state = state;
    this.problem = problem;
    this.changed();
  }

  /** Send what has not been sent yet, and wait until the server has it. */
  async flush() {
    clearTimeout(this.waiting);
    await this.busy;
    if (this.pending === undefined || this.state === "conflict") return;
    const content = this.pending;
    this.pending = undefined;
    this.busy = this.post(content);
    await this.busy;
    if (this.pending !== undefined && this.state === "keeping") await this.flush();
  }

  async post(content) {
    try {
      const answer = await this.send("draft", { revision: this.revision, content: content && JSON.parse(content()) });
      if (answer.status !== 200) {
        this.keepHere(content);
        const [found] = answer.findings;
        this.set(found.code === "draft-changed" ? "conflict" : "failed", found.message);
        return;
      }
      this.revision = answer.revision;
      this.forget();
      this.set(this.pending === undefined ? "kept" : "keeping");
    } catch (error) {
      this.keepHere(content);
      this.set("failed", error.message);
    }
  }

  /** Keep in this tab what the server did not accept. */
  keepHere(content) {
    if (this.pending === undefined) this.pending = content;
    const latest = this.pending;
    try {
      if (latest) sessionStorage.setItem(this.key, JSON.stringify({ revision: this.revision, content: JSON.parse(latest()) }));
    } catch {
      // Without session storage nothing is kept in the tab, and the page warns before it closes.
    }
  }

  forget() {
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // There is nothing to forget.
    }
  }

  /** Begin with input that another tab does not know about. */
  conflict(content) {
    this.pending = content;
    this.state = "conflict";
  }

  /** Put the input of this tab in the place of a draft of another tab. */
  async replace(revision) {
    this.revision = revision;
    this.state = "keeping";
    await this.flush();
  }
}

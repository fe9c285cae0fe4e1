// Undo and redo: every change is recorded as patches of cells and of the list of rows, in groups that belong together.

const PAUSE_MS = 1500;

export class History {
  constructor() {
    this.done = [];
    this.undone = [];
    this.group = null;
  }

  /** Record the patches that `work` makes as one step. */
  together(label, work) {
    if (this.group) return work();
    this.group = { label, patches: [] };
    try {
      return work();
    } finally {
      const { group } = this;
      this.group = null;
      if (group.patches.length) this.push(group);
    }
  }

  push(step) {
    this.done.push({ ...step, at: Date.now() });
    this.undone = [];
  }

  /** Record a patch; typing in one field without a pause is one step. */
  record(label, patch) {
    if (this.group) {
      this.group.patches.push(patch);
      return;
    }
    const last = this.done.at(-1);
    const one = last?.patches.length === 1 ? last.patches[0] : null;
    if (patch.name && one?.name === patch.name && one.row === patch.row && !this.undone.length && Date.now() - last.at < PAUSE_MS) {
      Object.assign(one, { after: patch.after });
      last.at = Date.now();
      return;
    }
    this.push({ label, patches: [patch] });
  }

  undo() {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    for (const patch of [...step.patches].reverse()) patch.apply(patch.before);
    return step;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push({ ...step, at: 0 });
    for (const patch of step.patches) patch.apply(patch.after);
    return step;
  }
}

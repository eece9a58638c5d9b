// What is chosen at the moment. Views are told of changes once a frame, however many there were.

/** Return a store of values: `get()`, `set(changes)` and `subscribe(listener)`. */
export function createState(initial) {
  let values = { ...initial };
  let changed = new Set();
  let asked = false;
  const listeners = [];

  function tell() {
    const names = changed;
    asked = false;
    changed = new Set();
    for (const listener of listeners) listener(values, names);
  }

  return {
    get: () => values,
    set(changes) {
      for (const [name, value] of Object.entries(changes)) {
        if (values[name] !== value) changed.add(name);
      }
      values = { ...values, ...changes };
      if (changed.size && !asked) {
        asked = true;
        requestAnimationFrame(tell);
      }
    },
    /** Call `listener(values, names of what changed)` from now on, and once at the next frame. */
    subscribe(listener) {
      listeners.push(listener);
      listener(values, new Set(Object.keys(values)));
    },
  };
}

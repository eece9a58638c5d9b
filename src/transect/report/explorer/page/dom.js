// Small helpers to make elements. Texts are set as text, so that no name is ever markup.

/** Return an element with attributes (functions listen to events) and children. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Return a labelled list of choices; `choose(value)` is called with the one that is taken. */
export function choice(label, options, chosen, choose) {
  const list = element("select", { change: (event) => choose(event.target.value) });
  for (const [value, text] of options) {
    list.append(element("option", { value, selected: value === chosen }, text));
  }
  return element("label", {}, element("span", {}, label), list);
}

/** Return a labelled box to tick. */
export function tick(label, checked, choose) {
  const box = element("input", {
    type: "checkbox",
    checked,
    change: (event) => choose(event.target.checked),
  });
  return element("label", { class: "tick" }, box, element("span", {}, label));
}

/** Return a labelled slider over whole places 0 to `last`; `show(place, text)` moves it. */
export function slider(label, last, choose) {
  const input = element("input", {
    type: "range",
    min: 0,
    max: last,
    step: 1,
    input: (event) => choose(Number(event.target.value)),
  });
  const output = element("output");
  const name = element("span", {}, label);
  return {
    element: element("label", { class: "slider" }, name, input, output),
    input,
    show(place, text) {
      input.value = place;
      input.setAttribute("aria-valuetext", text);
      output.textContent = text;
    },
  };
}

/** Return the part of the explorer that has a name. */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

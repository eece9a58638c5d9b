// What is shown on the map and in the embedding, and the legends that say it.

import { css } from "./colours.js";
import { choice, element, part, slider, tick } from "./dom.js";
import { colourChoices, dotColours } from "./dots.js";
import { nearestOn } from "./grid.js";
import { handChoices, layerOf, measureChoices } from "./layers.js";
import { selectSample, selectValues } from "./selection.js";
import { number, short } from "./words.js";

/** Add the controls of the map: layer, hand, model, dots and, of many factors, which two. */
export function createMapControls(root, payload, state) {
  const chosen = state.get();
  const place = part(root, "map-controls");
  place.append(
    choice("error", measureChoices(payload), chosen.measure, (measure) => state.set({ measure })),
    choice("of", handChoices(payload), chosen.hand, (hand) => state.set({ hand })),
  );
  if (payload.models.length > 1) {
    const models = payload.models.map(({ name }, k) => [String(k), name]);
    const take = (model) => {
      state.set({ model: Number(model) });
      selectSample(payload, state, state.get().sample);
    };
    place.append(choice("model", models, "0", take));
  }
  place.append(tick("points", chosen.dots, (dots) => state.set({ dots })));
  if (payload.factors.length > 2) addAxes(place, payload, state);
  state.subscribe((values, names) => {
    if (["measure", "hand", "model"].some((name) => names.has(name))) {
      showAmounts(part(root, "map-scale"), layerOf(payload, values));
    }
  });
}

function addAxes(place, payload, state) {
  const names = payload.factors.map(({ label }, k) => [String(k), label]);
  const across = choice("to the right", names, "0", (text) => take("across", Number(text)));
  const down = choice("downwards", names, "1", (text) => take("down", Number(text)));
  const take = (name, k) => {
    const other = name === "across" ? "down" : "across";
    const before = state.get();
    // the two factors of the map differ: one that is taken twice changes places
    state.set({ [name]: k, ...(before[other] === k ? { [other]: before[name] } : {}) });
  };
  place.append(across, down);
  state.subscribe((values) => {
    across.querySelector("select").value = String(values.across);
    down.querySelector("select").value = String(values.down);
  });
}

/** Add a slider for every factor; those that are not on the map choose its slice. */
export function createFactorSliders(root, payload, state) {
  const sliders = payload.factors.map(({ label, nodes }, k) =>
    slider(label, nodes.length - 1, (to) => {
      const values = state.get().values.map((value, i) => (i === k ? nodes[to] : value));
      selectValues(payload, state, values);
    }),
  );
  part(root, "factors").append(...sliders.map((one) => one.element));
  state.subscribe(({ values, across, down }, names) => {
    if (!names.has("values") && !names.has("across") && !names.has("down")) return;
    const places = payload.factors.map(({ nodes }, k) => nearestOn(nodes, values[k]));
    places.forEach((place, k) => sliders[k].show(place, short(values[k])));
    const slice = places.filter((_, k) => k !== across && k !== down).join();
    state.set({ slice });
  });
}

/** Add what the dots of the embedding are coloured by. */
export function createCloudControls(root, payload, state) {
  const choose = (colour) => state.set({ colour });
  part(root, "cloud-controls").append(choice("colour", colourChoices(payload), "split", choose));
  state.subscribe(({ colour, model }, names) => {
    if (!names.has("colour") && !names.has("model")) return;
    const { classes, scale } = dotColours(payload, model, colour);
    const place = part(root, "cloud-scale");
    if (scale) showAmounts(place, { scale, title: "" });
    else place.replaceChildren(...classes.map(([name, shade]) => swatch(name, shade)));
  });
}

function swatch(name, colour) {
  const dot = element("i", { class: "dot" });
  dot.style.background = css(colour);
  return element("span", { class: "class" }, dot, name);
}

/** Fill a legend with a bar of colour between two numbers. */
function showAmounts(place, layer) {
  place.replaceChildren();
  if (!layer) return;
  const { scale, title, neutral } = layer;
  const bar = element("canvas", { class: "bar", width: 64, height: 1, "aria-hidden": "true" });
  const context = bar.getContext("2d");
  for (let k = 0; k < 64; k += 1) {
    context.fillStyle = css(scale.colour(valueAt(scale, k / 63)));
    context.fillRect(k, 0, 1, 1);
  }
  const middle = neutral ? " (white: 1)" : "";
  place.append(element("span", {}, number(scale.low)), bar, element("span", {}, `${number(scale.high)} ${title}${middle}`));
}

/** Return the value at a fraction of a scale. */
function valueAt({ low, high, fraction }, share) {
  const middle = fraction((low + high) / 2);
  const linear = Math.abs(middle - 0.5) < 1e-6;
  return linear ? low + share * (high - low) : low * (high / low) ** share;
}

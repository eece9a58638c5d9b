// What the dots of the embedding are coloured by.

import { LOOP_COLOURS, SPLIT_COLOURS, SPLIT_NAMES, amountScale } from "./colours.js";

/** Return what dots can be coloured by, as [value, text]. */
export function colourChoices(payload) {
  const { points } = payload.models[0];
  const choices = [["split", "split"]];
  payload.factors.forEach((factor, k) => choices.push([`factor:${k}`, factor.label]));
  for (const hand of ["drawn", "oracle"]) {
    for (const name of Object.keys(points.errors[hand] ?? {})) {
      choices.push([`${hand}:${name}`, `${payload.labels[name]}, ${payload.hands[hand]}`]);
    }
  }
  if (points.loop) choices.push(["loop", "longest loop"]);
  return choices;
}

/** Return the colours of all dots, packed for pixels, and what their legend says. */
export function dotColours(payload, model, chosen) {
  const { points } = payload.models[model];
  const [kind, detail] = chosen.split(":");
  if (kind === "split" || (kind === "loop" && points.loop)) {
    const classes = kind === "split" ? points.split : points.loop;
    const colours = kind === "split" ? SPLIT_COLOURS : LOOP_COLOURS;
    const names = kind === "split" ? SPLIT_NAMES : ["other", "on the longest loop"];
    return { packed: packedBy(classes, (value) => colours[value]), classes: names.map((name, k) => [name, colours[k]]) };
  }
  const values = kind === "factor" ? column(points.factors, payload.factors.length, Number(detail)) : points.errors[kind]?.[detail];
  if (!values) return dotColours(payload, model, "split");
  const scale = amountScale(values, { linear: kind === "factor" });
  return { packed: packedBy(values, (value) => (Number.isFinite(value) ? scale.colour(value) : [160, 160, 160])), scale };
}

function column(flat, width, k) {
  return Float32Array.from({ length: flat.length / width }, (_, row) => flat[row * width + k]);
}

function packedBy(values, colour) {
  return Uint32Array.from(values, (value) => {
    const [red, green, blue] = colour(value);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

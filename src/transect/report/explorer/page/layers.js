// The layers of the map: a measure by the model or its oracle, or the ratio of the two.

import { amountScale, ratioScale } from "./colours.js";
import { badness } from "./words.js";

const HANDS = { drawn: "model", oracle: "oracle", ratio: "model ÷ oracle", nearest: "nearest training image" };

/** Return the hands whose errors a model has, as [value, text]. */
export function handChoices(model) {
  const known = model.oracle ? ["drawn", "oracle", "ratio", "nearest"] : ["drawn", "nearest"];
  return known.map((name) => [name, HANDS[name]]);
}

/** Return the values of a layer at the samples, its scale and its title; null for no layer. */
export function layerOf(payload, { model, measure, hand }) {
  const known = payload.measures.find(({ name }) => name === measure);
  if (!known) return null;
  const own = payload.models[model];
  const drawn = own.drawn.errors[measure];
  if (hand === "ratio" && own.oracle) {
    const values = drawn.map(
      (value, k) => badness(known, value) / badness(known, own.oracle.errors[measure][k]),
    );
    const title = known.higher ? `1 − ${known.label}` : known.label;
    return { values, scale: ratioScale(values), title: `${title}, model ÷ oracle`, neutral: true };
  }
  const shown = own[hand] ? hand : "drawn";
  const values = own[shown].errors[measure];
  const both = own.oracle ? [...drawn, ...own.oracle.errors[measure]] : drawn;
  const scale = orient(amountScale(both, { linear: known.higher }), known.higher);
  return { values, scale, title: `${known.label}, ${HANDS[shown]}`, neutral: false };
}

/** Return a scale in which dark is bad. */
function orient(scale, higher) {
  if (!higher) return scale;
  const middle = (value) => scale.low + scale.high - value;
  return { ...scale, colour: (value) => scale.colour(middle(value)), reversed: true };
}

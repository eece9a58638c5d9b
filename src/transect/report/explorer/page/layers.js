// The layers of the map: a measure by the model or its oracle, or the ratio of the two.

import { amountScale, ratioScale } from "./colours.js";
import { badness } from "./words.js";

/** Return the name of a ratio of the errors of two hands. */
function ratioName({ drawn, oracle }) {
  return `${drawn} ÷ ${oracle}`;
}

/** Return the hands whose errors a model has, as [value, text]. */
export function handChoices({ hands, models }) {
  const known = models[0].oracle ? ["drawn", "oracle", "ratio", "nearest"] : ["drawn", "nearest"];
  return known.map((name) => [name, hands[name] ?? ratioName(hands)]);
}

/** Return the measures that the map can show, as [value, text]. */
export function measureChoices({ measures, measures_of_points: some }) {
  return [["none", "none"], ...[...measures, ...some].map(({ name, label }) => [name, label])];
}

/**
 * Return the values of a layer, its scale and its title; null for no layer. They are those of the
 * samples or, where `ofPoints`, of the points of the data, NaN where they were not measured.
 */
export function layerOf(payload, { model, measure, hand }) {
  const ofPoints = payload.measures_of_points.some(({ name }) => name === measure);
  const choices = ofPoints ? payload.measures_of_points : payload.measures;
  const known = choices.find(({ name }) => name === measure);
  const errors = errorsOf(payload.models[model], measure, ofPoints);
  const { drawn, oracle } = errors;
  if (!known || !drawn) return null;
  const where = ofPoints ? ", where measured" : "";
  if (hand === "ratio" && oracle) {
    const values = drawn.map((value, k) => badness(known, value) / badness(known, oracle[k]));
    const title = known.higher ? `1 − ${known.label}` : known.label;
    return { values, scale: ratioScale(values), title: `${title}, ${ratioName(payload.hands)}${where}`, neutral: true, ofPoints };
  }
  const shown = errors[hand] ? hand : "drawn";
  const both = oracle ? [...drawn, ...oracle] : drawn;
  const scale = orient(amountScale(both, { linear: known.higher }), known.higher);
  return { values: errors[shown], scale, title: `${known.label}, ${payload.hands[shown]}${where}`, neutral: false, ofPoints };
}

/** Return the errors of a measure by the hand that made them. */
function errorsOf({ drawn, oracle, nearest, points }, measure, ofPoints) {
  const hands = ofPoints
    ? points.errors
    : { drawn: drawn.errors, oracle: oracle?.errors, nearest: nearest.errors };
  return Object.fromEntries(Object.entries(hands).map(([hand, errors]) => [hand, errors?.[measure]]));
}

/** Return a scale in which dark is bad. */
function orient(scale, higher) {
  if (!higher) return scale;
  const middle = (value) => scale.low + scale.high - value;
  return { ...scale, colour: (value) => scale.colour(middle(value)), reversed: true };
}

// What is under the pointer: a sample of the explorer and the nearest point of the data.

import { nearestNode, nearestPoint } from "./grid.js";

/** Return the factors of a sample. */
export function factorsOf(payload, sample) {
  const count = payload.factors.length;
  return Array.from(payload.samples.factors.subarray(sample * count, (sample + 1) * count));
}

/** Return the factors of a point of the data. */
export function factorsOfPoint(payload, model, row) {
  const count = payload.factors.length;
  return Array.from(payload.models[model].points.factors.subarray(row * count, (row + 1) * count));
}

/** Return the number of the sample on the grid that is nearest to some values. */
export function sampleAt(payload, values) {
  return nearestNode(
    payload.factors.map((factor) => factor.nodes),
    values,
  );
}

/** Select a place in the factor space. */
export function selectValues(payload, state, values) {
  const kept = values.map((value, k) => {
    const { low, high } = payload.factors[k];
    return Math.min(Math.max(value, low), high);
  });
  const row = pointAt(payload, state.get().model, kept);
  state.set({ values: kept, sample: sampleAt(payload, kept), row });
}

/** Select a sample, such as a point of a transect. */
export function selectSample(payload, state, sample) {
  const values = factorsOf(payload, sample);
  state.set({ values, sample, row: pointAt(payload, state.get().model, values) });
}

/** Select a point of the data. */
export function selectRow(payload, state, row) {
  const values = factorsOfPoint(payload, state.get().model, row);
  state.set({ values, sample: sampleAt(payload, values), row });
}

/** Return the sample that lies deepest in the hole, or the middle one where there is no hole. */
export function firstSample(payload) {
  const { boundary } = payload.samples;
  const nodes = payload.factors.reduce((count, factor) => count * factor.nodes.length, 1);
  let best = Math.floor(nodes / 2);
  for (let sample = 0; sample < nodes; sample += 1) {
    if (boundary[sample] < boundary[best]) best = sample;
  }
  return best;
}

function pointAt(payload, model, values) {
  const spans = payload.factors.map((factor) => factor.high - factor.low);
  return nearestPoint(payload.models[model].points.factors, values.length, values, spans).row;
}

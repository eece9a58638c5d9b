// Colours that colour-blind readers can tell apart: viridis for amounts, blue to orange for signs,
// and those of Okabe and Ito for what has a name. Each is [red, green, blue], 0 to 255.

const VIRIDIS = [
  [68, 1, 84], [72, 40, 120], [62, 73, 137], [49, 104, 142], [38, 130, 142],
  [31, 158, 137], [53, 183, 121], [110, 206, 88], [181, 222, 43], [253, 231, 37],
];
const SIGNED = [
  [0, 68, 136], [90, 155, 205], [247, 247, 247], [241, 163, 64], [179, 88, 6],
];
export const SPLIT_NAMES = ["training", "validation", "removed"];
export const SPLIT_COLOURS = [[140, 150, 168], [0, 114, 178], [213, 94, 0]];
export const LOOP_COLOURS = [[140, 150, 168], [202, 178, 0]];
export const HOLE_COLOUR = "#D55E00";

/** Return a colour between the stops of a list, at a fraction from 0 to 1. */
function between(stops, fraction) {
  const place = Math.min(Math.max(fraction, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  return stops[low].map((part, k) => Math.round(part + (place - low) * (stops[low + 1][k] - part)));
}

/** Return the text that CSS and canvases take for a colour. */
export function css(colour) {
  return `rgb(${colour[0]},${colour[1]},${colour[2]})`;
}

/**
 * Return a scale of amounts between two values: `{ low, high, signed, colour(value), fraction }`.
 * Amounts are logarithmic where all are positive and span enough; dark is high, as in the figures.
 */
export function amountScale(values, { linear = false } = {}) {
  const known = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share) => known[Math.round(share * (known.length - 1))] ?? 0;
  const low = linear ? at(0) : Math.max(at(0.01), 1e-6);
  const high = Math.max(linear ? at(1) : at(0.99), low * 1.01, low + 1e-9);
  const bend = linear ? (value) => value : (value) => Math.log(Math.max(value, 1e-6));
  const fraction = (value) => (bend(value) - bend(low)) / (bend(high) - bend(low));
  return { low, high, fraction, colour: (value) => between(VIRIDIS, 1 - fraction(value)) };
}

/** Return a scale of ratios: white at 1, orange above, blue below, as far each way. */
export function ratioScale(values) {
  const known = Array.from(values).filter((value) => value > 0 && Number.isFinite(value));
  const logs = known.map((value) => Math.abs(Math.log(value))).sort((a, b) => a - b);
  const reach = Math.max(logs[Math.round(0.99 * (logs.length - 1))] ?? 0, Math.log(1.1));
  const fraction = (value) => 0.5 + Math.log(Math.max(value, 1e-9)) / (2 * reach);
  const colour = (value) => between(SIGNED, fraction(value));
  return { low: Math.exp(-reach), high: Math.exp(reach), fraction, colour };
}

/** Return the colour of a difference from -1 to 1: blue is too little, orange too much. */
export function signedColour(value) {
  return between(SIGNED, 0.5 + value / 2);
}

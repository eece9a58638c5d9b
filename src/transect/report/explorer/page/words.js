// Numbers and places in words.

/** Return a number with three significant digits. */
export function number(value) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4) return value.toExponential(2).replaceAll("-", "−");
  return (size >= 1000 ? value.toFixed(0) : value.toPrecision(3)).replace("-", "−");
}

/** Return the value of a factor, short. */
export function short(value) {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

/** Return where a sample lies: its factors and on which side of the boundary. */
export function placeOf(payload, sample) {
  const count = payload.factors.length;
  const where = payload.factors.map(
    (factor, k) => `${factor.name} = ${short(payload.samples.factors[sample * count + k])}`,
  );
  return `${where.join(", ")}${sideOf(payload.samples.boundary[sample])}`;
}

function sideOf(distance) {
  if (!Number.isFinite(distance)) return "";
  const side = distance <= 0 ? "inside the hole" : "outside the hole";
  return `, ${side}, ${number(Math.abs(distance))} from its boundary`;
}

/** Return how bad a value is: itself where 0 is the best, else what is missing to 1. */
export function badness(measure, value) {
  return measure.higher ? 1 - value : value;
}

/** Return the numbers of a sample in one sentence a model. */
export function numbersOf(payload, sample) {
  return payload.models.map((model) => modelNumbers(payload, model, sample)).join(" ");
}

function modelNumbers(payload, model, sample) {
  const parts = payload.measures
    .filter(({ spoken }) => spoken)
    .map((measure) => {
      const own = model.drawn.errors[measure.name][sample];
      if (!model.oracle) return `${measure.label} ${number(own)}`;
      const oracle = model.oracle.errors[measure.name][sample];
      const times = number(badness(measure, own) / badness(measure, oracle));
      const what = measure.higher ? "the lack of the oracle" : "the oracle";
      return `${measure.label} ${number(own)}, oracle ${number(oracle)}, ${times} times ${what}`;
    });
  return `${model.name}: ${parts.join("; ")}.`;
}

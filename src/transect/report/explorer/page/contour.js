// The boundary of the hole on the map: where the signed distance at the nodes changes its sign.

/** Return where a value between two ends is 0, as a fraction. */
function zero(a, b) {
  return a / (a - b);
}

/**
 * Return the line segments [x0, y0, x1, y1] along which a field is 0, by marching squares.
 * `field(i, j)` is its value at x[i], y[j].
 */
export function zeroLines(x, y, field) {
  const lines = [];
  for (let i = 0; i + 1 < x.length; i += 1) {
    for (let j = 0; j + 1 < y.length; j += 1) {
      const corners = [field(i, j), field(i + 1, j), field(i + 1, j + 1), field(i, j + 1)];
      const cuts = cutsOf(corners, x[i], x[i + 1], y[j], y[j + 1]);
      for (let k = 0; k + 1 < cuts.length; k += 2) lines.push([...cuts[k], ...cuts[k + 1]]);
    }
  }
  return lines;
}

function cutsOf([a, b, c, d], left, right, top, bottom) {
  const inside = (value) => value <= 0;
  const width = right - left;
  const height = bottom - top;
  const cuts = [];
  if (inside(a) !== inside(b)) cuts.push([left + zero(a, b) * width, top]);
  if (inside(b) !== inside(c)) cuts.push([right, top + zero(b, c) * height]);
  if (inside(d) !== inside(c)) cuts.push([left + zero(d, c) * width, bottom]);
  if (inside(a) !== inside(d)) cuts.push([left, top + zero(a, d) * height]);
  return cuts;
}

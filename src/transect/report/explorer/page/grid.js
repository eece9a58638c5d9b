// The nodes of a regular grid, the last axis fastest.

/** Return the place of the node that is nearest to a value on an ascending axis. */
export function nearestOn(axis, value) {
  let best = 0;
  for (let place = 1; place < axis.length; place += 1) {
    if (Math.abs(axis[place] - value) < Math.abs(axis[best] - value)) best = place;
  }
  return best;
}

/** Return the number of the node that is nearest to some values, one for each axis. */
export function nearestNode(axes, values) {
  return axes.reduce((flat, axis, k) => flat * axis.length + nearestOn(axis, values[k]), 0);
}

/** Return the number of the node at some places, one for each axis. */
export function nodeAt(axes, places) {
  return axes.reduce((flat, axis, k) => flat * axis.length + places[k], 0);
}

/** Return the edges of the cells around the nodes of an axis: one more than there are nodes. */
export function cellEdges(axis, low, high) {
  if (axis.length === 1) return [low, high];
  const inner = axis.slice(1).map((value, k) => (value + axis[k]) / 2);
  const last = axis.length - 1;
  return [1.5 * axis[0] - 0.5 * axis[1], ...inner, 1.5 * axis[last] - 0.5 * axis[last - 1]];
}

/** Return the place (0, 1, …) in a flat list of points that is nearest, and how far: squared. */
export function nearestPoint(points, dimension, values, spans) {
  let best = -1;
  let least = Infinity;
  const count = points.length / dimension;
  for (let row = 0; row < count; row += 1) {
    let sum = 0;
    for (let k = 0; k < dimension; k += 1) {
      const apart = (points[row * dimension + k] - values[k]) / spans[k];
      sum += apart * apart;
    }
    if (sum < least) {
      least = sum;
      best = row;
    }
  }
  return { row: best, squared: least };
}

// The embedding: every code as a dot, to turn by hand. Dots are set pixel by pixel with a depth
// buffer, which takes a millisecond or two for thousands and needs no graphics driver.

import { HOLE_COLOUR } from "./colours.js";
import { fit, themeColour } from "./canvas.js";
import { part } from "./dom.js";
import { dotColours } from "./dots.js";
import { selectRow } from "./selection.js";

const NEAR = 16;
const STEP = Math.PI / 24;
const DISTANCE = 3.2;
const TURNED = ["yaw", "pitch", "colour", "model", "theme"];

/** Return codes as flat triples around the origin within a ball of radius 1, and how to place more. */
function placed(model, payload) {
  const { codes } = model.points;
  const dimension = model.labels.length;
  const count = codes.length / dimension;
  const low = Array(dimension).fill(Infinity);
  const high = Array(dimension).fill(-Infinity);
  for (let place = 0; place < codes.length; place += 1) {
    const k = place % dimension;
    low[k] = Math.min(low[k], codes[place]);
    high[k] = Math.max(high[k], codes[place]);
  }
  const reach = Math.hypot(...high.map((value, k) => value - low[k])) / 2 || 1;
  const first = payload.factors[0];
  const flat = (value) => (value - (first.low + first.high) / 2) / (first.high - first.low);
  const put = (source, row, factor) => {
    const at = (k) => (source[row * dimension + k] - (low[k] + high[k]) / 2) / reach;
    if (dimension === 1) return [flat(factor), at(0), 0];
    return [at(0), at(1), dimension > 2 ? at(2) : 0];
  };
  const triples = new Float32Array(3 * count);
  const width = payload.factors.length;
  for (let row = 0; row < count; row += 1) {
    triples.set(put(codes, row, model.points.factors[row * width]), 3 * row);
  }
  return { triples, count, put, flat: dimension < 3 };
}

/** Return how far along each direction of the screen a triple lies: right, up and away. */
function turned({ yaw, pitch }, flat, x, y, z) {
  if (flat) return [x, y, 0];
  const [c, s, d, t] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const away = c * y - s * x;
  return [c * x + s * y, d * z - t * away, d * away + t * z];
}

/** Return a function from a triple to [x, y, depth] on a canvas. */
function projection(view, flat, width, height) {
  const size = 0.66 * Math.min(width, height);
  return (x, y, z) => {
    const [right, up, away] = turned(view, flat, x, y, z);
    const scale = (size * DISTANCE) / (DISTANCE + away);
    return [width / 2 + right * scale, height / 2 - up * scale, away];
  };
}

/** Draw and drive the embedding. */
export function createCloud(root, payload, state) {
  const place = part(root, "cloud");
  const [base, overlay] = place.querySelectorAll("canvas");
  const scenes = payload.models.map((model) => placed(model, payload));
  let screen = new Float32Array(0);

  function draw(values) {
    const { context, width, height, density } = fit(base);
    const scene = scenes[values.model];
    const project = projection(values, scene.flat, width, height);
    screen = new Float32Array(2 * scene.count);
    const colours = dotColours(payload, values.model, values.colour).packed;
    setDots(context, scene, project, screen, colours, density);
  }

  function mark(values) {
    const { context, width, height } = fit(overlay);
    const scene = scenes[values.model];
    const project = projection(values, scene.flat, width, height);
    drawAxes(context, payload.models[values.model].labels, values, scene.flat, height);
    const { codes } = payload.models[values.model];
    const dimension = payload.factors.length;
    const at = (sample) =>
      project(...scene.put(codes, sample, payload.samples.factors[sample * dimension]));
    drawLines(context, payload, at);
    markRow(context, screen[2 * values.row], screen[2 * values.row + 1]);
    markSample(context, at(values.sample));
  }

  state.subscribe((values, names) => {
    if (TURNED.some((name) => names.has(name))) draw(values);
    mark(values);
  });
  listen(place, payload, state, () => screen);
}

function setDots(context, scene, project, screen, colours, density) {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const depths = new Float32Array(width * height).fill(Infinity);
  const side = Math.max(2, Math.round(2 * density));
  for (let row = 0; row < scene.count; row += 1) {
    const [x, y, depth] = project(...scene.triples.subarray(3 * row, 3 * row + 3));
    screen[2 * row] = x;
    screen[2 * row + 1] = y;
    const left = Math.round(x * density) - (side >> 1);
    const top = Math.round(y * density) - (side >> 1);
    if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
    for (let v = top; v < top + side; v += 1) {
      for (let u = left; u < left + side; u += 1) {
        if (depth < depths[v * width + u]) {
          depths[v * width + u] = depth;
          pixels[v * width + u] = colours[row];
        }
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** Draw the directions of the axes, small in a corner. */
function drawAxes(context, labels, values, flat, height) {
  const names = labels.map((name) => name.replace("principal component", "PC"));
  const titles = names.length === 1 ? ["", names[0]] : names;
  const ends = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].slice(0, titles.length);
  const [x, y] = [42, height - 42];
  context.strokeStyle = themeColour("--soft");
  context.fillStyle = themeColour("--soft");
  context.lineWidth = 1;
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  ends.forEach((end, k) => {
    const [right, up] = turned(values, flat, ...end);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 22 * right, y - 22 * up);
    context.stroke();
    context.fillText(titles[k], x + 33 * right, y - 33 * up + 4);
  });
}

function drawLines(context, payload, at) {
  const { boundary } = payload.samples;
  let first = payload.factors.reduce((count, factor) => count * factor.nodes.length, 1);
  const foreground = themeColour("--foreground");
  context.lineWidth = 1.6;
  for (const { count } of payload.transects) {
    for (let sample = first; sample + 1 < first + count; sample += 1) {
      context.strokeStyle = boundary[sample] <= 0 && boundary[sample + 1] <= 0 ? HOLE_COLOUR : foreground;
      context.beginPath();
      context.moveTo(...at(sample).slice(0, 2));
      context.lineTo(...at(sample + 1).slice(0, 2));
      context.stroke();
    }
    first += count;
  }
}

function markRow(context, x, y) {
  for (const [size, colour] of [[9, "#fff"], [7, "#000"]]) {
    context.fillStyle = colour;
    context.fillRect(x - size / 2, y - size / 2, size, size);
  }
}

function markSample(context, [x, y]) {
  for (const [colour, width] of [["#fff", 4.6], ["#000", 2.2]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.stroke();
  }
}

function listen(place, payload, state, screen) {
  let held = null;
  const turn = (across, up) => {
    const { yaw, pitch } = state.get();
    state.set({ yaw: yaw + across, pitch: Math.max(-1.5, Math.min(1.5, pitch + up)) });
  };
  place.addEventListener("pointerdown", (event) => {
    held = [event.clientX, event.clientY];
    place.setPointerCapture(event.pointerId);
  });
  place.addEventListener("pointerup", () => {
    held = null;
  });
  place.addEventListener("pointercancel", () => {
    held = null;
  });
  place.addEventListener("pointermove", (event) => {
    if (held) {
      turn((event.clientX - held[0]) / 120, (event.clientY - held[1]) / 120);
      held = [event.clientX, event.clientY];
      return;
    }
    const box = place.getBoundingClientRect();
    const row = dotUnder(screen(), event.clientX - box.left, event.clientY - box.top);
    if (row >= 0) selectRow(payload, state, row);
  });
  place.addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (!(event.key in turns) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    turn(...turns[event.key]);
  });
}

/** Return the dot that is nearest to a place on the screen, -1 where none is near. */
function dotUnder(screen, x, y) {
  let best = -1;
  let least = NEAR * NEAR;
  for (let row = 0; 2 * row < screen.length; row += 1) {
    const apart = (screen[2 * row] - x) ** 2 + (screen[2 * row + 1] - y) ** 2;
    if (apart < least) {
      least = apart;
      best = row;
    }
  }
  return best;
}

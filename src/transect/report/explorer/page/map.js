// The factor space as a map: errors, points, hole, transects, and what is under the pointer.

import { HOLE_COLOUR, SPLIT_COLOURS, css } from "./colours.js";
import { fit, themeColour } from "./canvas.js";
import { zeroLines } from "./contour.js";
import { part } from "./dom.js";
import { cellEdges, nearestOn, nodeAt } from "./grid.js";
import { layerOf } from "./layers.js";
import { factorsOfPoint, selectValues } from "./selection.js";
import { short } from "./words.js";

const MARGIN = { left: 46, right: 10, top: 8, bottom: 38 };
const GOLDEN = 0.618034;
const BASE = ["across", "down", "measure", "hand", "model", "dots", "theme", "slice"];

/** Stands for the second axis where there is one factor: everything lies on its middle. */
const LONE = { label: "", nodes: [0.5], low: 0, high: 1 };

/** Return the frame of the map: from factors to pixels and back. */
function frameOf(payload, values, width, height) {
  const axes = [values.across, values.down].map((k) => payload.factors[k] ?? LONE);
  const edges = axes.map(({ nodes, low, high }) => cellEdges(nodes, low, high));
  const size = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  const start = [MARGIN.left, MARGIN.top];
  const ends = edges.map((list) => [list[0], list[list.length - 1]]);
  return {
    axes,
    edges,
    toPixel: (k, value = 0.5) => start[k] + ((value - ends[k][0]) / (ends[k][1] - ends[k][0])) * size[k],
    toValue: (k, pixel) => ends[k][0] + ((pixel - start[k]) / size[k]) * (ends[k][1] - ends[k][0]),
  };
}

/** Return a factor of a row of a flat list; undefined for the second of one. */
function factorAt(flat, count, row, k) {
  return k < count ? flat[row * count + k] : undefined;
}

/** Return the places on all axes, those of the map to be filled in. */
function placesOf(payload, position) {
  return payload.factors.map((factor, k) => nearestOn(factor.nodes, position[k]));
}

/** Draw and drive the map. */
export function createMap(root, payload, state, clicked) {
  const place = part(root, "map");
  const [base, overlay] = place.querySelectorAll("canvas");
  place.classList.toggle("line", payload.factors.length === 1);
  let frame = null;

  function draw(values) {
    const { context, width, height } = fit(base);
    frame = frameOf(payload, values, width, height);
    const places = placesOf(payload, values.values);
    const layer = layerOf(payload, values);
    if (layer && !layer.ofPoints) drawLayer(context, payload, values, frame, places, layer);
    drawDots(context, payload, values, frame, places, layer);
    drawBoundary(context, payload, values, frame, places);
    drawTransects(context, payload, values, frame);
    drawAxes(context, frame, width, height);
  }

  function mark(values) {
    const { context } = fit(overlay);
    drawOwn(context, payload, values, frame);
    drawRow(context, payload, values, frame);
    drawPointer(context, payload, values, frame);
  }

  state.subscribe((values, names) => {
    if (BASE.some((name) => names.has(name))) draw(values);
    mark(values);
  });
  listen(place, payload, state, () => frame, clicked);
}

function drawLayer(context, payload, values, frame, places, layer) {
  const nodes = payload.factors.map((factor) => factor.nodes);
  const at = [...places];
  const [x, y] = frame.edges.map((edges, k) => edges.map((edge) => frame.toPixel(k, edge)));
  for (let i = 0; i + 1 < x.length; i += 1) {
    for (let j = 0; j + 1 < y.length; j += 1) {
      at[values.across] = i;
      at[values.down] = j;
      const value = layer.values[nodeAt(nodes, at)];
      context.fillStyle = css(layer.scale.colour(value));
      context.fillRect(x[i], y[j], x[i + 1] - x[i] + 0.6, y[j + 1] - y[j] + 0.6);
    }
  }
}

/** Draw the points: those of a layer of points in its colours, the others small. */
function drawDots(context, payload, values, frame, places, layer) {
  const { factors, split } = payload.models[values.model].points;
  const count = payload.factors.length;
  const others = payload.factors.map((_, k) => k).filter((k) => k !== values.across && k !== values.down);
  const styleOf = dotStyle(values.dots, layer);
  for (let row = 0; row < split.length; row += 1) {
    // on the band of one factor the points are spread, so that each is seen
    const value = (k) => factorAt(factors, count, row, k) ?? (row * GOLDEN) % 1;
    const near = (k) => nearestOn(payload.factors[k].nodes, value(k)) === places[k];
    const { size, colour, edge } = styleOf(row, split[row]);
    if (!size || !others.every(near)) continue;
    const at = [frame.toPixel(0, value(values.across)), frame.toPixel(1, value(values.down))];
    if (edge) square(context, at, size + 1.6, edge);
    square(context, at, size, colour);
  }
}

function square(context, [x, y], size, colour) {
  context.fillStyle = colour;
  context.fillRect(x - size / 2, y - size / 2, size, size);
}

/** Return what tells the size and colour of a point; one of size 0 is not drawn. */
function dotStyle(shown, layer) {
  const small = shown ? 1.6 : 0;
  if (!layer) return (_, split) => ({ size: small, colour: css(SPLIT_COLOURS[split]) });
  const { values, scale, ofPoints } = layer;
  if (!ofPoints) return (_, split) => ({ size: split === 2 ? 0 : small, colour: "rgba(255,255,255,0.55)" });
  return (row) =>
    Number.isNaN(values[row]) ? { size: small, colour: css(SPLIT_COLOURS[0]) } : { size: 4.5, colour: css(scale.colour(values[row])), edge: "#d8dbe0" };
}

function drawBoundary(context, payload, values, frame, places) {
  const nodes = payload.factors.map((factor) => factor.nodes);
  const at = [...places];
  const field = (i, j) => {
    at[values.across] = i;
    at[values.down] = j;
    return payload.samples.boundary[nodeAt(nodes, at)];
  };
  if (!Number.isFinite(field(0, 0))) return;
  const [x, y] = frame.axes.map((factor, k) => {
    const ends = factor === LONE ? frame.edges[k] : factor.nodes;
    return ends.map((value) => frame.toPixel(k, value));
  });
  const path = new Path2D();
  for (const [x0, y0, x1, y1] of zeroLines(x, y, field)) {
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
  }
  for (const [colour, width] of [["#fff", 4.5], [HOLE_COLOUR, 2.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "round";
    context.stroke(path);
  }
}

/** Call `visit(first, count, name)` with the samples of every transect. */
function eachTransect(payload, visit) {
  let first = payload.factors.reduce((count, factor) => count * factor.nodes.length, 1);
  for (const { name, count } of payload.transects) {
    visit(first, count, name);
    first += count;
  }
}

function drawTransects(context, payload, values, frame) {
  const { factors } = payload.samples;
  const count = payload.factors.length;
  const at = (sample) => [
    frame.toPixel(0, factorAt(factors, count, sample, values.across)),
    frame.toPixel(1, factorAt(factors, count, sample, values.down)),
  ];
  context.font = "600 12px system-ui, sans-serif";
  eachTransect(payload, (first, length, name) => {
    const [[x, y], [toX, toY]] = [at(first), at(first + length - 1)];
    // a transect along other factors is a point here; the names of several would cover each other
    if (Math.hypot(toX - x, toY - y) < 1) return;
    line(context, [x, y], [toX, toY], "rgba(255,255,255,0.8)", 3);
    line(context, [x, y], [toX, toY], "#222", 1.2);
    label(context, name, Math.min(x + 5, context.canvas.clientWidth - 40), Math.max(y + 4, MARGIN.top + 14));
  });
}

function line(context, [x0, y0], [x1, y1], colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function label(context, text, x, y) {
  context.textAlign = "left";
  context.strokeStyle = "rgba(255,255,255,0.9)";
  context.lineWidth = 3.5;
  context.strokeText(text, x, y);
  context.fillStyle = "#222";
  context.fillText(text, x, y);
}

function drawAxes(context, frame, width, height) {
  const [across, down] = frame.axes;
  context.fillStyle = themeColour("--soft");
  context.font = "12px system-ui, sans-serif";
  const bottom = height - MARGIN.bottom + 15;
  const ends = [across.low, across.high].map((value) => [value, frame.toPixel(0, value)]);
  context.textAlign = "center";
  for (const [value, x] of ends) context.fillText(short(value), x, bottom);
  context.fillText(`${across.label} →`, (MARGIN.left + width - MARGIN.right) / 2, height - 8);
  if (down === LONE) return;
  context.textAlign = "right";
  for (const value of [down.low, down.high]) {
    context.fillText(short(value), MARGIN.left - 5, frame.toPixel(1, value) + 4);
  }
  context.save();
  context.translate(14, (MARGIN.top + height - MARGIN.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(`← ${down.label}`, 0, 0);
  context.restore();
}

function drawOwn(context, payload, values, frame) {
  const at = (position) => [frame.toPixel(0, position[values.across]), frame.toPixel(1, position[values.down])];
  const { own, start } = values;
  if (own) line(context, at(own.start), at(own.end), "#000", 2.5);
  if (own) line(context, at(own.start), at(own.end), "#fff", 1);
  if (start) ring(context, at(start), 4, 2);
}

function drawRow(context, payload, values, frame) {
  const position = factorsOfPoint(payload, values.model, values.row);
  const [x, y] = [frame.toPixel(0, position[values.across]), frame.toPixel(1, position[values.down])];
  square(context, [x, y], 8, "#fff");
  square(context, [x, y], 6, "#000");
}

function drawPointer(context, payload, values, frame) {
  const { factors } = payload.samples;
  const count = payload.factors.length;
  const x = frame.toPixel(0, factorAt(factors, count, values.sample, values.across));
  const y = frame.toPixel(1, factorAt(factors, count, values.sample, values.down));
  ring(context, [x, y], 7, 2.2);
}

function ring(context, [x, y], radius, width) {
  for (const [colour, wide] of [["#fff", width + 2.4], ["#000", width]]) {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
}

function listen(place, payload, state, frame, clicked) {
  function move(event) {
    const box = place.getBoundingClientRect();
    const { across, down, values } = state.get();
    const moved = [...values];
    moved[across] = frame().toValue(0, event.clientX - box.left);
    if (down < values.length) moved[down] = frame().toValue(1, event.clientY - box.top);
    selectValues(payload, state, moved);
  }
  place.addEventListener("pointermove", move);
  place.addEventListener("pointerdown", (event) => {
    move(event);
    clicked();
  });
  place.addEventListener("keydown", (event) => {
    const { across, down, values } = state.get();
    const other = down < values.length ? down : across;
    const steps = { ArrowLeft: [across, -1], ArrowRight: [across, 1], ArrowUp: [other, -1], ArrowDown: [other, 1] };
    if (event.key === "Enter" || event.key === " ") clicked();
    else if (event.key in steps && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const [factor, by] = steps[event.key];
      selectValues(payload, state, stepped(payload, values, factor, event.shiftKey ? 5 * by : by));
    } else return;
    event.preventDefault();
  });
}

function stepped(payload, values, factor, by) {
  const { nodes } = payload.factors[factor];
  const to = Math.min(Math.max(nearestOn(nodes, values[factor]) + by, 0), nodes.length - 1);
  return values.map((value, k) => (k === factor ? nodes[to] : value));
}

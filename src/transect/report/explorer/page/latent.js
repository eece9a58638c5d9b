// The latent space: sliders for the code, its decoded image, and where training codes lie.

import { SPLIT_COLOURS, css } from "./colours.js";
import { fit, paintGrey, themeColour } from "./canvas.js";
import { element, part, slider, tick } from "./dom.js";
import { cellEdges, nearestOn, nearestPoint, nodeAt } from "./grid.js";
import { number, short } from "./words.js";

/** Draw and drive the latent side. */
export function createLatent(root, payload, state) {
  const place = part(root, "latent");
  let view = null;
  const controls = element("div", { class: "sliders" });
  const pads = element("div", { class: "pads" });
  place.append(controls, pads);
  const image = part(root, "decoded").querySelector("canvas");
  const words = part(root, "code");

  function build(model) {
    controls.replaceChildren();
    pads.replaceChildren();
    view = makeView(payload.models[model], state, controls, pads);
  }

  state.subscribe((values, names) => {
    if (names.has("model")) build(values.model);
    const model = payload.models[values.model];
    if (values.follow && (names.has("sample") || names.has("follow") || names.has("model"))) {
      const code = codeOf(model, values.sample);
      // most moves stay within a cell of the latent grid
      if (String(code) !== String(values.code)) state.set({ code });
    }
    if (!values.code || !(names.has("code") || names.has("theme") || names.has("model"))) return;
    view.show(values.code, names.has("theme"));
    const node = nodeAt(model.volume.axes, values.code);
    paintGrey(image, model.volume.sprites, node, payload.dark);
    words.textContent = wordsOf(payload, model, values.code);
    image.setAttribute("aria-label", `decoded image. ${words.textContent}`);
  });
}

/** Return the node of the volume that is nearest to the code of a sample, as places on the axes. */
function codeOf(model, sample) {
  const { axes } = model.volume;
  return axes.map((axis, k) => nearestOn(axis, model.codes[sample * axes.length + k]));
}

function wordsOf(payload, model, code) {
  const { axes, distance, occupied } = model.volume;
  const where = axes.map((axis, k) => `${model.labels[k]} = ${short(axis[code[k]])}`).join(", ");
  const node = nodeAt(axes, code);
  const said = occupied[node]
    ? "Training codes lie in this cell."
    : `No training code lies in this cell: the nearest is ${number(distance[node])} from its middle.`;
  return `${where}. ${said} ${nearestWords(payload, model, axes.map((axis, k) => axis[code[k]]))}`;
}

function nearestWords(payload, model, values) {
  const { row } = nearestPoint(model.points.codes, values.length, values, values.map(() => 1));
  const count = payload.factors.length;
  const factors = payload.factors.map((factor, k) => `${factor.name} = ${short(model.points.factors[row * count + k])}`);
  const split = ["a training", "a validation", "a removed"][model.points.split[row]];
  return `Nearest of all codes: that of ${split} image, ${factors.join(", ")}.`;
}

/** Return `{ show(code) }` with sliders and pads for one model. */
function makeView(model, state, controls, pads) {
  const { axes } = model.volume;
  const move = (k, to) => {
    const code = [...state.get().code];
    code[k] = to;
    state.set({ code, follow: false });
  };
  const sliders = axes.map((axis, k) => slider(model.labels[k], axis.length - 1, (to) => move(k, to)));
  const follow = tick("follow the map", state.get().follow, (on) => state.set({ follow: on }));
  controls.append(...sliders.map((one) => one.element), follow);
  const drawn = padPairs(axes.length).map((pair) => makePad(model, pair, pads, state));
  return {
    show(code) {
      axes.forEach((axis, k) => sliders[k].show(code[k], short(axis[code[k]])));
      follow.querySelector("input").checked = state.get().follow;
      for (const draw of drawn) draw(code);
    },
  };
}

function padPairs(count) {
  if (count < 2) return [];
  return count === 2 ? [[0, 1]] : [[0, 1], [0, 2], [1, 2]];
}

/** Add a pad: the plane of two axes through the code; return what draws it. */
function makePad(model, pair, pads, state) {
  const canvas = element("canvas", {
    role: "img",
    "aria-label": `where codes lie in the plane of ${pair.map((k) => model.labels[k]).join(" and ")}; the sliders move the code`,
  });
  pads.append(element("figure", {}, canvas));
  const { axes } = model.volume;
  const edges = pair.map((k) => cellEdges(axes[k], axes[k][0], axes[k][axes[k].length - 1]));
  const choose = (event) => {
    const box = canvas.getBoundingClientRect();
    const code = [...state.get().code];
    code[pair[0]] = placeAt(edges[0], (event.clientX - box.left) / box.width);
    code[pair[1]] = placeAt(edges[1], 1 - (event.clientY - box.top) / box.height);
    state.set({ code, follow: false });
  };
  canvas.addEventListener("pointerdown", choose);
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) choose(event);
  });
  return (code) => drawPad(canvas, model, pair, edges, code);
}

function placeAt(edges, fraction) {
  return Math.min(Math.max(Math.floor(fraction * (edges.length - 1)), 0), edges.length - 2);
}

function drawPad(canvas, model, pair, edges, code) {
  const { context, width, height } = fit(canvas);
  const span = edges.map((list) => list[list.length - 1] - list[0]);
  const toX = (value) => ((value - edges[0][0]) / span[0]) * width;
  const toY = (value) => height - ((value - edges[1][0]) / span[1]) * height;
  drawCells(context, model, pair, edges, code, toX, toY);
  drawCodes(context, model, pair, code, toX, toY);
  const { axes } = model.volume;
  const [x, y] = [toX(axes[pair[0]][code[pair[0]]]), toY(axes[pair[1]][code[pair[1]]])];
  context.strokeStyle = themeColour("--foreground");
  context.lineWidth = 2;
  context.strokeRect(x - width / edges[0].length / 2, y - height / edges[1].length / 2, width / edges[0].length, height / edges[1].length);
  context.fillStyle = themeColour("--soft");
  context.font = "11px system-ui, sans-serif";
  const names = pair.map((k) => model.labels[k].replace("principal component", "PC"));
  context.fillText(`${names[0]} →`, width - 7 * names[0].length - 16, height - 5);
  context.fillText(`↑ ${names[1]}`, 4, 12);
}

/** Shade the cells in which training codes lie. */
function drawCells(context, model, pair, edges, code, toX, toY) {
  const { axes, occupied } = model.volume;
  context.fillStyle = themeColour("--occupied");
  const at = [...code];
  for (let i = 0; i + 1 < edges[0].length; i += 1) {
    for (let j = 0; j + 1 < edges[1].length; j += 1) {
      at[pair[0]] = i;
      at[pair[1]] = j;
      if (!occupied[nodeAt(axes, at)]) continue;
      const [left, top] = [toX(edges[0][i]), toY(edges[1][j + 1])];
      context.fillRect(left, top, toX(edges[0][i + 1]) - left + 0.6, toY(edges[1][j]) - top + 0.6);
    }
  }
}

/** Draw the codes of one slab: those as near to the plane as to no other. */
function drawCodes(context, model, pair, code, toX, toY) {
  const { axes } = model.volume;
  const { codes, split } = model.points;
  const width = axes.length;
  const rest = axes.map((_, k) => k).find((k) => !pair.includes(k));
  const middle = rest === undefined ? 0 : axes[rest][code[rest]];
  const half = rest === undefined ? Infinity : (axes[rest][1] - axes[rest][0]) / 2;
  // by colour, since a canvas takes long to change it
  SPLIT_COLOURS.forEach((colour, kind) => {
    context.fillStyle = css(colour);
    for (let row = 0; row < split.length; row += 1) {
      if (split[row] !== kind) continue;
      const at = row * width;
      if (rest !== undefined && Math.abs(codes[at + rest] - middle) > half) continue;
      context.fillRect(toX(codes[at + pair[0]]) - 1, toY(codes[at + pair[1]]) - 1, 2, 2);
    }
  });
}

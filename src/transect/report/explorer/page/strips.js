// Transects as film strips that play: those of the run and one drawn by two clicks.

import { paintGrey } from "./canvas.js";
import { choice, element, part, slider } from "./dom.js";
import { sampleAt, selectSample } from "./selection.js";
import { placeOf } from "./words.js";

const OWN = "own";
const OWN_COUNT = 15;
const PACE = 220;
const CALM_PACE = 1000;

/** Return the samples along each transect by its place, and those of the own one. */
function filmOf(payload, { strip, own }) {
  if (strip === OWN) return own ? own.samples : [];
  let first = payload.factors.reduce((count, factor) => count * factor.nodes.length, 1);
  for (const { count } of payload.transects.slice(0, Number(strip))) first += count;
  return Array.from({ length: payload.transects[Number(strip)].count }, (_, k) => first + k);
}

/** Return the samples on the grid along a straight line, each once. */
function samplesAlong(payload, start, end) {
  const samples = [];
  for (let k = 0; k < OWN_COUNT; k += 1) {
    const values = start.map((value, i) => value + (k / (OWN_COUNT - 1)) * (end[i] - value));
    const sample = sampleAt(payload, values);
    if (sample !== samples[samples.length - 1]) samples.push(sample);
  }
  return samples;
}

/** Draw and drive the film strips; return what a click on the map does. */
export function createStrips(root, payload, state) {
  const player = makePlayer(payload, state);
  const { rows, film, frame, marker } = makeRows(root, payload, state);
  const names = payload.transects.map(({ name }, k) => [String(k), name]);
  const list = choice("transect", [...names, [OWN, "own"]], names.length ? "0" : OWN, (strip) => state.set({ strip, frame: 0 }));
  const draw = element("button", { type: "button", "aria-pressed": "false", click: () => beginOwn(root, state) }, "Draw a transect");
  const words = part(root, "strip-words");
  part(root, "strip-controls").append(list, ...player.elements, draw);

  state.subscribe((values, changed) => {
    const samples = filmOf(payload, values);
    if (changed.has("strip") || changed.has("own")) {
      list.querySelector("select").value = values.strip;
      paintRows(payload, rows, samples);
      frameHole(payload, frame, samples);
      film.hidden = samples.length === 0;
    }
    player.show(values, samples);
    draw.setAttribute("aria-pressed", String(values.drawing));
    moveMarker(marker, samples.indexOf(values.sample), samples.length);
    words.textContent = stripWords(payload, values, samples);
  });
  return () => clickOwn(payload, state);
}

function beginOwn(root, state) {
  part(root, "map").scrollIntoView({ block: "nearest" });
  state.set(state.get().drawing ? { drawing: false, start: null } : { drawing: true, start: null });
}

/** Take what is selected as the start, and at the second time as the end, of the own transect. */
function clickOwn(payload, state) {
  const { drawing, start, values } = state.get();
  if (!drawing) return;
  if (!start) {
    state.set({ start: values });
    return;
  }
  const own = { start, end: values, samples: samplesAlong(payload, start, values) };
  state.set({ own, start: null, drawing: false, strip: OWN });
  selectSample(payload, state, own.samples[0]);
}

function stripWords(payload, { drawing, start, strip, sample }, samples) {
  if (drawing) {
    return start
      ? "Now the end: click the map, or move there with the arrow keys and press Enter."
      : "Click the map where your transect starts, or move there with the arrow keys and press Enter.";
  }
  if (!samples.length) return "Draw a transect of your own: press the button, then click the map twice.";
  const place = samples.indexOf(sample);
  const inside = samples.filter((one) => payload.samples.boundary[one] <= 0).length;
  const said = `${inside} of ${samples.length} images lie in the hole.`;
  const from = strip === OWN ? " They are the nearest of the grid." : "";
  return place < 0 ? `${said}${from}` : `${place + 1} of ${samples.length}: ${placeOf(payload, sample)}. ${said}${from}`;
}

/** Return the buttons that play, stop and step, and the slider of the frames. */
function makePlayer(payload, state) {
  let timer = 0;
  let shown = [];
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const place = () => shown.indexOf(state.get().sample);
  const go = (to) => shown.length && selectSample(payload, state, shown[(to + shown.length) % shown.length]);
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const start = () => {
    timer = setInterval(() => go(place() + 1), calm.matches ? CALM_PACE : PACE);
    play.textContent = "Stop";
    go(place() + 1);
  };
  const step = (by) => {
    stop();
    go(place() < 0 && by < 0 ? shown.length - 1 : place() + by);
  };
  const play = element("button", { type: "button", click: () => (timer ? stop() : start()) }, "Play");
  const back = element("button", { type: "button", click: () => step(-1) }, "Step back");
  const on = element("button", { type: "button", click: () => step(1) }, "Step on");
  const frames = slider("image", 0, (to) => {
    stop();
    go(to);
  });
  return {
    elements: [play, back, on, frames.element],
    show({ sample }, samples) {
      if (samples !== shown && samples.join() !== shown.join()) stop();
      shown = samples;
      frames.input.max = Math.max(samples.length - 1, 0);
      const at = samples.indexOf(sample);
      frames.show(Math.max(at, 0), at < 0 ? "none" : `${at + 1} of ${samples.length}`);
      for (const button of [play, back, on, frames.input]) button.disabled = samples.length === 0;
    },
  };
}

/** Return the rows of a film strip: a canvas a hand. */
function makeRows(root, payload, state) {
  const place = part(root, "strips");
  const film = element("div", { class: "film" });
  const rows = handsOf(payload).map(([title, kind, sprites]) => {
    const canvas = element("canvas", { role: "img", "aria-label": `images along the transect: ${title}` });
    film.append(element("div", { class: `row ${kind}` }, element("span", {}, title), canvas));
    return { canvas, sprites };
  });
  const frame = element("div", { class: "hole", hidden: true });
  const marker = element("div", { class: "marker", hidden: true });
  const lane = element("div", { class: "lane" }, frame, marker);
  film.append(lane);
  place.append(film);
  film.addEventListener("pointerdown", (event) => {
    const samples = filmOf(payload, state.get());
    const box = lane.getBoundingClientRect();
    const to = Math.floor(((event.clientX - box.left) / box.width) * samples.length);
    if (to >= 0 && to < samples.length) selectSample(payload, state, samples[to]);
  });
  return { rows, film, frame, marker };
}

function handsOf(payload) {
  const several = payload.models.length > 1;
  const hands = [["truth", "truth", payload.samples.truth]];
  for (const model of payload.models) {
    hands.push([several ? model.name : payload.hands.drawn, "model", model.drawn.sprites]);
    if (model.oracle) hands.push([several ? `${model.name}: ${payload.hands.oracle}` : payload.hands.oracle, "oracle", model.oracle.sprites]);
  }
  return hands;
}

function paintRows(payload, rows, samples) {
  const small = document.createElement("canvas");
  for (const { canvas, sprites } of rows) {
    canvas.width = Math.max(1, samples.length * sprites.width);
    canvas.height = sprites.height;
    const context = canvas.getContext("2d");
    samples.forEach((sample, k) => {
      paintGrey(small, sprites, sample, payload.dark);
      context.drawImage(small, k * sprites.width, 0);
    });
  }
}

/** Frame the images from the first to the last in the hole. */
function frameHole(payload, frame, samples) {
  const inside = samples.map((sample) => payload.samples.boundary[sample] <= 0);
  const [first, last] = [inside.indexOf(true), inside.lastIndexOf(true)];
  frame.hidden = first < 0;
  if (first < 0) return;
  frame.style.left = `${(100 * first) / samples.length}%`;
  frame.style.width = `${(100 * (last - first + 1)) / samples.length}%`;
}

function moveMarker(marker, place, count) {
  marker.hidden = place < 0;
  if (place < 0) return;
  marker.style.left = `${(100 * place) / count}%`;
  marker.style.width = `${100 / count}%`;
}

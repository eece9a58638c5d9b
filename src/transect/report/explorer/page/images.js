// The images of the selected sample by every hand, and their numbers.

import { STRONGER, paintDifference, paintGrey } from "./canvas.js";
import { element, part } from "./dom.js";
import { number, numbersOf, placeOf } from "./words.js";

/** Show the images and numbers of what is selected. */
export function createImages(root, payload, state) {
  const cards = makeCards(payload);
  const place = part(root, "images");
  place.classList.toggle("several", payload.models.length > 1);
  place.append(...cards.map((card) => card.figure));
  const cells = makeTable(part(root, "numbers"), payload);
  const reading = part(root, "reading");
  state.subscribe(({ sample }, names) => {
    if (!names.has("sample")) return;
    for (const card of cards) card.show(sample);
    for (const [cell, read] of cells) cell.textContent = number(read(sample));
    reading.textContent = `${placeOf(payload, sample)}.`;
  });
  announce(part(root, "live"), payload, state);
}

function makeCards(payload) {
  const { truth } = payload.samples;
  const { hands } = payload;
  const grey = (sprites) => (canvas, sample) => paintGrey(canvas, sprites, sample, payload.dark);
  const cards = [makeCard("truth", "truth", grey(truth))];
  const several = payload.models.length > 1;
  for (const model of payload.models) {
    // of several models each has a row, which its first image names
    const add = (title, kind, paint) => cards.push(makeCard(title, kind, paint, several ? `${model.name}: ` : ""));
    const { sprites } = model.drawn;
    cards.push(makeCard(several ? model.name : hands.drawn, "model", grey(sprites)));
    add(`difference ×${STRONGER}`, "difference", (canvas, sample) => paintDifference(canvas, sprites, sample, truth, sample));
    if (model.oracle) add(hands.oracle, "oracle", grey(model.oracle.sprites));
    const { nearest } = model;
    add(hands.nearest, "nearest", (canvas, sample) => paintGrey(canvas, nearest.sprites, nearest.of[sample], payload.dark));
  }
  return cards;
}

function makeCard(title, kind, paint, whose = "") {
  const canvas = element("canvas", { width: 1, height: 1, role: "img", "aria-label": `${whose}${title}` });
  const figure = element("figure", { class: kind }, canvas, element("figcaption", {}, title));
  return { figure, show: (sample) => paint(canvas, sample) };
}

/** Fill a table of measures by hands; return its cells with what each reads of a sample. */
function makeTable(table, payload) {
  const hands = payload.models.flatMap((model) => handsOf(model, payload));
  const head = hands.map(([title]) => element("th", { scope: "col" }, title));
  table.append(element("thead", {}, element("tr", {}, element("td"), ...head)));
  const cells = [];
  const body = element("tbody");
  for (const { name, heading } of payload.measures) {
    const row = element("tr", {}, element("th", { scope: "row" }, heading));
    for (const [, errors] of hands) {
      const cell = element("td");
      cells.push([cell, (sample) => errors[name][sample]]);
      row.append(cell);
    }
    body.append(row);
  }
  table.append(body);
  return cells;
}

function handsOf(model, { hands: names, models }) {
  const several = models.length > 1;
  const name = (what) => (several ? `${model.name}: ${what}` : what);
  const hands = [[several ? model.name : names.drawn, model.drawn.errors]];
  if (model.oracle) hands.push([name(names.oracle), model.oracle.errors]);
  if (!several) hands.push(["nearest", model.nearest.errors]);
  return hands;
}

/** Tell a screen reader what is selected, once it has stayed so for a moment. */
function announce(live, payload, state) {
  let timer = 0;
  state.subscribe(({ sample }, names) => {
    if (!names.has("sample")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      live.textContent = `${placeOf(payload, sample)}. ${numbersOf(payload, sample)}`;
    }, 400);
  });
}

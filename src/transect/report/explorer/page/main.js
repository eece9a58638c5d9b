// The explorer: reads what the page carries, then draws and drives every view of it.

import { createCloud } from "./cloud.js";
import { createCloudControls, createFactorSliders, createMapControls } from "./controls.js";
import { createLatent } from "./latent.js";
import { createMap } from "./map.js";
import { readPayload } from "./payload.js";
import { createImages } from "./images.js";
import { factorsOf, firstSample, selectSample } from "./selection.js";
import { loadAll } from "./sprites.js";
import { createState } from "./state.js";
import { createStrips } from "./strips.js";

/** Draw all views anew when they get another size or other colours. */
function redrawOnChange(root, state) {
  let theme = 0;
  const redraw = () => {
    theme += 1;
    state.set({ theme });
  };
  new ResizeObserver(redraw).observe(root);
  for (const query of ["print", "(prefers-color-scheme: dark)"]) {
    window.matchMedia(query).addEventListener("change", redraw);
  }
}

/** Return what is shown before anybody has chosen anything. */
function firstView({ measures, transects }) {
  return {
    row: 0,
    model: 0,
    across: 0,
    down: 1,
    slice: "",
    measure: measures[0]?.name ?? "none",
    hand: "drawn",
    dots: true,
    colour: "split",
    yaw: 0.6,
    pitch: 0.45,
    code: null,
    follow: true,
    strip: transects.length ? "0" : "own",
    own: null,
    drawing: false,
    start: null,
    theme: 0,
  };
}

async function explore(root) {
  const payload = readPayload(document.getElementById("explorer-data"));
  document.documentElement.classList.add("explores");
  const sample = firstSample(payload);
  const state = createState({ ...firstView(payload), sample, values: factorsOf(payload, sample) });
  let clicked = () => {};
  selectSample(payload, state, sample);
  createMapControls(root, payload, state);
  createFactorSliders(root, payload, state);
  createCloudControls(root, payload, state);
  createMap(root, payload, state, () => clicked());
  createCloud(root, payload, state);
  redrawOnChange(root, state);
  await loadAll(payload);
  createImages(root, payload, state);
  createLatent(root, payload, state);
  clicked = createStrips(root, payload, state);
  performance.mark("explorer ready");
  root.dataset.ready = "true";
}

explore(document.getElementById("explorer"));

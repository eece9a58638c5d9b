// Canvases: sharp on dense screens, images in grey and in the colours of a difference.

import { signedColour } from "./colours.js";

/** Give a canvas as many pixels as the screen has under it; return its empty context in CSS pixels. */
export function fit(canvas) {
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const across = Math.max(1, Math.round(width * density));
  const down = Math.max(1, Math.round(height * density));
  const context = canvas.getContext("2d");
  // setting the size makes a new canvas, which is slow even if the size stays
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height, density };
}

/** Return a colour of the style sheet by the name of its variable. */
export function themeColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** How much stronger than foreground a difference is shown: most are faint. */
export const STRONGER = 3;

const DIFFERENCES = Array.from({ length: 511 }, (_, k) => signedColour((STRONGER * (k - 255)) / 255));

/** Paint grey values (0 to 255) on a canvas of their size; dark foreground where `dark`. */
export function paintGrey(canvas, sprites, index, dark) {
  paint(canvas, sprites, sprites.pixels(index), (value, data, at) => {
    const shade = dark ? 255 - value : value;
    data[at] = shade;
    data[at + 1] = shade;
    data[at + 2] = shade;
  });
}

/** Paint what an image has more (orange) or less (blue) than the truth. */
export function paintDifference(canvas, sprites, index, truth, truthIndex) {
  const wanted = truth.pixels(truthIndex);
  paint(canvas, sprites, sprites.pixels(index), (value, data, at, place) => {
    const colour = DIFFERENCES[value - wanted[place] + 255];
    data[at] = colour[0];
    data[at + 1] = colour[1];
    data[at + 2] = colour[2];
  });
}

function paint(canvas, { width, height }, pixels, shade) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let place = 0; place < pixels.length; place += 1) {
    shade(pixels[place], image.data, 4 * place, place);
    image.data[4 * place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

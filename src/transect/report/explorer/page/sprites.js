// Sprite sheets, decoded once into grey values, one sprite behind the other.

import { decodeBytes } from "./payload.js";

/** Return the grey values of a sheet as `{ width, height, pixels(index) }`. */
export async function loadSprites(sheet) {
  const bytes = decodeBytes(sheet.image);
  const image = await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
  const { width, height, columns, count } = sheet;
  const size = width * height;
  const grey = new Uint8Array(count * size);
  const canvas = document.createElement("canvas");
  canvas.width = columns * width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (let first = 0; first < count; first += columns) {
    context.drawImage(image, 0, -(first / columns) * height);
    const { data } = context.getImageData(0, 0, canvas.width, height);
    const last = Math.min(first + columns, count);
    for (let sprite = first; sprite < last; sprite += 1) {
      copySprite(data, canvas.width, (sprite - first) * width, grey, sprite * size, width, height);
    }
  }
  image.close();
  return { width, height, pixels: (index) => grey.subarray(index * size, (index + 1) * size) };
}

function copySprite(data, stride, left, grey, start, width, height) {
  let target = start;
  for (let row = 0; row < height; row += 1) {
    let source = 4 * (row * stride + left);
    for (let column = 0; column < width; column += 1) {
      grey[target] = data[source];
      target += 1;
      source += 4;
    }
  }
}

/** Replace every sheet in a payload by its sprites. */
export async function loadAll(payload) {
  const places = [[payload.samples, "truth"]];
  for (const model of payload.models) {
    places.push([model.drawn, "sprites"], [model.nearest, "sprites"], [model.volume, "sprites"]);
    if (model.oracle) places.push([model.oracle, "sprites"]);
  }
  const loaded = await Promise.all(places.map(([holder, name]) => loadSprites(holder[name])));
  places.forEach(([holder, name], index) => {
    holder[name] = loaded[index];
  });
}

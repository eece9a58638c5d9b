// What the page carries: JSON in which long lists of numbers are typed arrays in base64.

const KINDS = { f4: Float32Array, u1: Uint8Array, u2: Uint16Array };

/** Return the bytes that a text in base64 stands for. */
export function decodeBytes(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) bytes[place] = raw.charCodeAt(place);
  return bytes;
}

/** Return a value with every typed array in it unpacked. */
function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  if (Object.hasOwn(KINDS, value.type)) return new KINDS[value.type](decodeBytes(value.data).buffer);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, revive(part)]));
}

/** Return what an element of JSON holds. */
export function readPayload(element) {
  return revive(JSON.parse(element.textContent));
}

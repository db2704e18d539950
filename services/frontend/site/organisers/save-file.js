// Saves a file on the device.
const DOWNLOADED_MS = 60_000;

/** @param {Blob} file @param {string} name */
export function saveFile(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOADED_MS);
}

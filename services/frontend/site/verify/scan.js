// Reads a receipt from a picture of its QR code, where the browser can: https://wicg.github.io/shape-detection-api.

/** @typedef {{detect: (image: ImageBitmap) => Promise<{rawValue: string}[]>}} Detector */
const { BarcodeDetector } = /** @type {{BarcodeDetector?: new (options: {formats: string[]}) => Detector}} */ (window);

export const canScan = Boolean(BarcodeDetector);

/**
 * Return the text of the QR code in a picture; null without one.
 * @param {File} picture
 */
export async function scan(picture) {
  try {
    if (!BarcodeDetector) return null;
    const [code] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture));
    return code?.rawValue ?? null;
  } catch {
    return null; // no picture, or a device without the service that reads codes
  }
}

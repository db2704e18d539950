// Makes a photo small enough for the upload: phones take pictures of 5 to 12 MB.
const MAX_SIDE = 1_600; // pages show a picture at most this large
const QUALITY = 0.85;

/** Return the picture as a smaller JPEG; the file itself if the browser cannot read it. @param {File} file */
export async function shrink(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    /** @type {Blob|null} */
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return small ? new File([small], "picture.jpg", { type: small.type }) : file;
  } catch {
    return file; // the check of the file names the reason
  }
}

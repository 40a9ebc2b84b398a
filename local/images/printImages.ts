import { buildImages } from "./images.ts";

/** Builds the images and prints of each its reference, size and archive, a line each: for who loads them elsewhere. */
export async function printImages(): Promise<void> {
  const images = await buildImages();
  const width = Math.max(...images.map(({ reference }) => reference.length));
  for (const { reference, sizeBytes, archive } of images) {
    const megabytes = `${(sizeBytes / 1e6).toFixed(1)} MB`;
    process.stdout.write(`${reference.padEnd(width)}  ${megabytes.padStart(8)}  ${archive}\n`);
  }
}

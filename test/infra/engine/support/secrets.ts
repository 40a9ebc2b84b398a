import { createHash } from "node:crypto";

const signature = "4dabf18193072939515e22adb298388d";

/** A value as the engine's protocol marks it secret. */
export function secret(value: string): Readonly<Record<string, string>> {
  return { [signature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** What the engine writes to the state instead. */
export function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && signature in value && "ciphertext" in value;
}

/** The secret text the stand-in provider generates for a resource: the same each time, so that a test can look for it. */
export function plantedSecret(urn: string): string {
  return createHash("sha256").update(`planted ${urn}`).digest("base64url");
}

import { createHash } from "node:crypto";

const saltBytes = 4;

/**
 * A password as RabbitMQ stores it: salt and SHA-256 of salt and password, in base64.
 * `salt` is any text that stays the same between runs, or the definitions would differ each time.
 */
export function passwordHash(password: string, salt: string): string {
  const bytes = createHash("sha256").update(salt).digest().subarray(0, saltBytes);
  const digest = createHash("sha256").update(bytes).update(password, "utf8").digest();
  return Buffer.concat([bytes, digest]).toString("base64");
}

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own default (scram_iterations). */
const iterations = 4096;

/**
 * What PostgreSQL stores of a password, computed here so that the password itself is never in a statement, which the
 * server may log: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, by RFC 5802 section 3 and the
 * description of pg_authid. The password must be printable ASCII, where RFC 4013 (SASLprep) changes nothing.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

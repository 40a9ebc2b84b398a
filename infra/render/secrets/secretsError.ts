/** Why secrets are not read, made or written, as one sentence. */
export class SecretsError extends Error {
  override readonly name = "SecretsError";
}

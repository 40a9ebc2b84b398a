/** The CDN did not take all paths: some may have been taken. Never holds the token. */
export class CdnError extends Error {
  override readonly name = "CdnError";
}

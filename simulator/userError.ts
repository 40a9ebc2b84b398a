/** A mistake of the person who called: its message is all they need. */
export class UserError extends Error {
  override name = "UserError";
}

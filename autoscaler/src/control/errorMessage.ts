/** The text of anything that was thrown; without a stack, since it goes into Events and logs for people. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

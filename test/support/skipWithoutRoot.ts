import type { Context } from "mocha";

/** For a `before` hook: leaves out a suite whose servers run by chroot and mounts, and says so in one line. */
export function skipWithoutRoot(context: Context): void {
  if (process.getuid?.() === 0) return;
  process.stderr.write(`skipped, it needs root: ${context.test?.parent?.fullTitle() ?? "a suite"}\n`);
  context.skip();
}

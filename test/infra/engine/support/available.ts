import { availablePulumi } from "../../../../local/engine/pulumi.ts";

/** The Pulumi CLI's path; skips the suite that asks where it is not built, and says how to build it. */
export async function pulumiOrSkip(suite: Mocha.Context): Promise<string> {
  const path = await availablePulumi();
  if (path !== undefined) return path;
  process.stderr.write("skipped: the Pulumi CLI is not built; `npm run -s local -- build pulumi` builds it\n");
  return suite.skip();
}

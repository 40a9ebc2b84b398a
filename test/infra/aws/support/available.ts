import { isAwsProviderBuilt } from "../../../../local/aws/provider.ts";
import { isTofuBuilt } from "../../../../local/aws/tofu.ts";

/** Skips the suite that asks where the real provider is not built, and says how to build it. */
export function awsOrSkip(suite: Mocha.Context): void {
  if (isAwsProviderBuilt() && isTofuBuilt()) return;
  process.stderr.write("skipped: the AWS provider is not built; `make verify-aws` builds it in half an hour\n");
  suite.skip();
}

import { isModuleBuilt, moduleBuild, type GoModule } from "../go/moduleBuild.ts";

/** Version 6.47.1; the repository's tags are no Go versions, hence the pseudo-version. */
const module: GoModule = {
  path: "github.com/hashicorp/terraform-provider-aws",
  version: "v1.60.1-0.20260602190131-5f2286d6d836",
  sum: "h1:haLmsj0WF7e6d2TGbk0fbz5qWdA9f8w9sNpMe6J6WqM=",
  package: ".",
};

/** Folder of the Terraform AWS provider, built from its pinned source: half an hour and 9 GB of memory, once. */
export async function awsProviderFolder(): Promise<string> {
  return moduleBuild("terraform-provider-aws", module);
}

/** Whether it needs no building. */
export function isAwsProviderBuilt(): boolean {
  return isModuleBuilt("terraform-provider-aws", module);
}

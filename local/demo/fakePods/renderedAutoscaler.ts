import { parse, parseAllDocuments, stringify } from "yaml";
import { runCommand } from "../../command.ts";
import { repositoryRoot } from "../../paths.ts";

/** A target of the configuration; what the demo does not change is left as it is. */
export interface RenderedTarget {
  readonly name: string;
  readonly metrics: Readonly<Record<string, object>>;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
}

/** What the platform's program renders for the autoscaler of the local stack. */
export interface RenderedAutoscaler {
  readonly configuration: { readonly targets: readonly RenderedTarget[]; readonly customMetrics?: object };
  /** ServiceAccount, Roles and RoleBindings as YAML. */
  readonly account: string;
}

const accountKinds = ["ServiceAccount", "Role", "RoleBinding"];

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/** Runs the command that a user runs: the demo stands on what would be deployed, not on a copy of it. */
export async function renderAutoscaler(): Promise<RenderedAutoscaler> {
  const command = ["run", "-s", "render", "--", "--stack", "local", "--format", "yaml"];
  const text = await runCommand("npm", command, { cwd: repositoryRoot });
  const manifests = parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest)
    .filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "autoscaler");
  const [configuration] = manifests
    .filter(({ kind }) => kind === "ConfigMap")
    .flatMap(({ data }) => Object.values(data ?? {}));
  if (configuration === undefined) throw new Error("the local stack renders no configuration of the autoscaler");
  return {
    configuration: parse(configuration) as RenderedAutoscaler["configuration"],
    account: manifests
      .filter(({ kind }) => accountKinds.includes(kind))
      .map((manifest) => stringify(manifest))
      .join("---\n"),
  };
}

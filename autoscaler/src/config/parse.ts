import { parseDocument } from "yaml";
import { ConfigError, toProblems, type Problem } from "./problems.ts";
import { referenceProblems } from "./references.ts";
import { configSchema, type AutoscalerConfig } from "./schema.ts";

/** Parses one YAML document. Throws a ConfigError that lists every problem; `source` names the document in it. */
export function parseConfig(text: string, source: string): AutoscalerConfig {
  const yaml = parseDocument(text, { prettyErrors: true });
  const problems: Problem[] = yaml.errors.map((error) => ({
    path: "YAML",
    message: (error.message.split("\n")[0] ?? "").replace(/:$/, ""),
  }));
  if (problems.length > 0) throw new ConfigError(source, problems);
  const document: unknown = yaml.toJS();
  const parsed = configSchema.safeParse(document);
  const schemaProblems = parsed.success ? [] : toProblems(parsed.error.issues, document);
  const all = [...schemaProblems, ...referenceProblems(document)];
  if (!parsed.success || all.length > 0) throw new ConfigError(source, all);
  return parsed.data;
}

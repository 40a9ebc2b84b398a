import { parseDocument } from "yaml";
import { ConfigError, toProblems, type Problem } from "./problems.ts";
import { referenceProblems } from "./references.ts";
import { configSchema, type AutoscalerConfig } from "./schema.ts";

/** Parses one YAML document. Throws a ConfigError that lists every problem; `source` (a file name) names the document in it. */
export function parseConfig(text: string, source: string): AutoscalerConfig {
  const yaml = parseDocument(text, { prettyErrors: true });
  const problems: Problem[] = yaml.errors.map((error) => ({
    path: "YAML",
    // The first line only: the rest repeats lines of the document, which may hold what should not be in a log.
    message: (error.message.split("\n")[0] ?? "").replace(/:$/, ""),
  }));
  // What is no YAML has no shape either: further problems would follow from the first.
  if (problems.length > 0) throw new ConfigError(source, problems);
  const document: unknown = yaml.toJS();
  const parsed = configSchema.safeParse(document);
  const schemaProblems = parsed.success ? [] : toProblems(parsed.error.issues, document);
  // Both kinds together, or a person would mend the schema's problems only to be told of the next ones.
  const all = [...schemaProblems, ...referenceProblems(document)];
  if (!parsed.success || all.length > 0) throw new ConfigError(source, all);
  return parsed.data;
}

import { policies } from "./policies.ts";

/** The list of policies as Markdown, for docs/policies.md. */
export function table(): string {
  const lines = policies.map(
    ({ name, severity = "", enforcementLevel = "", description, configSchema }) =>
      `| \`${name}\` | ${severity} | ${enforcementLevel} | ${configSchema ? "yes" : ""} | ${description} |`,
  );
  return [
    "# Policies",
    "",
    `The pack \`policy/\` refuses what breaks a mandatory policy and warns of the rest: ${policies.length} policies.`,
    "Configured: the environment relaxes what only production needs (`environment`: dev, prod or local; absent, the stack's name decides, and an unknown stack is treated as prod).",
    "",
    "| policy | severity | level | by environment | what and why |",
    "|---|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

if (import.meta.main) process.stdout.write(table());

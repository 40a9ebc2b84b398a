/** Prints docs/outages.md from the outages that the tests try. */
import { outages } from "./catalogue.ts";

const head = `# Outages

Rendered from \`test/autoscaler/outages/catalogue\` by \`npm run -s docs\`; do not edit.

Each row is a test on a real control plane and a real broker, with the autoscaler as processes of its own under the Roles it
prints for itself (\`mocha --no-config --extension ts test/autoscaler/outages/e2e/outages.test.ts\`). A target with 8 replicas
and 800 messages at 100 a replica goes through the outage. In each row the test holds that

- no count fell that the backlog still asked for,
- the decision log tells the reason,
- at most two ticks after the cause is gone a decision is made on fresh signals, and the count then follows the backlog,
- the decision log decides again to the same decisions.

| outage | what the autoscaler does meanwhile | what the decision log tells |
|---|---|---|
`;

export function outagesDocument(): string {
  return head + outages.map(({ name, meanwhile, told }) => `| ${name} | ${meanwhile} | ${told} |\n`).join("");
}

if (import.meta.main) process.stdout.write(outagesDocument());

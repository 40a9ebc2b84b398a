import { ApiException } from "@kubernetes/client-node";
import { namespace } from "../pods.ts";
import { processStatus, violations } from "../processStatus.ts";
import type { Check } from "./check.ts";
import { probePod } from "./probePod.ts";

const enforced = "pod-security.kubernetes.io/enforce";

export const podSecurityChecks: readonly Check[] = [
  {
    name: "The namespace enforces the restricted profile",
    async run({ pods }) {
      const { metadata } = await pods.core.readNamespace({ name: namespace });
      const level = metadata?.labels?.[enforced] ?? "nothing";
      const refused = await pods.core
        .createNamespacedPod({
          namespace,
          body: probePod({ name: "rootful", image: "none", root: true }),
          dryRun: "All",
        })
        .then(() => "accepted")
        .catch((error: unknown) => (error instanceof ApiException ? `refused with ${error.code}` : String(error)));
      return {
        seen: `${enforced}=${level}; a pod of root is ${refused}`,
        problems: [
          ...(level === "restricted" ? [] : [`the namespace enforces ${level}`]),
          ...(refused === "refused with 403" ? [] : [`a pod of root is ${refused}`]),
        ],
      };
    },
  },
  {
    name: "Every container runs without root, capabilities, new privileges and a writable root, under seccomp",
    async run({ pods }) {
      const running = (await pods.list()).filter(({ status }) => status?.phase === "Running");
      const places = running.flatMap(({ metadata, spec }) =>
        (spec?.containers ?? []).map(({ name }) => ({ pod: metadata?.name ?? "", container: name })),
      );
      const found: string[] = [];
      // One by one: each question starts a process in a container of little memory.
      for (const place of places) {
        const problems = await processStatus(pods, place).then(violations, (error: unknown) => [
          `could not be looked at: ${error instanceof Error ? error.message : String(error)}`,
        ]);
        found.push(...problems.map((problem) => `${place.pod}/${place.container} ${problem}`));
      }
      const seen = `${places.length} containers of ${running.length} pods: CapEff 0, NoNewPrivs 1, Seccomp 2, uid not 0, / read-only`;
      return { seen, problems: found };
    },
  },
];

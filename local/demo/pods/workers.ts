import type { Client } from "../client.ts";
import type { WorkerRecord } from "../runRecord.ts";
import { namespace, readObject } from "./apiServer.ts";
import { workers } from "./configuration.ts";

interface Deployment {
  readonly spec?: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number;
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

/** How a worker is set up, as its Deployment says; null: it does not. Slots are those of the main queue, which the jobs come from. */
export async function readWorkers(api: Client): Promise<Pick<WorkerRecord, "slots" | "graceSeconds">> {
  const deployment = await readObject<Deployment>(api, `/apis/apps/v1/namespaces/${namespace}/deployments/${workers}`);
  const pod = deployment?.spec?.template.spec;
  const variables = pod?.containers.flatMap(({ env }) => env ?? []) ?? [];
  const slots = Number(variables.find(({ name }) => name === "PREFETCH")?.value);
  return { slots: Number.isInteger(slots) ? slots : null, graceSeconds: pod?.terminationGracePeriodSeconds ?? null };
}

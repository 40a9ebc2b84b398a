import type { Client } from "../client.ts";
import { poll } from "../load.ts";
import type { Bounds } from "../options.ts";
import { podNames } from "./apiServer.ts";

/** A tier and who says what it is to have. */
export interface RestingTier extends Bounds {
  /** Of its Deployment. */
  readonly name: string;
  /** Null while nobody tells. */
  readonly desiredReplicas: () => Promise<number | null>;
}

/** Waits until every tier is asked for its minimum and has no pod more, for a bounded time; resolves to the names of the others. */
export async function awaitMinimum(
  api: Client,
  tiers: readonly RestingTier[],
  timeoutSeconds: number,
): Promise<readonly string[]> {
  let above = tiers;
  await poll(timeoutSeconds, async () => {
    const rests = await Promise.all(tiers.map((tier) => isAtRest(api, tier)));
    above = tiers.filter((_, index) => rests[index] !== true);
    return above.length === 0;
  });
  return above.map(({ name }) => name);
}

async function isAtRest(api: Client, { name, minReplicas, desiredReplicas }: RestingTier): Promise<boolean> {
  return (await desiredReplicas()) === minReplicas && (await podNames(api, name)).length === minReplicas;
}

import { watchPods } from "../podWatch.ts";
import { PodAccount } from "../podAccount.ts";
import { namespace } from "./apiServer.ts";
import { workers } from "./configuration.ts";
import { gateway } from "./gateway.ts";

/** The pods of both tiers, as watches see them. */
export interface Tiers {
  readonly workers: PodAccount;
  readonly gateway: PodAccount;
  stop(): Promise<void>;
}

/** Begins the account of both tiers: pods that are there already cost from now on. */
export async function watchTiers(kubeconfigFile: string): Promise<Tiers> {
  const accounts = { workers: new PodAccount(), gateway: new PodAccount() };
  const stops = await Promise.all([
    watchPods(kubeconfigFile, { namespace, name: workers }, accounts.workers),
    watchPods(kubeconfigFile, { namespace, name: gateway }, accounts.gateway),
  ]);
  return {
    ...accounts,
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

import type { Scene } from "../fault.ts";

/** What is found of one property of the running platform. */
export interface Finding {
  /** What was looked at, for people. */
  readonly seen: string;
  /** A sentence each; none: it holds. */
  readonly problems: readonly string[];
}

export interface Check {
  /** The property in plain words. */
  readonly name: string;
  readonly run: (scene: Scene) => Promise<Finding>;
}

export type CheckResult = Finding & { readonly name: string };

/** A check that cannot be done has not been passed. */
export async function runCheck(scene: Scene, { name, run }: Check): Promise<CheckResult> {
  try {
    return { name, ...(await run(scene)) };
  } catch (error) {
    return { name, seen: "nothing", problems: [error instanceof Error ? error.message : String(error)] };
  }
}

import { renderStack } from "../../../infra/render/renderStack.ts";
import type { CapturedResource } from "../../../infra/render/capture.ts";
import { sizes, type Size } from "../../../infra/sizing.ts";

export const stacks = ["dev", "prod", "local"] as const;

export interface Variant {
  readonly stack: (typeof stacks)[number];
  readonly size: Size;
}

/** Every stack in every size. */
export const variants: readonly Variant[] = stacks.flatMap((stack) => sizes.map((size) => ({ stack, size })));

const rendered = new Map<string, readonly CapturedResource[]>();

/** Rendered once for all tests of a process: a second run of the program says the same. */
export async function resourcesOf({ stack, size }: Variant): Promise<readonly CapturedResource[]> {
  const key = `${stack}/${size}`;
  const resources = rendered.get(key) ?? (await renderStack(stack, size));
  rendered.set(key, resources);
  return resources;
}

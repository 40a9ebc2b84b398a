import type { AutoscalerConfig, TargetConfig } from "./schema.ts";
import { toTargetSpec } from "./targetSpec.ts";

/** A longer window costs more than the starts that it saves: the drain rule keeps what it may need again. */
const longWindowSeconds = 60;

/** What is allowed and mostly not meant, each with its path. */
export function hintsOf(config: AutoscalerConfig): string[] {
  return config.targets.flatMap((target, index) => drainHints(target, `targets[${index}]`));
}

function drainHints(target: TargetConfig, path: string): string[] {
  const drains = target.rules.flatMap(({ drain }, index) => (drain === undefined ? [] : [{ drain, index }]));
  if (drains.length === 0) return [];
  const { scaleDown } = toTargetSpec(target).behavior;
  const window = scaleDown.stabilizationWindowSeconds;
  return [
    ...(window < longWindowSeconds
      ? []
      : [
          `${path}.behavior.scaleDown.stabilizationWindowSeconds is ${window}: the drain rule decides by itself how long a ` +
            "replica is worth keeping; 0 lets it",
        ]),
    ...drains
      .filter(({ drain }) => !drain.scaleInWhileBusy)
      .map(
        ({ index }) =>
          `${path}.rules[${index}].drain.scaleInWhileBusy is false: replicas that take several messages at once are ` +
          "nearly always busy, and stay; true lets them go if they finish what they have on SIGTERM",
      ),
  ];
}

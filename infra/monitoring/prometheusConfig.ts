/** Files of a Prometheus without an operator. Pure. */
import { stringify } from "yaml";
import { ruleGroups, type RuleGroup } from "./rules.ts";
import { scrapeConfigs, scrapeInterval } from "./scrapeConfigs.ts";

export const configurationFolder = "/etc/prometheus";
export const configurationFile = "prometheus.yml";
const rulesFile = "rules.yml";

/** File name → text. */
export function prometheusFiles(groups: readonly RuleGroup[] = ruleGroups): Record<string, string> {
  return {
    [configurationFile]: stringify(
      {
        global: { scrape_interval: scrapeInterval, evaluation_interval: scrapeInterval },
        rule_files: [rulesFile],
        scrape_configs: scrapeConfigs,
      },
      { aliasDuplicateObjects: false },
    ),
    [rulesFile]: stringify({ groups }),
  };
}

import { hostOf, workloads } from "../../naming.ts";

/** Headless: gives each member a name. */
export const nodesService = "rabbitmq-nodes";

/** The Erlang name of the member whose pod has this name. Not its address, which the next pod does not have. */
export const nodeName = (pod: string): string => `rabbit@${pod}.${hostOf(nodesService)}`;

/** Of every member. */
export const nodeNames = (nodes: number): string[] =>
  Array.from({ length: nodes }, (_, index) => nodeName(`${workloads.rabbitmq}-${index}`));

/** `npm run -s capacity -- --users N [--json]` */
import { Command, InvalidArgumentError } from "commander";
import { assumptions } from "./demand.ts";
import { planFor, type Plan } from "./plan.ts";

const maxUsers = 10_000_000;

function toUsers(text: string): number {
  const users = Number(text);
  if (Number.isInteger(users) && users >= 1 && users <= maxUsers) return users;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${maxUsers}, found "${text}".`);
}

const one = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 });

function lines({ demand, size, growth, replicas, nodes, limits, exceeded }: Plan): string[] {
  const { frontend, apiGateway, workflowService, workflowWorker } = replicas;
  return [
    `${one(demand.users)} users need size ${size}${growth > 1 ? `, its stateless tiers ${growth.toFixed(2)} times over` : ""}`,
    "",
    `  storage               ${one(demand.storageGi)} GiB`,
    `  workflows             ${one(demand.workflows)}`,
    `  AI tokens a month     ${one(demand.aiTokensPerMonth)}`,
    `  API requests/s        ${one(demand.requestsPerSecond)} (peak: ${assumptions.peakFactor} times the mean)`,
    `  executions/s          ${one(demand.executionsPerSecond)} (peak)`,
    `  replicas at least     frontend ${frontend}, api-gateway ${apiGateway}, n8n ${workflowService}`,
    `  workers at the peak   ${workflowWorker}`,
    `  nodes                 ${nodes}`,
    "",
    ...(exceeded.length === 0 ? [] : ["Not carried by this platform:"]),
    ...exceeded.map(({ name, reason }) => `  ${name}: ${reason}`),
    "Limits, the first that is reached first:",
    ...limits.map(({ name, users, reason }) => `  ${one(users).padStart(12)} users  ${name}: ${reason}`),
  ];
}

const command = new Command("capacity")
  .description("demand and size for a number of users")
  .requiredOption("--users <number>", "how many users", toUsers)
  .option("--json", "the plan as JSON", false)
  .action(({ users, json }: { users: number; json: boolean }) => {
    const plan = planFor(users);
    process.stdout.write(json ? `${JSON.stringify(plan, null, 2)}\n` : `${lines(plan).join("\n")}\n`);
    if (plan.exceeded.length > 0) process.exitCode = 1;
  });

command.parse();

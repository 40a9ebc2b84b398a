import { hostOf } from "../../../../../infra/naming.ts";
import { capture, type CapturedResource } from "../../../../../infra/render/capture.ts";
import { stand } from "../../../../../infra/render/outputs.ts";
import { Services, type ServicesArgs } from "../../../../../infra/services/services.ts";
import { sizing, type Size } from "../../../../../infra/sizing.ts";

export const images = {
  frontend: "frontend:1",
  apiGateway: "api-gateway:1",
  aiService: "ai-service:1",
  integrationService: "integration-service:1",
  n8n: "n8n:1",
  workflowWorker: "workflow-worker:1",
};

/** Arguments of all tiers in a size, with another value where a test is about it. */
export const servicesArgs = (size: Size, changes: Partial<ServicesArgs> = {}): ServicesArgs => ({
  images,
  sizing: sizing[size],
  connections: {
    databaseHost: stand("db", "address"),
    databaseCaFile: "/ca/database.pem",
    databaseLocation: { cidrs: ["10.0.0.0/16"] },
    redisNodes: [0, 1, 2].map((index) => `redis-${index}.${hostOf("redis")}:6379`),
    publicUrl: "https://app.example.com/",
  },
  clientCidrs: ["10.0.0.0/16"],
  aws: true,
  protect: true,
  ...changes,
});

export async function buildServices(
  size: Size = "small",
  changes: Partial<ServicesArgs> = {},
): Promise<readonly CapturedResource[]> {
  return (await capture(() => new Services("services", servicesArgs(size, changes)))).resources;
}

import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { repositoryRoot } from "../../paths.ts";
import type { Progress } from "../../progress.ts";
import { startRabbitmq } from "../../servers/rabbitmq.ts";

/** Publishing and consuming against amqplib alone, over a quorum queue of a broker of its own. */
export async function measureQueue(progress: Progress): Promise<unknown> {
  progress.step("starting a RabbitMQ");
  const rabbitmq = await startRabbitmq();
  try {
    const { username, password, managementUrl, amqpUrl, usernameFile, passwordFile } = rabbitmq;
    const declared = await fetch(`${managementUrl}/api/queues/%2F/workflow`, {
      method: "PUT",
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ durable: true, arguments: { "x-queue-type": "quorum" } }),
    });
    if (!declared.ok) throw new Error(`cannot declare the queue: ${declared.status}`);
    progress.step("published and consumed in turns with amqplib alone");
    const files = { AMQP_USERNAME_FILE: usernameFile, AMQP_PASSWORD_FILE: passwordFile };
    const env = { ...process.env, AMQP_URL: amqpUrl, ...files };
    const script = join(repositoryRoot, "runtime", "bench", "queue.ts");
    return JSON.parse(await runCommand(process.execPath, [script], { env, timeoutSeconds: 900 }));
  } finally {
    await rabbitmq.stop();
  }
}

import { connect } from "node:net";
import type { PoolClient } from "pg";

// CancelRequest of the frontend/backend protocol: its length, its code, the process and its key.
const length = 16;
const code = 80_877_102;
const longestWaitMs = 1000;

/**
 * Asks the server or PgBouncer to end what the connection runs, then breaks the connection: without the request a server
 * would go on until it has rows to send. Never fails; the connection cannot be used again,
 * and it breaks within two seconds where the server does not answer.
 */
export function cancelAndBreak(client: PoolClient): void {
  // pg keeps both, its types do not tell.
  const { processID, secretKey } = client as unknown as { processID: number | null; secretKey: number | null };
  const breakOff = (): void => void client.connection.stream.destroy();
  if (processID === null || secretKey === null) {
    breakOff();
    return;
  }
  const request = Buffer.alloc(length);
  for (const [index, value] of [length, code, processID, secretKey].entries()) request.writeInt32BE(value, index * 4);
  const socket = connect(client.port, client.host);
  socket.on("error", () => undefined).setTimeout(longestWaitMs, () => socket.destroy());
  // The server closes once it has passed the request on; its answer tells whether something has happened, so it may come.
  socket.on("close", () => setTimeout(breakOff, longestWaitMs).unref());
  socket.resume().write(request);
}

import { isIP } from "node:net";
import { createClient } from "redis";
import type { Address } from "./topology.ts";
import type { Script } from "./scripts.ts";

/** How each member is reached. */
export interface Access {
  readonly tls: boolean;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number;
}

export type Client = ReturnType<typeof makeClient>;
export type Argument = string;

// Never connected: what it is copied from. The library makes a class of 400 commands for each new set of options, which
// would be a processor's whole time while all members are away and every session tries again.
const model = createClient({ disableOfflineQueue: true });

/** One connection that lives once: whoever owns it opens another one, so that nothing is sent twice or kept for later. */
function makeClient({ host, port }: Address, access: Access) {
  const { tls, username, password, connectTimeout } = access;
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const common = { host, port, connectTimeout, reconnectStrategy: false } as const;
  return model.duplicate({
    socket: tls ? { ...common, tls: true, ...servername } : common,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    disableOfflineQueue: true,
    // The library's own ends when a command is written and costs a timer each: the session's heartbeat bounds the wait.
    commandOptions: { timeout: 0 },
  });
}

/** Rejects when the member does not answer in time. `lost` is called once, when the connection has ended by itself. */
export async function openClient(address: Address, access: Access, lost: (error: Error) => void): Promise<Client> {
  const client = makeClient(address, access);
  client.on("error", lost);
  client.on("end", () => {
    lost(new Error("the connection has ended"));
  });
  const deadline = setTimeout(() => {
    if (!client.isReady) client.destroy();
  }, 2 * access.connectTimeout);
  try {
    await client.connect();
    return client;
  } catch (error) {
    close(client);
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

/** Ends the connection; whatever waits for an answer is rejected. */
export function close(client: Client): void {
  if (client.isOpen) client.destroy();
}

export const send = (client: Client, args: readonly Argument[]): Promise<unknown> => client.sendCommand([...args]);

/** By digest; with its text where the member does not know it yet, as after a restart. */
export async function runScript(
  client: Client,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  const rest = [keys.length.toString(), ...keys, ...args];
  try {
    return await send(client, ["EVALSHA", script.sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return send(client, ["EVAL", script.text, ...rest]);
  }
}

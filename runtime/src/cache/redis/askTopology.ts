import { close, openClient, send, type Access, type Client } from "./client.ts";
import { parseTopology, singleMaster, type Address, type Topology } from "./topology.ts";

/** What the member knows of who serves which slot. `asked`: its address. Rejects when it does not tell. */
export async function askTopology(client: Client, asked: Address): Promise<Topology> {
  try {
    const [slots, info] = await Promise.all([send(client, ["CLUSTER", "SLOTS"]), send(client, ["CLUSTER", "INFO"])]);
    return parseTopology(slots, String(info), asked);
  } catch (error) {
    if (error instanceof Error && error.message.includes("cluster support disabled")) return singleMaster(asked);
    throw error;
  }
}

/** The same on a connection for this question alone. */
export async function askTopologyOnce(address: Address, access: Access): Promise<Topology> {
  const client = await openClient(address, access, () => undefined);
  // Nothing watches this connection, and a member that hangs must not stop the search.
  const deadline = setTimeout(() => {
    close(client);
  }, access.connectTimeout);
  try {
    return await askTopology(client, address);
  } finally {
    clearTimeout(deadline);
    close(client);
  }
}
